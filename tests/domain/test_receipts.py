"""Delivery receipts: found below their own message, gone with it."""

import pytest

from conftest import call_of
from domain.deliveries import delivered, said
from domain.scenes import NOBODY, close, elsewhere, refused
from harness import account
from partywire import errors
from partywire.domain import messages, receipts
from partywire.domain.call import Call
from partywire.model.pages import PageRequest

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
