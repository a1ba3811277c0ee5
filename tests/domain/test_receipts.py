"""Delivery receipts: found below their own message, gone with it."""

import asyncio
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import call_of
from domain.deliveries import delivered, said
from domain.scenes import (
    NOBODY,
    close,
    elsewhere,
    happened,
    later,
    payload,
    refused,
    unchanged,
    written,
)
from harness import account
from partywire import errors, sids
from partywire.app import opened
from partywire.config import Config
from partywire.domain import messages, receipts
from partywire.domain.call import Call
from partywire.model.messages import Message
from partywire.model.pages import PageRequest
from partywire.model.receipts import Delivery, DeliveryStatus, Receipt
from storage import rows

TEN = PageRequest(10)


async def test_receipts_are_found_by_the_conversation_s_sid_and_unique_name(call: Call) -> None:
    message = await said(call)
    every = [await delivered(call, message) for _ in range(3)]
    for key in (message.conversation_sid, "tea"):
        page = await receipts.page(call, key, message.sid, PageRequest(2))
        assert page.items == every[:2]
        rest = await receipts.page(call, key, message.sid, PageRequest(2, page.next))
        assert rest.items == every[2:]
        assert await receipts.fetch(call, key, message.sid, every[0].sid) == every[0]


async def test_a_message_without_receipts_has_an_empty_list(call: Call) -> None:
    message = await said(call)
    assert (await receipts.page(call, "tea", message.sid, TEN)).items == []


async def test_a_receipt_of_another_message_is_not_found(call: Call) -> None:
    message, other = await said(call), await said(call)
    elsewhere_said = await said(call, "coffee")
    receipt = await delivered(call, message)
    for key, sid in (("tea", other.sid), ("coffee", elsewhere_said.sid), ("coffee", message.sid)):
        with refused(call, errors.NotFound):
            await receipts.fetch(call, key, sid, receipt.sid)
    assert (await receipts.page(call, "tea", other.sid, TEN)).items == []


@pytest.mark.parametrize("key", ["coffee", "CH" + NOBODY])
async def test_a_missing_conversation_has_no_receipts(call: Call, key: str) -> None:
    message = await said(call)
    receipt = await delivered(call, message)
    with refused(call, errors.NotFound):
        await receipts.page(call, key, message.sid, TEN)
    with refused(call, errors.NotFound):
        await receipts.fetch(call, key, message.sid, receipt.sid)


@pytest.mark.parametrize("sid", ["IM" + NOBODY, "0", ""])
async def test_a_missing_message_has_no_receipts(call: Call, sid: str) -> None:
    receipt = await delivered(call, await said(call))
    with refused(call, errors.NotFound):
        await receipts.page(call, "tea", sid, TEN)
    with refused(call, errors.NotFound):
        await receipts.fetch(call, "tea", sid, receipt.sid)


@pytest.mark.parametrize("sid", ["DY" + NOBODY, "0", ""])
async def test_a_receipt_that_is_not_there_is_not_found(call: Call, sid: str) -> None:
    message = await said(call)
    await delivered(call, message)
    with refused(call, errors.NotFound):
        await receipts.fetch(call, "tea", message.sid, sid)


async def test_nobody_else_finds_a_receipt(call: Call) -> None:
    message = await said(call)
    receipt = await delivered(call, message)
    stranger = await call_of(call.resources, account()[0])
    for other in (await elsewhere(call), stranger):
        for key in (message.conversation_sid, "tea"):
            with refused(call, errors.NotFound):
                await receipts.page(other, key, message.sid, TEN)
            with refused(call, errors.NotFound):
                await receipts.fetch(other, key, message.sid, receipt.sid)


async def test_a_closed_conversation_still_shows_its_receipts(call: Call) -> None:
    message = await said(call)
    receipt = await delivered(call, message)
    await close(call, message.conversation_sid)
    assert (await receipts.page(call, "tea", message.sid, TEN)).items == [receipt]


async def test_a_deleted_message_takes_its_receipts_along(call: Call) -> None:
    message, kept = await said(call), await said(call)
    receipt, other = await delivered(call, message), await delivered(call, kept)
    await messages.delete(call, "tea", message.sid)
    with refused(call, errors.NotFound):
        await receipts.fetch(call, "tea", message.sid, receipt.sid)
    assert (await receipts.page(call, "tea", kept.sid, TEN)).items == [other]


STATUSES: list[DeliveryStatus] = ["sent", "delivered", "read", "failed", "undelivered"]


