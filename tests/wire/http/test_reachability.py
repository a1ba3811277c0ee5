"""Reachability: who is online and who can be notified, where a service shows it."""

import pytest

from conftest import call_of
from domain.test_users import with_device
from harness import Client
from partywire.domain import users
from partywire.domain.call import Resources
from wire.http.bench import Bench


def reachability(user: dict[str, object]) -> tuple[object, object]:
    """What is shown of a user's."""
    return user["is_online"], user["is_notifiable"]


def switch(client: Client, word: str) -> None:
    service = client.seen("/Configuration")["default_chat_service_sid"]
    client.made(f"/Services/{service}/Configuration", {"ReachabilityEnabled": word})


@pytest.mark.parametrize("at_service", [True, False])
def test_reachability_is_null_until_it_is_switched_on(client: Client, at_service: bool) -> None:
    service = client.seen("/Configuration")["default_chat_service_sid"]
    there = client.at(f"/v1/Services/{service}") if at_service else client
    for identity, word, seen in (
        ("ada", "false", (None, None)),
        ("ben", "true", (False, False)),
        ("cy", "false", (None, None)),
    ):
        switch(client, word)
        assert reachability(there.made("/Users", {"Identity": identity})) == seen
        assert reachability(there.seen(f"/Users/{identity}")) == seen
        for form in ({}, {"FriendlyName": "x"}):
            assert reachability(there.made(f"/Users/{identity}", form)) == seen


def test_a_list_shows_nobody_s_reachability(client: Client) -> None:
    switch(client, "true")
    for identity in ("ada", "ben"):
        client.made("/Users", {"Identity": identity})
    assert {reachability(user) for user in client.items("/Users", "users")} == {(None, None)}


def test_a_service_switches_it_on_for_itself_only(client: Client) -> None:
    other = client.made("/Services", {"FriendlyName": "other"})["sid"]
    switch(client, "true")
    there = client.at(f"/v1/Services/{other}")
    assert reachability(there.made("/Users", {"Identity": "ada"})) == (None, None)


async def test_who_has_a_device_can_be_notified(bench: Bench, resources: Resources) -> None:
    call = await call_of(resources)
    await bench.made("/Users", {"Identity": "ada"})
    await with_device(call, await users.fetch(call, "ada"))
    path = f"/Services/{call.service_sid}/Configuration"
    assert reachability(await bench.seen("/Users/ada")) == (None, None)
    await bench.made(path, {"ReachabilityEnabled": "true"})
    assert reachability(await bench.seen("/Users/ada")) == (False, True)
    assert reachability((await bench.seen("/Users"))["users"][0]) == (None, None)
