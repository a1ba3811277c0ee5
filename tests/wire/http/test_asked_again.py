"""A change that clashed is made again, and is then what was asked for and nothing less."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from harness import assert_unavailable
from partywire.app import opened
from partywire.config import Config
from partywire.domain.call import Resources
from partywire.storage.database import Again, Transaction
from wire.http.bench import Bench

HOOK = {
    "Target": "webhook",
    "Configuration.Url": "https://example.com/hook",
    "Configuration.Filters": "onMessageAdded",
}


class Clashing:
    """A database whose next transactions are undone at their end.

    Attributes:
        left: how many.
    """

    def __init__(self, resources: Resources) -> None:
        self._database = resources.database
        self.resources = replace(resources, database=self)  # type: ignore[arg-type]
        self.left = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._database.transaction() as transaction:
            yield transaction
            if self.left:
                self.left -= 1
                raise Again("somebody else was quicker")


@pytest.fixture
async def clashing(config: Config) -> AsyncIterator[Clashing]:
    async with opened(config) as found:
        yield Clashing(found)


@pytest.fixture
def resources(clashing: Clashing) -> Resources:
    return clashing.resources


@pytest.mark.parametrize(
    ("path", "form", "shown"),
    [
        ("/Users", {"Identity": "ada", "FriendlyName": "Ada"}, {"friendly_name": "Ada"}),
        ("/Conversations", {"UniqueName": "tea", "State": "inactive"}, {"state": "inactive"}),
        (
            "/ConversationWithParticipants",
            {"Participant": '{"identity": "ada"}'},
            {"state": "initializing"},
        ),
        (
            "/Configuration/Addresses",
            {"Type": "sms", "Address": "+15550100", "FriendlyName": "Desk"},
            {"address": "+15550100", "friendly_name": "Desk"},
        ),
        ("/Credentials", {"Type": "fcm", "FriendlyName": "Push"}, {"friendly_name": "Push"}),
    ],
)
async def test_what_is_made_again_is_what_was_asked_for(
    bench: Bench, clashing: Clashing, path: str, form: dict[str, str], shown: dict[str, str]
) -> None:
    await bench.seen("/Users")
    clashing.left = 2

    answer = await bench.http.post(f"/v1{path}", data=form)

    assert clashing.left == 0
    assert answer.status_code in {201, 202}, answer.text
    assert {name: answer.json()[name] for name in shown} == shown


async def test_a_webhook_that_is_made_again_has_its_target(
    bench: Bench, clashing: Clashing
) -> None:
    hooks = f"/Conversations/{(await bench.made('/Conversations'))['sid']}/Webhooks"
    clashing.left = 1

    made = await bench.made(hooks, HOOK)

    assert (clashing.left, made["target"]) == (0, "webhook")
    assert len((await bench.seen(hooks))["webhooks"]) == 1


async def test_a_change_that_is_made_again_changes_what_was_asked_for(
    bench: Bench, clashing: Clashing
) -> None:
    made = await bench.made("/Configuration/Addresses", {"Type": "sms", "Address": "+15550100"})
    there = f"/Configuration/Addresses/{made['sid']}"
    clashing.left = 1

    await bench.made(there, {"FriendlyName": "Desk", "AutoCreation.Enabled": "true"})

    seen = await bench.seen(there)
    assert (clashing.left, seen["friendly_name"]) == (0, "Desk")
    assert seen["auto_creation"]["enabled"] is True


async def test_what_is_deleted_again_is_deleted_once(bench: Bench, clashing: Clashing) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    clashing.left = 1

    assert (await bench.http.delete(f"/v1/Conversations/{sid}")).status_code == 204

    assert (await bench.http.get(f"/v1/Conversations/{sid}")).status_code == 404


async def test_what_clashes_every_time_is_unavailable_and_leaves_nothing(
    bench: Bench, clashing: Clashing
) -> None:
    await bench.seen("/Users")
    clashing.left = 1000

    assert_unavailable(await bench.http.post("/v1/Users", data={"Identity": "ada"}))

    clashing.left = 0
    assert (await bench.seen("/Users"))["users"] == []
