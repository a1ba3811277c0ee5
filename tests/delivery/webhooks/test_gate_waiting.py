"""Who is asked may be slow, away or elsewhere, and requests may go, or be done again, meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from delivery.webhooks.asking import (
    JSON,
    MILK,
    answering,
    ask_account,
    ask_service,
    is_signed,
)
from domain.gatekeepers import REQUESTS, guarded
from domain.scenes import refused, stored, written
from partywire import errors
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks import attempt as attempts
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.domain import (
    addresses,
    conversation_with_participants,
    creators,
    inbound,
    messages,
    participants,
)
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.addresses import AddressChanges, AutoCreationChanges
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.model.events import PreEventKind
from partywire.model.messages import Message, MessageChanges
from partywire.model.participants import NewParticipant
from partywire.storage.database import Again, Transaction
from receivers import Received, Receiver, Reply, receiving
from storage import rows


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for an answer for long."""
    monkeypatch.setattr(attempts, "SECONDS", 0.05)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", REQUESTS)
async def test_who_is_too_slow_is_not_waited_for(
    room: Call, receiver: Receiver, kind: PreEventKind
) -> None:
    receiver.may_answer = lambda: False
    answering(receiver, {}, 403)
    await ask_account(room, receiver.url)
    async with written(room) as found:
        await REQUESTS[kind](room)
    assert found
    receiver.may_answer = lambda: True


def test_an_answer_may_take_five_seconds() -> None:
    assert attempts.SECONDS == 5.0


async def test_who_cannot_be_reached_is_not_waited_for(room: Call) -> None:
    with receiving() as gone:
        url = gone.url
    await ask_account(room, url)
    posted = await messages.create(room, "tea", MILK)
    assert posted.body == "Milk?"


async def test_a_receiver_that_must_not_be_reached_refuses(room: Call, receiver: Receiver) -> None:
    strict = WebhookGate(Targets())
    await ask_account(room, receiver.url)
    with refused(room, errors.WebhookUnreachable):
        await REQUESTS["message.add"](guarded(room, strict))  # type: ignore[arg-type]
    await strict.close()
    assert receiver.received == []


async def test_a_redirect_is_followed(room: Call, receiver: Receiver) -> None:
    def reply(received: Received) -> Reply:
        if received.target == "/old":
            return Reply(307, headers=(("Location", "/new"),))
        return Reply(200, b'{"body": "Tea!"}', JSON)

    receiver.reply = reply
    await ask_account(room, f"{receiver.url}/old")
    assert (await messages.create(room, "tea", MILK)).body == "Tea!"
    assert [received.target for received in receiver.received] == ["/old", "/new"]
    assert is_signed(receiver, receiver.received[1])


async def test_a_request_that_is_done_again_does_not_ask_again(
    room: Call, receiver: Receiver
) -> None:
    answering(receiver, {"body": "Tea!"})
    await ask_account(room, f"{receiver.url}/account")
    await ask_service(room, f"{receiver.url}/service")
    remembering = replace(room, answers={})
    tries: list[int] = []

    async def clash() -> Any:
        posted = await messages.create(remembering, "tea", MILK)
        tries.append(posted.index)
        if len(tries) < 3:
            raise Again("a clash")
        return posted

    posted = await until_done(clash)
    assert len(tries) == 3
    assert posted.body == "Tea!"
    assert len(receiver.received) == 2


async def _begun_with_bob(room: Call) -> Conversation:
    changes = ConversationChanges(friendly_name="Lunch")
    bob = NewParticipant(identity="bob")
    return await conversation_with_participants.create(room, changes, [bob])


async def _begun_by_ann(room: Call) -> Conversation:
    changes = ConversationChanges(friendly_name="Lunch")
    return await creators.create(replace(room, source="SDK", client_identity="ann"), changes)


async def _begun_from_a_phone(room: Call) -> Message:
    return await inbound.receive(room, Incoming("+15550101", "+15550199", "Lunch?"))


@pytest.mark.parametrize(
    ("begun", "asked"),
    [
        (_begun_with_bob, ["onConversationAdd", "onParticipantAdd"]),
        (_begun_by_ann, ["onConversationAdd", "onParticipantAdd"]),
        (_begun_from_a_phone, ["onConversationAdd", "onParticipantAdd", "onMessageAdd"]),
    ],
)
async def test_a_conversation_that_is_begun_again_is_the_one_that_was_asked_about(
    room: Call,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    begun: Callable[[Call], Awaitable[Any]],
    asked: list[str],
) -> None:
    wanted = AutoCreationChanges(enabled=1, type="default")
    await addresses.create(room, "sms", "+15550199", AddressChanges(), wanted)
    await ask_account(room, receiver.url)
    remembering = replace(room, answers={})
    tries: list[str] = []
    join = participants.join

    async def clash(call: Call, within: Transaction, sid: str, people: Any) -> Any:
        tries.append(sid)
        if len(tries) < 3:
            raise Again("a clash")
        return await join(call, within, sid, people)

    monkeypatch.setattr(participants, "join", clash)
    made = await until_done(begun, remembering)
    sid = getattr(made, "conversation_sid", made.sid)
    assert tries == [sid] * 3
    told = [received.parameters for received in receiver.received]
    assert [each["EventType"] for each in told] == asked
    assert {each["ConversationSid"] for each in told[1:]} == {sid}


async def test_an_account_that_goes_meanwhile_is_not_found(room: Call, receiver: Receiver) -> None:
    await ask_service(room, receiver.url)
    gone = replace(room, scope=replace(room.scope, account=rows.sid("AC", 99)))
    with pytest.raises(errors.NotFound):
        await REQUESTS["message.remove"](gone)
    assert receiver.received == []


async def test_a_hundred_requests_are_asked_about_at_the_same_time(
    room: Call, receiver: Receiver
) -> None:
    # No answer comes before all have been asked: were they to take turns, none would.
    receiver.may_answer = lambda: len(receiver.received) >= 100
    await ask_account(room, receiver.url)
    posting = (messages.create(room, "tea", MessageChanges(body=f"{n}")) for n in range(100))
    posted = await asyncio.gather(*posting)
    assert sorted(message.index for message in posted) == list(range(1, 101))


async def test_others_write_while_somebody_is_asked(room: Call, receiver: Receiver) -> None:
    receiver.may_answer = lambda: False
    await ask_account(room, receiver.url)
    waiting = asyncio.create_task(messages.create(room, "tea", MILK))
    await receiver.until(1)
    plain = replace(room, webhooks=False)
    for number in range(20):
        await messages.create(plain, "tea", MessageChanges(body=f"{number}"))
    assert not waiting.done()
    receiver.may_answer = lambda: True
    assert (await waiting).index == 21


async def test_a_request_that_goes_away_leaves_nothing_behind(
    room: Call, receiver: Receiver
) -> None:
    receiver.may_answer = lambda: False
    await ask_account(room, receiver.url)
    before = stored(room.resources)
    waiting = asyncio.create_task(messages.create(room, "tea", MILK))
    await receiver.until(1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    receiver.may_answer = lambda: True
    assert stored(room.resources) == before
