"""A bench's handsets: they hold, write, read and fail."""

import pytest
from msgspec import UNSET

from conftest import call_of
from delivery.channels.duty import ANN, BEN, PROXY, carry, phones
from domain.scenes import NOBODY, elsewhere, kinds, later, refused, written
from harness import account
from partywire import errors, sids
from partywire.domain import handsets, messages, receipts
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.handsets import Handset, HandsetMessage
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.receipts import DeliveryStatus

ALL = PageRequest(50)


async def received(call: Call, status: DeliveryStatus = "sent") -> HandsetMessage:
    """A message that Ann's handset has received, and done nothing with but this."""
    await handsets.update(call, ANN, status, UNSET)
    room = await phones(call, ANN, BEN)
    await messages.create(call, room.sid, MessageChanges(author="eve", body="hello"))
    await carry(call)
    (held,) = (await handsets.page(call, ANN, ALL)).items
    return held


async def test_any_address_has_a_handset_that_delivers(call: Call) -> None:
    assert await handsets.fetch(call, ANN) == Handset(call.scope.account, ANN, "delivered", 0)
    assert (await handsets.page(call, ANN, ALL)).items == []


async def test_what_is_no_address_has_none(call: Call) -> None:
    for act in (
        lambda: handsets.fetch(call, "nobody"),
        lambda: handsets.update(call, "nobody", "read", UNSET),
        lambda: handsets.page(call, "nobody", ALL),
        lambda: handsets.write(call, Incoming("nobody", PROXY, "x")),
    ):
        with refused(call, errors.BadAddress):
            await act()


@pytest.mark.parametrize(
    ("status", "given", "code"),
    [("failed", UNSET, 30008), ("undelivered", 30003, 30003), ("read", 30003, 0), ("sent", 1, 0)],
)
async def test_a_handset_is_told_what_to_make_of_messages(
    call: Call, status: DeliveryStatus, given: int, code: int
) -> None:
    told = await handsets.update(call, ANN, status, given)
    assert told == Handset(call.scope.account, ANN, status, code)
    assert await handsets.fetch(call, ANN) == told
    assert (await handsets.fetch(call, BEN)).status == "delivered"
    stranger = await call_of(call.resources, account()[0])
    assert (await handsets.fetch(stranger, ANN)).status == "delivered"


async def test_what_a_handset_writes_reaches_the_conversation_and_stays_on_it(call: Call) -> None:
    room = await phones(call, ANN)
    async with written(call) as events:
        sent = await handsets.write(call, Incoming(ANN, PROXY, "hello"))

    assert kinds(events) == ["message.added"]
    assert sids.is_sid(sent.sid, sids.SMS)
    (message,) = (await messages.page(call, room.sid, "asc", ALL)).items
    assert (sent.message_sid, sent.body, sent.author) == (message.sid, "hello", ANN)
    assert (sent.participant_sid, sent.direction) == (message.participant_sid, "written")
    assert (sent.status, sent.error_code) == (None, None)
    (held,) = (await handsets.page(call, ANN, ALL)).items
    assert held.sid == sent.sid


async def test_who_writes_over_whatsapp_sends_no_sms(call: Call) -> None:
    await phones(call, "whatsapp:" + ANN)
    sent = await handsets.write(call, Incoming("whatsapp:" + ANN, "whatsapp:" + PROXY, "hello"))
    assert sids.is_sid(sent.sid, sids.WHATSAPP)


async def test_what_cannot_be_sent_is_not_on_the_handset(call: Call) -> None:
    with refused(call, errors.BadRequest):
        await handsets.write(call, Incoming(ANN, PROXY, "hello"))
    assert (await handsets.page(call, ANN, ALL)).items == []


async def test_a_handset_says_what_became_of_a_message(call: Call) -> None:
    held = await received(call)
    for status in ("delivered", "read"):
        async with written(call) as events:
            said = await handsets.report(later(call), ANN, held.sid, status, UNSET)
        assert said.status == status
        assert await handsets.message(call, ANN, held.sid) == said
        assert [(event.kind, event.source, event.webhooks) for event in events] == [
            ("receipt.updated", "SMS", 1)
        ]
    (mine, _) = (await receipts.page(call, held.conversation_sid, held.message_sid, ALL)).items
    assert (mine.status, mine.date_updated) == ("read", call.now + 60_000)


@pytest.mark.parametrize("status", ["failed", "undelivered"])
async def test_a_handset_fails(call: Call, status: DeliveryStatus) -> None:
    held = await received(call)
    said = await handsets.report(call, ANN, held.sid, status, 30003)
    assert (said.status, said.error_code) == (status, 30003)


async def test_the_same_is_said_twice_without_harm(call: Call) -> None:
    held = await received(call, "delivered")
    async with written(call) as events:
        assert (await handsets.report(call, ANN, held.sid, "delivered", UNSET)) == held
    assert events == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("delivered", "failed"), ("read", "delivered"), ("failed", "read"), ("delivered", "sent")],
)
async def test_what_cannot_follow_is_refused(
    call: Call, before: DeliveryStatus, after: DeliveryStatus
) -> None:
    held = await received(call, before)
    with refused(call, errors.Conflict, f"The message is {before}"):
        await handsets.report(call, ANN, held.sid, after, UNSET)


async def test_only_what_was_received_and_is_there_can_be_reported(call: Call) -> None:
    held = await received(call)
    sent = await handsets.write(call, Incoming(ANN, PROXY, "hello"))
    for address, sid in ((ANN, sent.sid), (BEN, held.sid), (ANN, "SM" + NOBODY)):
        with refused(call, errors.NotFound):
            await handsets.report(call, address, sid, "read", UNSET)
    await messages.delete(call, held.conversation_sid, held.message_sid)
    with refused(call, errors.NotFound):
        await handsets.report(call, ANN, held.sid, "read", UNSET)
    assert (await handsets.message(call, ANN, held.sid)).status is None


async def test_nobody_else_has_the_handset(call: Call) -> None:
    held = await received(call)
    stranger = await call_of(call.resources, account()[0])
    assert (await handsets.page(stranger, ANN, ALL)).items == []
    with refused(call, errors.NotFound):
        await handsets.report(stranger, ANN, held.sid, "read", UNSET)
    there = await elsewhere(call)
    assert (await handsets.page(there, ANN, ALL)).items == [held]
