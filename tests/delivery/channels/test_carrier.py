"""What a carrier of one's own has to be: this one keeps a queue, and reaches outside from there."""

import pytest

from delivery.channels.duty import ANN, BEN, carry, phones
from partywire.delivery.channels.carrier import Carrier, ChannelMessage, Outcome
from partywire.domain import messages, receipts
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.receipts import Receipt
from partywire.storage.database import Transaction


class Queue:
    """Takes messages, and refuses those to a number that it does not know."""

    def __init__(self, unknown: str) -> None:
        self.waiting: list[ChannelMessage] = []
        self._unknown = unknown

    async def take(self, _transaction: Transaction, message: ChannelMessage) -> Outcome:
        if message.recipient == self._unknown:
            return Outcome("failed", 21211)
        self.waiting.append(message)
        return Outcome()


async def receipts_of(call: Call, message: Message) -> list[Receipt]:
    key = (message.conversation_sid, message.sid)
    return (await receipts.page(call, *key, PageRequest(50))).items


@pytest.fixture
async def message(call: Call) -> Message:
    talk = await phones(call, ANN, BEN)
    return await messages.create(call, talk.sid, MessageChanges(author="eve", body="hello"))


async def test_a_carrier_takes_a_message_and_tells_later_what_became_of_it(
    call: Call, message: Message
) -> None:
    queue = Queue(unknown="")
    carrier: Carrier = queue
    await carry(call, carrier)

    assert [each.recipient for each in queue.waiting] == [ANN, BEN]
    assert [each.status for each in await receipts_of(call, message)] == ["sent", "sent"]
    await receipts.update_status(call, queue.waiting[1].sid, "undelivered", 30005)
    shown = [(each.status, each.error_code) for each in await receipts_of(call, message)]
    assert shown == [("sent", 0), ("undelivered", 30005)]


async def test_what_a_carrier_does_not_take_failed_at_once(call: Call, message: Message) -> None:
    queue = Queue(unknown=BEN)
    await carry(call, queue)

    assert [each.recipient for each in queue.waiting] == [ANN]
    shown = [(each.status, each.error_code) for each in await receipts_of(call, message)]
    assert shown == [("sent", 0), ("failed", 21211)]


async def test_what_a_carrier_stumbles_over_is_handed_over_again(
    call: Call, message: Message
) -> None:
    class Stumbling(Queue):
        async def take(self, transaction: Transaction, message: ChannelMessage) -> Outcome:
            if message.recipient == BEN and not self.waiting[1:]:
                self.waiting.append(message)
                raise ConnectionError
            return await super().take(transaction, message)

    stumbling = Stumbling(unknown="")
    with pytest.raises(ConnectionError):
        await carry(call, stumbling)
    assert await receipts_of(call, message) == []
    await carry(call, stumbling)
    assert [each.status for each in await receipts_of(call, message)] == ["sent", "sent"]
