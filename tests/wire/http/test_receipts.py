"""Delivery receipts: what is shown of them, at both doors."""

import pytest
from msgspec.structs import replace

from conftest import NOON
from domain.deliveries import delivered, said
from harness import assert_refused
from partywire.domain.call import Call
from partywire.model.messages import Message
from partywire.model.receipts import Receipt
from partywire.wire.http.receipts import view
from storage import rows
from wire.http.bench import Bench


@pytest.fixture
async def message(call: Call) -> Message:
    """A message in a conversation called ``tea``."""
    return await said(call)


@pytest.fixture
async def receipt(call: Call, message: Message) -> Receipt:
    """A receipt of the message."""
    return await delivered(call, message)


async def test_a_receipt_shows_the_documented_fields(
    bench: Bench, call: Call, message: Message, receipt: Receipt
) -> None:
    path = f"/Conversations/{message.conversation_sid}/Messages/{message.sid}/Receipts"
    shown = await bench.seen(f"{path}/{receipt.sid}")
    assert shown == {
        "account_sid": call.scope.account_sid,
        "conversation_sid": message.conversation_sid,
        "message_sid": message.sid,
        "sid": receipt.sid,
        "channel_message_sid": receipt.channel_message_sid,
        "participant_sid": receipt.participant_sid,
        "status": "sent",
        "error_code": 0,
        "date_created": "1970-01-01T00:00:00Z",
        "date_updated": None,
        "url": f"http://bench/v1{path}/{receipt.sid}",
    }
    assert (await bench.seen(path))["delivery_receipts"] == [shown]


async def test_the_service_door_shows_the_service_too(
    bench: Bench, call: Call, message: Message, receipt: Receipt
) -> None:
    path = f"/Conversations/tea/Messages/{message.sid}/Receipts"
    short = await bench.seen(f"{path}/{receipt.sid}")
    door = f"/Services/{call.service_sid}"
    long = await bench.seen(f"{door}{path}/{receipt.sid}")
    url = short["url"].replace("/v1/", f"/v1{door}/")
    assert long == {**short, "chat_service_sid": call.service_sid, "url": url}
    assert (await bench.seen(f"{door}{path}"))["delivery_receipts"] == [long]


async def test_a_failed_delivery_shows_why_and_when(call: Call) -> None:
    failed = rows.receipt(status="failed", error_code=30003, date_updated=NOON)
    shown = view(replace(call.scope, door="service"), failed)
    assert (shown.status, shown.error_code) == ("failed", 30003)
    assert (shown.date_created, shown.date_updated) == (
        "1970-01-01T00:00:00Z",
        "2026-01-01T12:00:00Z",
    )


async def test_receipts_are_listed_page_by_page(bench: Bench, call: Call, message: Message) -> None:
    every = [(await delivered(call, message)).sid for _ in range(3)]
    path = f"/Conversations/tea/Messages/{message.sid}/Receipts"
    first = await bench.seen(path, PageSize=2)
    second = (await bench.http.get(first["meta"]["next_page_url"])).json()
    found = first["delivery_receipts"] + second["delivery_receipts"]
    assert [each["sid"] for each in found] == every
    assert second["meta"]["next_page_url"] is None
    assert first["meta"]["key"] == "delivery_receipts"
    assert (await bench.seen(path))["meta"]["page_size"] == 50
    assert (await bench.seen(path, PageSize=100))["meta"]["page_size"] == 50
    assert (await bench.seen(path, Page=7))["meta"]["page"] == 7


async def test_a_message_that_only_chatters_read_has_no_receipts(
    bench: Bench, message: Message
) -> None:
    shown = await bench.seen(f"/Conversations/tea/Messages/{message.sid}")
    answer = await bench.http.get(shown["links"]["delivery_receipts"])
    assert answer.json()["delivery_receipts"] == []


async def test_a_receipt_is_found_below_its_own_message_only(
    bench: Bench, call: Call, message: Message, receipt: Receipt
) -> None:
    other = await said(call)
    coffee = await said(call, "coffee")
    for path in (
        f"tea/Messages/{other.sid}/Receipts/{receipt.sid}",
        f"coffee/Messages/{message.sid}/Receipts/{receipt.sid}",
        f"coffee/Messages/{coffee.sid}/Receipts/{receipt.sid}",
        f"nowhere/Messages/{message.sid}/Receipts/{receipt.sid}",
        f"tea/Messages/{message.sid}/Receipts/DY{'0' * 32}",
        f"tea/Messages/{message.sid}/Receipts/0",
        f"tea/Messages/0/Receipts/{receipt.sid}",
        f"tea/Messages/IM{'0' * 32}/Receipts",
        f"coffee/Messages/{message.sid}/Receipts",
        f"CH{'0' * 32}/Messages/{message.sid}/Receipts",
    ):
        assert_refused(await bench.http.get(f"/v1/Conversations/{path}"), 404, 20404)


async def test_a_deleted_message_takes_its_receipts_along(
    bench: Bench, message: Message, receipt: Receipt
) -> None:
    path = f"/v1/Conversations/tea/Messages/{message.sid}"
    assert (await bench.http.delete(path)).status_code == 204
    assert_refused(await bench.http.get(f"{path}/Receipts"), 404, 20404)
    assert_refused(await bench.http.get(f"{path}/Receipts/{receipt.sid}"), 404, 20404)


async def test_receipts_are_read_and_nothing_else(
    bench: Bench, message: Message, receipt: Receipt
) -> None:
    path = f"/v1/Conversations/tea/Messages/{message.sid}/Receipts"
    for method in ("POST", "DELETE"):
        assert_refused(await bench.http.request(method, path), 405, 20004)
        assert_refused(await bench.http.request(method, f"{path}/{receipt.sid}"), 405, 20004)


async def test_another_service_does_not_find_a_receipt(
    bench: Bench, message: Message, receipt: Receipt
) -> None:
    other = (await bench.made("/Services", {"FriendlyName": "other"}))["sid"]
    path = f"Conversations/{message.conversation_sid}/Messages/{message.sid}/Receipts"
    for each in (path, f"{path}/{receipt.sid}"):
        assert_refused(await bench.http.get(f"/v1/Services/{other}/{each}"), 404, 20404)
