"""Bindings: what is shown of them, and how they are looked for."""

import json
from typing import Any

import pytest

from conftest import NOON
from domain.deliveries import registered
from harness import assert_refused
from partywire.domain.bindings import create
from partywire.domain.call import Call
from partywire.domain.services import create as create_service
from partywire.domain.users import create as create_user
from partywire.model.bindings import Binding, NewBinding
from partywire.model.users import UserChanges
from partywire.wire.http.bindings import view
from storage import rows
from wire.http.bench import Bench

PAIRS = [("ada", "apn"), ("bob", "fcm"), ("ada", "twilsock"), ("eve", "gcm"), ("bob", "apn")]


@pytest.fixture
async def every(call: Call) -> list[Binding]:
    """Devices of three users, in the order of registration."""
    return [await registered(call, identity, kind) for identity, kind in PAIRS]  # type: ignore[arg-type]


def door(call: Call) -> str:
    return f"/Services/{call.service_sid}"


async def sids(bench: Bench, call: Call, query: list[tuple[str, str]]) -> list[str]:
    """The SIDs of what a filter finds, walked in small pages by the URLs of the answers."""
    answer = await bench.http.get(f"/v1{door(call)}/Bindings", params=[*query, ("PageSize", "1")])
    found: list[str] = []
    while True:
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [each["sid"] for each in page["bindings"]]
        if page["meta"]["next_page_url"] is None:
            return found
        answer = await bench.http.get(page["meta"]["next_page_url"])


async def test_a_binding_shows_the_documented_fields(bench: Bench, call: Call) -> None:
    binding = await registered(call, "ada", "gcm")
    path = f"{door(call)}/Bindings/{binding.sid}"
    shown = await bench.seen(path)
    assert shown == {
        "sid": binding.sid,
        "account_sid": call.scope.account_sid,
        "chat_service_sid": call.service_sid,
        "credential_sid": None,
        "date_created": "1970-01-01T00:00:00Z",
        "date_updated": "1970-01-01T00:00:00Z",
        "endpoint": "device 1",
        "identity": "ada",
        "binding_type": "gcm",
        "message_types": ["new_message"],
        "url": f"http://bench/v1{path}",
    }
    assert (await bench.seen(f"{door(call)}/Bindings"))["bindings"] == [shown]


async def test_message_types_are_a_list_and_dates_are_written(call: Call) -> None:
    words = '["removed_from_conversation","new_message","added_to_conversation"]'
    binding = rows.binding(message_types=words, credential_sid="CR1", date_updated=NOON)
    shown = view(call.scope, binding)
    assert shown.message_types == [
        "removed_from_conversation",
        "new_message",
        "added_to_conversation",
    ]
    assert (shown.credential_sid, shown.date_updated) == ("CR1", "2026-01-01T12:00:00Z")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ([], PAIRS),
        ([("BindingType", "apn")], [PAIRS[0], PAIRS[4]]),
        ([("BindingType", "ApN"), ("BindingType", "GCM")], [PAIRS[0], PAIRS[3], PAIRS[4]]),
        ([("BindingType", "apn"), ("BindingType", "APN")], [PAIRS[0], PAIRS[4]]),
        ([("Identity", "ada")], [PAIRS[0], PAIRS[2]]),
        ([("Identity", "eve"), ("Identity", "bob")], [PAIRS[1], PAIRS[3], PAIRS[4]]),
        ([("Identity", "bob"), ("BindingType", "apn")], [PAIRS[4]]),
        ([("Identity", "Ada")], []),
        ([("Identity", "nobody"), ("Identity", "eve")], [PAIRS[3]]),
        ([("BindingType", ""), ("Identity", "")], PAIRS),
        ([("bindingtype", "apn"), ("Endpoint", "x")], PAIRS),
    ],
    ids=str,
)
async def test_bindings_are_looked_for_by_types_and_identities(
    bench: Bench, call: Call, every: list[Binding], query: Any, wanted: Any
) -> None:
    expected = [each.sid for each, pair in zip(every, PAIRS, strict=True) if pair in wanted]
    assert await sids(bench, call, query) == expected


@pytest.mark.parametrize("types", [["sms"], ["apn", "sms"], ["apn", ""], ["apn,fcm"], ["null"]])
async def test_a_type_that_there_is_not_is_refused(
    bench: Bench, call: Call, types: list[str]
) -> None:
    answer = await bench.http.get(f"/v1{door(call)}/Bindings", params={"BindingType": types})
    assert_refused(answer, 400, 50209)


async def test_at_most_100_identities_are_looked_for_at_once(
    bench: Bench, call: Call, every: list[Binding]
) -> None:
    path = f"/v1{door(call)}/Bindings"
    hundred = ["ada", *(f"user {number}" for number in range(99))]
    answer = await bench.http.get(path, params={"Identity": [*hundred, "ada"]})
    assert [each["identity"] for each in answer.json()["bindings"]] == ["ada", "ada"]
    answer = await bench.http.get(path, params={"Identity": [*hundred, "bob"]})
    assert_refused(answer, 400, 20001)


