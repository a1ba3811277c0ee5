"""The bench's carrier: a handset holds what came, and says at once what it makes of it."""

import pytest

from delivery.channels.duty import ANN, BEN, PROXY, carry, phones
from domain.attached import uploaded
from partywire.domain import handsets, messages, receipts
from partywire.domain.call import Call
from partywire.model.handsets import HandsetMessage
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.receipts import DeliveryStatus

ALL = PageRequest(50)


async def held(call: Call, address: str) -> list[HandsetMessage]:
    return (await handsets.page(call, address, ALL)).items


async def test_a_handset_holds_what_was_said_and_by_whom(call: Call) -> None:
    talk = await phones(call, ANN)
    said = await messages.create(call, talk.sid, MessageChanges(author="eve", body="hello"))
    await carry(call)

    (receipt,) = (await receipts.page(call, talk.sid, said.sid, ALL)).items
    (found,) = await held(call, ANN)
    assert found == HandsetMessage(
        sid=receipt.channel_message_sid,
        account=call.scope.account,
        address=ANN,
        proxy_address=PROXY,
        direction="received",
        body="hello",
        author="eve",
        service_sid=call.service_sid,
        conversation_sid=talk.sid,
        message_sid=said.sid,
        participant_sid=receipt.participant_sid,
        date_created=call.now,
        number=found.number,
        status="delivered",
        error_code=0,
    )


async def test_a_handset_holds_what_was_attached(call: Call) -> None:
    talk = await phones(call, ANN)
    media = await uploaded(call)
    said = await messages.create(call, talk.sid, MessageChanges(author="eve"), [media.sid])
    await carry(call)
    assert [(each.body, each.media) for each in await held(call, ANN)] == [(None, said.media)]


@pytest.mark.parametrize("status", ["sent", "delivered", "read", "failed", "undelivered"])
async def test_a_handset_makes_of_messages_what_was_said_of_it(
    call: Call, status: DeliveryStatus
) -> None:
    talk = await phones(call, ANN, BEN)
    await handsets.update(call, ANN, status, 30003)
    await messages.create(call, talk.sid, MessageChanges(body="hello"))
    await carry(call)

    code = 30003 if status in {"failed", "undelivered"} else 0
    assert [(each.status, each.error_code) for each in await held(call, ANN)] == [(status, code)]
    assert [each.status for each in await held(call, BEN)] == ["delivered"]