async def begun(
    call: Call, message: Message, status: DeliveryStatus = "sent", error_code: int = 0
) -> Receipt:
    """A receipt as a carrier begins it."""
    sent = rows.receipt(
        sid=call.sid(sids.RECEIPT),
        service_sid=message.service_sid,
        conversation_sid=message.conversation_sid,
        message_sid=message.sid,
        channel_message_sid=call.sid(sids.SMS),
    )
    async with call.database.transaction() as transaction:
        await receipts.begin(call, transaction, sent, status, error_code)
        await receipts.sum_up(call, transaction, message.conversation_sid, message.sid)
    return sent


async def told(call: Call, message: Message) -> Delivery | None:
    """What the message says of its way."""
    found = (await messages.fetch(call, message.conversation_sid, message.sid)).delivery
    return None if found is None else msgspec.json.decode(found, type=Delivery)


async def test_a_status_changes_the_receipt_the_message_and_tells_webhooks(call: Call) -> None:
    message = await said(call)
    assert await told(call, message) is None
    sent = await begun(call, message)
    assert await told(call, message) == Delivery(sent=1)
    sms = replace(later(call), source="SMS")
    async with written(call) as events:
        receipt = await receipts.update_status(sms, sent.channel_message_sid, "failed", 30003)

    assert receipt == replace(
        sent, status="failed", error_code=30003, date_updated=call.now + 60_000
    )
    assert await receipts.fetch(call, "tea", message.sid, sent.sid) == receipt
    assert await told(call, message) == Delivery(failed=1)
    [event] = events
    assert (event.kind, event.webhooks, event.source) == ("receipt.updated", 1, "SMS")
    assert (event.payload, event.conversation_sid) == (payload(receipt), message.conversation_sid)
    date = (await messages.fetch(call, "tea", message.sid)).date_updated
    assert date == message.date_updated


@pytest.mark.parametrize("before", STATUSES)
@pytest.mark.parametrize("after", STATUSES)
async def test_a_status_only_goes_forward(
    call: Call, before: DeliveryStatus, after: DeliveryStatus
) -> None:
    sent = await begun(call, await said(call), before)
    follows = before == "sent" != after or (before, after) == ("delivered", "read")
    if follows:
        assert (await receipts.update_status(call, sent.channel_message_sid, after)).status == after
        return
    with unchanged(call):
        found = await receipts.update_status(call, sent.channel_message_sid, after)
    assert found.status == before


async def test_a_status_of_a_message_that_is_not_here_is_not_found(call: Call) -> None:
    message = await said(call)
    sent = await begun(call, message)
    stranger = await call_of(call.resources, account()[0])
    for other, sid in (
        (call, "SM" + NOBODY),
        (await elsewhere(call), sent.channel_message_sid),
        (stranger, sent.channel_message_sid),
    ):
        with refused(call, errors.NotFound):
            await receipts.update_status(other, sid, "read")
    await messages.delete(call, "tea", message.sid)
    with refused(call, errors.NotFound):
        await receipts.update_status(call, sent.channel_message_sid, "read")


@settings(max_examples=25)
@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STATUSES)), max_size=12),
)
def test_whatever_comes_in_whichever_order_the_message_says_how_it_stands(
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    reports: list[tuple[int, DeliveryStatus]],
) -> None:
    folder = tmp_path_factory.mktemp("run")
    config = Config(
        database=f"sqlite:///{folder}/run.db", key_file=f"{folder}/key", open_accounts=True
    )
    asyncio.run(_any_order(config, count, reports))


async def _any_order(config: Config, count: int, reports: list[tuple[int, DeliveryStatus]]) -> None:
    async with opened(config) as resources:
        call = await call_of(resources)
        message = await said(call)
        sent = [await begun(call, message) for _ in range(count)]
        model: list[DeliveryStatus] = ["sent"] * count
        changes = count
        for place, status in reports:
            number = place % count
            before = model[number]
            if before == "sent" != status or (before, status) == ("delivered", "read"):
                model[number] = status
                changes += 1
            await receipts.update_status(call, sent[number].channel_message_sid, status)
        counts: Counter[str] = Counter(model)
        assert await told(call, message) == Delivery(**counts)
        found = await receipts.page(call, "tea", message.sid, TEN)
        assert [each.status for each in found.items] == model
        events = [each for each in await happened(call.database) if each.kind == "receipt.updated"]
        assert len(events) == changes
