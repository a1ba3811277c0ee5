"""What a carrier of one's own has to be: this one keeps a queue, and reaches outside from there."""

from collections.abc import AsyncIterator

import pytest

from delivery.channels import gateway
from delivery.channels.duty import ANN, BEN, PROXY, carry, phones, receipts_of
from delivery.channels.gateway import Gateway, World
from domain.gatekeepers import Gatekeeper, guarded
from domain.scenes import NOBODY, elsewhere, refused, written
from partywire import errors
from partywire.delivery.channels.carrier import Carrier, ChannelMessage, Outcome, acting
from partywire.domain import addresses, messages, receipts
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.addresses import AddressChanges, AutoCreationChanges
from partywire.model.messages import Message, MessageChanges
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


@pytest.fixture
async def world(call: Call) -> AsyncIterator[World]:
    """Where the gateway of a test sends to."""
    await gateway.made(call.database)
    yield World()
    await gateway.gone(call.database)


async def test_what_a_gateway_queues_is_kept_once_and_sent_at_least_once(
    call: Call, message: Message, world: World
) -> None:
    carrier: Carrier = Gateway(call.resources, world)

    class Dying:
        """Ends as the second message is taken, after the first is in the queue."""

        def __init__(self) -> None:
            self.taken = 0

        async def take(self, transaction: Transaction, message: ChannelMessage) -> Outcome:
            self.taken += 1
            outcome = await carrier.take(transaction, message)
            if self.taken == 2:
                raise ConnectionError
            return outcome

    with pytest.raises(ConnectionError):
        await carry(call, Dying())
    await carry(call, carrier)
    await carry(call, carrier)

    world.breaks_at = 2
    with pytest.raises(ConnectionError):
        await Gateway(call.resources, world).send()
    begun_again = Gateway(call.resources, world)
    await begun_again.send()
    await begun_again.send()
    assert (world.calls, [each.recipient for each in world.given.values()]) == (3, [ANN, BEN])
    found = await receipts_of(call, message)
    assert [each.channel_message_sid for each in found] == list(world.given)


async def test_a_gateway_tells_late_and_twice_what_became_of_a_message(
    call: Call, world: World
) -> None:
    there = await elsewhere(call)
    room = await phones(there, ANN)
    said = MessageChanges(author="eve", body="hello")
    message = await messages.create(there, room.sid, said)
    gateway = Gateway(call.resources, world)
    await carry(call, gateway)
    await gateway.send()
    (sid,) = world.given

    async with written(call) as events:
        for status in ("read", "delivered", "read"):
            await gateway.status(sid, status)  # type: ignore[arg-type]
    assert [each.status for each in await receipts_of(there, message)] == ["read"]
    assert [(each.kind, each.source, each.webhooks) for each in events] == [
        ("receipt.updated", "SMS", 1)
    ]


async def test_what_a_gateway_hands_in_twice_is_said_once(call: Call, world: World) -> None:
    creation = AutoCreationChanges(enabled=1)
    await addresses.create(call, "sms", PROXY, AddressChanges(), creation)
    keeper = Gatekeeper()
    gateway = Gateway(guarded(call, keeper).resources, world)
    account, hello = call.scope.account, Incoming(ANN, PROXY, "hello")
    async with written(call) as events:
        await gateway.heard(account, "one", hello)
        await gateway.heard(account, "one", hello)
        await gateway.heard(account, "two", hello)
    kinds = ["conversation.added", "participant.added", "message.added", "message.added"]
    assert [each.kind for each in events] == kinds
    assert {(each.source, each.service_sid) for each in events} == {("SMS", call.service_sid)}
    assert keeper.asked


async def test_a_carrier_acts_for_an_account_that_is_there(call: Call) -> None:
    made = await acting(call.resources, "whatsapp", call.scope.account)
    assert (made.scope.account_sid, made.service_sid) == (call.scope.account_sid, call.service_sid)
    assert (made.source, made.now) == ("WHATSAPP", call.now)
    there = await elsewhere(call)
    made = await acting(call.resources, "sms", call.scope.account, there.service_sid)
    assert made.service_sid == there.service_sid
    with refused(call, errors.NotFound):
        await acting(call.resources, "sms", NOBODY)
