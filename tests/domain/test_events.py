"""Every change writes down exactly one event, with the thing as it is after the change."""

from collections.abc import Awaitable, Callable
from typing import get_args

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from domain.scenes import later, payload, talk, written
from partywire import sids
from partywire.domain import conversations, events, messages, participants, services, users
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.events import Event, EventKind
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.users import User, UserChanges

# What the event should carry, and the conversation that it should belong to.
Expected = tuple[msgspec.Struct, str | None]
# Prepares a scene; returns the one change to watch.
Scene = Callable[[Call], Awaitable[Callable[[], Awaitable[Expected]]]]


async def _service_added(call: Call) -> Callable[[], Awaitable[Expected]]:
    async def change() -> Expected:
        return await services.create(call, "Support"), None

    return change


async def _service_removed(call: Call) -> Callable[[], Awaitable[Expected]]:
    service = await services.create(call, "Support")

    async def change() -> Expected:
        await services.delete(call, service.sid)
        return service, None

    return change


async def _user_added(call: Call) -> Callable[[], Awaitable[Expected]]:
    async def change() -> Expected:
        return await users.create(call, "ada", UserChanges(friendly_name="Ada")), None

    return change


async def _user_updated(call: Call) -> Callable[[], Awaitable[Expected]]:
    await users.create(call, "ada", UserChanges())

    async def change() -> Expected:
        changes = UserChanges(friendly_name="Ada L.")
        return await users.update(later(call), "ada", changes), None

    return change


async def _user_removed(call: Call) -> Callable[[], Awaitable[Expected]]:
    user = await users.create(call, "ada", UserChanges())

    async def change() -> Expected:
        await users.delete(call, "ada")
        return user, None

    return change


async def _conversation_added(call: Call) -> Callable[[], Awaitable[Expected]]:
    async def change() -> Expected:
        made = await conversations.create(call, ConversationChanges(unique_name="general"))
        return made, made.sid

    return change


async def _conversation_updated(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call)).sid

    async def change() -> Expected:
        changes = ConversationChanges(friendly_name="General")
        return await conversations.update(later(call), sid, changes), sid

    return change


async def _conversation_removed(call: Call) -> Callable[[], Awaitable[Expected]]:
    conversation = await talk(call, "ada", messages_posted=2)

    async def change() -> Expected:
        await conversations.delete(call, conversation.sid)
        return conversation, conversation.sid

    return change


async def _participant_added(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call)).sid
    await users.create(call, "ada", UserChanges())

    async def change() -> Expected:
        return await participants.create(call, sid, NewParticipant(identity="ada")), sid

    return change


async def _participant_updated(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call, "ada")).sid

    async def change() -> Expected:
        changes = ParticipantChanges(last_read_message_index=3)
        return await participants.update(later(call), sid, "ada", changes), sid

    return change


async def _participant_removed(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call, "ada")).sid
    participant = await participants.fetch(call, sid, "ada")

    async def change() -> Expected:
        await participants.delete(call, sid, "ada")
        return participant, sid

    return change


async def _message_added(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call, "ada")).sid

    async def change() -> Expected:
        return await messages.create(call, sid, MessageChanges(author="ada", body="hello")), sid

    return change


async def _message_updated(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call)).sid
    message = await messages.create(call, sid, MessageChanges(body="helo"))

    async def change() -> Expected:
        changes = MessageChanges(body="hello")
        return await messages.update(later(call), sid, message.sid, changes), sid

    return change


async def _message_removed(call: Call) -> Callable[[], Awaitable[Expected]]:
    sid = (await talk(call)).sid
    message = await messages.create(call, sid, MessageChanges(body="hello"))

    async def change() -> Expected:
        await messages.delete(call, sid, message.sid)
        return message, sid

    return change


SCENES: dict[EventKind, Scene] = {
    "service.added": _service_added,
    "service.removed": _service_removed,
    "user.added": _user_added,
    "user.updated": _user_updated,
    "user.removed": _user_removed,
    "conversation.added": _conversation_added,
    "conversation.updated": _conversation_updated,
    "conversation.removed": _conversation_removed,
    "participant.added": _participant_added,
    "participant.updated": _participant_updated,
    "participant.removed": _participant_removed,
    "message.added": _message_added,
    "message.updated": _message_updated,
    "message.removed": _message_removed,
}


# Told beside another one, or whoever asked: each is tested where it happens, in test_timers,
# test_receipts, test_webhooks and test_presences.
OF_THEIR_OWN = {
    "conversation.state_updated",
    "receipt.updated",
    "user.reached",
    "webhook.added",
}


def test_every_kind_of_event_has_a_scene() -> None:
    assert set(SCENES) | OF_THEIR_OWN == set(get_args(EventKind))
    assert not set(SCENES) & OF_THEIR_OWN


def about(thing: Struct) -> str | None:
    """The user whom it is, or whose part in a conversation."""
    return thing.sid if isinstance(thing, User) else getattr(thing, "user_sid", None)


@pytest.mark.parametrize("webhooks", [False, True], ids=["silent", "webhooks"])
@pytest.mark.parametrize("kind", SCENES)
async def test_a_change_writes_exactly_one_event(
    call: Call, kind: EventKind, webhooks: bool
) -> None:
    asked = replace(call, webhooks=webhooks)
    change = await SCENES[kind](asked)
    async with written(asked) as found:
        thing, conversation_sid = await change()
    service_sid = thing.sid if kind.startswith("service.") else call.service_sid  # type: ignore[attr-defined]
    expected = Event(
        sid=found[0].sid,
        service_sid=service_sid,
        conversation_sid=conversation_sid,
        kind=kind,
        webhooks=int(webhooks),
        date=(later(call) if kind.endswith(".updated") else call).now,
        payload=payload(thing),
        user_sid=about(thing),
    )
    assert found == [expected]
    assert sids.is_sid(expected.sid, sids.EVENT)


async def test_an_event_belongs_to_the_call_s_service_unless_another_is_named(call: Call) -> None:
    service = await services.fetch(call, call.service_sid)
    async with written(call) as found, call.database.transaction() as transaction:
        await events.append(call, transaction, "service.added", service)
        await events.append(call, transaction, "service.added", service, service_sid="IS1")
    assert [event.service_sid for event in found] == [call.service_sid, "IS1"]


async def test_an_event_vanishes_with_the_transaction_that_fails(call: Call) -> None:
    async def fail() -> None:
        async with call.database.transaction() as transaction:
            thing = await services.fetch(call, call.service_sid)
            await events.append(call, transaction, "service.added", thing)
            raise ConnectionResetError

    async with written(call) as found:
        with pytest.raises(ConnectionResetError):
            await fail()
    assert found == []


async def test_events_stand_in_the_order_in_which_things_happened(call: Call) -> None:
    async with written(call) as found:
        await talk(call, "ada", messages_posted=2)
    assert [event.kind for event in found] == [
        "conversation.added",
        "user.added",
        "participant.added",
        "message.added",
        "message.added",
    ]
    assert [event.sid for event in found] == sorted(event.sid for event in found)


async def test_an_event_that_nobody_asked_for_is_told_to_webhooks(call: Call) -> None:
    room = await talk(call)
    event = events.by_itself(call.resources, call.now + 5, "conversation.updated", room, room)
    assert sids.is_sid(event.sid, sids.EVENT)
    assert event == Event(
        sid=event.sid,
        service_sid=call.service_sid,
        conversation_sid=room.sid,
        kind="conversation.updated",
        webhooks=1,
        date=call.now + 5,
        payload=payload(room),
    )