async def test_the_urls_of_pages_repeat_every_filter(
    bench: Bench, call: Call, every: list[Binding]
) -> None:
    params = {"Identity": ["ada", "bob"], "BindingType": ["apn", "twilsock"], "PageSize": "1"}
    answer = await bench.http.get(f"/v1{door(call)}/Bindings", params=params)
    meta = answer.json()["meta"]
    filters = "Identity=ada&Identity=bob&BindingType=apn&BindingType=twilsock"
    for name in ("url", "first_page_url", "next_page_url"):
        assert meta[name].startswith(f"http://bench/v1{door(call)}/Bindings?{filters}&PageSize=1&")
    assert meta["key"] == "bindings"
    token = meta["next_page_url"].partition("PageToken=")[2]
    other = {**params, "Identity": ["ada"], "PageToken": token}
    assert_refused(await bench.http.get(f"/v1{door(call)}/Bindings", params=other), 400, 20001)


async def test_a_page_holds_50_bindings_and_100_at_most(bench: Bench, call: Call) -> None:
    path = f"{door(call)}/Bindings"
    assert (await bench.seen(path))["meta"]["page_size"] == 50
    assert (await bench.seen(path, PageSize=1000))["meta"]["page_size"] == 100
    assert (await bench.seen(path, Page=7))["meta"]["page"] == 7


async def test_a_deleted_binding_is_gone(bench: Bench, call: Call, every: list[Binding]) -> None:
    path = f"/v1{door(call)}/Bindings/{every[0].sid}"
    answer = await bench.http.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert_refused(await bench.http.get(path), 404, 20404)
    assert_refused(await bench.http.delete(path), 404, 20404)
    assert await sids(bench, call, []) == [each.sid for each in every[1:]]


async def test_a_deleted_user_s_bindings_are_gone(
    bench: Bench, call: Call, every: list[Binding]
) -> None:
    await bench.http.delete("/v1/Users/ada")
    assert await sids(bench, call, [("Identity", "ada")]) == []
    left = [each.sid for each in every if each.identity != "ada"]
    assert await sids(bench, call, []) == left


@pytest.mark.parametrize("sid", ["BS" + "0" * 32, "ada", "device 1"])
async def test_a_binding_that_is_not_there_is_not_found(
    bench: Bench, call: Call, every: list[Binding], sid: str
) -> None:
    path = f"/v1{door(call)}/Bindings/{sid}"
    assert_refused(await bench.http.get(path), 404, 20404)
    assert_refused(await bench.http.delete(path), 404, 20404)


async def test_another_service_has_other_bindings(
    bench: Bench, call: Call, every: list[Binding]
) -> None:
    other = (await create_service(call, "other")).sid
    assert (await bench.seen(f"/Services/{other}/Bindings"))["bindings"] == []
    path = f"/v1/Services/{other}/Bindings/{every[0].sid}"
    for answer in (await bench.http.get(path), await bench.http.delete(path)):
        assert_refused(answer, 404, 20404)
    assert answer.headers["partywire-hint"].startswith(f"{every[0].sid} exists, but in service")


async def test_bindings_are_not_made_over_rest_nor_listed_at_the_account_door(
    bench: Bench, call: Call
) -> None:
    answer = await bench.http.post(f"/v1{door(call)}/Bindings", data={"Identity": "ada"})
    assert_refused(answer, 405, 20004)
    assert_refused(await bench.http.get("/v1/Bindings"), 404, 20404)


async def test_a_browser_is_shown_without_the_keys_for_it(bench: Bench, call: Call) -> None:
    keys = {"p256dh": "BA" + "A" * 85, "auth": "S" * 22}
    endpoint = json.dumps({"endpoint": "https://push.example/x", "keys": keys})
    await create_user(call, "ada", UserChanges())
    new = NewBinding(binding_type="webpush", endpoint=endpoint, message_types=("new_message",))
    made = await create(call, "ada", new)
    shown = (await bench.http.get(f"/v1{door(call)}/Bindings/{made.sid}")).json()
    assert (shown["binding_type"], shown["endpoint"]) == ("webpush", "https://push.example/x")
    assert await sids(bench, call, []) == [made.sid]
    every = [("BindingType", each) for each in ("apn", "gcm", "fcm", "twilsock")]
    assert await sids(bench, call, every) == []
    refused = await bench.http.get(f"/v1{door(call)}/Bindings", params={"BindingType": "webpush"})
    assert_refused(refused, 400, 50209)
    assert (await bench.http.delete(f"/v1{door(call)}/Bindings/{made.sid}")).status_code == 204
