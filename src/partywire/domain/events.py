"""Writes down what happened, in the transaction in which it happens."""

import msgspec

from partywire import sids
from partywire.domain.call import Call, Resources
from partywire.model.conversations import Conversation
from partywire.model.events import Event, EventKind
from partywire.model.participants import Participant
from partywire.model.users import User
from partywire.storage import outbox
from partywire.storage.database import Transaction

_encoder = msgspec.json.Encoder()


async def append(
    call: Call,
    transaction: Transaction,
    kind: EventKind,
    thing: msgspec.Struct,
    conversation_sid: str | None = None,
    service_sid: str | None = None,
) -> None:
    """Appends an event to the outbox.

    Args:
        call: the request that caused it.
        transaction: the transaction of the change.
        kind: what happened.
        thing: what it happened to, after the change; before it, for a removal.
        conversation_sid: the conversation that it belongs to, if any.
        service_sid: the service, where it is not the call's own.
    """
    event = of(call, kind, thing, conversation_sid, service_sid)
    await outbox.append(transaction, event)


def of(
    call: Call,
    kind: EventKind,
    thing: msgspec.Struct,
    conversation_sid: str | None,
    service_sid: str | None = None,
) -> Event:
    """The event that says so; the arguments are those of ``append``."""
    return Event(
        sid=call.sid(sids.EVENT),
        service_sid=service_sid or call.service_sid,
        conversation_sid=conversation_sid,
        kind=kind,
        webhooks=int(call.webhooks),
        date=call.now,
        payload=_encoder.encode(thing).decode(),
        source=call.source,
        client_identity=call.client_identity,
        user_sid=_user_sid(thing),
    )


def _user_sid(thing: msgspec.Struct) -> str | None:
    """Whom an event is about."""
    match thing:
        case Participant():
            return thing.user_sid
        case User():
            return thing.sid
    return None


def by_itself(
    resources: Resources, now: int, kind: EventKind, thing: msgspec.Struct, within: Conversation
) -> Event:
    """The event that says what happened in a conversation without a request.

    Webhooks are told of it, as of everything that REST did not ask for.
    """
    return Event(
        sid=resources.mint.sid(sids.EVENT),
        service_sid=within.service_sid,
        conversation_sid=within.sid,
        kind=kind,
        webhooks=1,
        date=now,
        payload=_encoder.encode(thing).decode(),
    )
