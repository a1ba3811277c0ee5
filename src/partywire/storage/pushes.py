"""The decision log of push, and what is still to be sent."""

from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.participants import NotificationLevel
from partywire.model.pushes import Outcome, Push, PushKind
from partywire.storage.database import Reader, Transaction
from partywire.storage.messages import deletions_above
from partywire.storage.query import Query, Statement, columns, insert


class Device(Struct, frozen=True):
    """A user in a conversation with one of their devices; without one the binding is None."""

    participant_sid: str
    user_sid: str
    identity: str
    notification_level: NotificationLevel
    binding_sid: str | None
    binding_type: str | None
    credential_sid: str | None
    message_types: str | None


class Due(Struct, frozen=True):
    """A push that is to be sent, and how things are now.

    Attributes:
        participant: the user's part in the conversation; None if they are not in it.
        message: the message; None if it is deleted, or if it is about none.
        endpoint, registered: of the device, and when it was last registered; None if it is gone.
        credential_sid: what the device names.
        credential_type, sandbox, secrets: of the credential; None if there is none.
    """

    number: int
    service_sid: str
    account: str
    user_sid: str
    identity: str
    kind: PushKind
    message_sid: str | None
    binding_sid: str
    binding_type: str
    notification: str
    attempts: int
    date_created: int
    participant: str | None
    notification_level: NotificationLevel | None
    message: str | None
    endpoint: str | None
    registered: int | None
    credential_sid: str | None
    credential_type: str | None
    sandbox: int | None
    secrets: str | None


_CONFIGURED: Final = Query(
    "SELECT service_sid FROM service_notifications WHERE service_sid > $1 "
    "ORDER BY service_sid LIMIT 1",
    str,
)
_NOTABLE: Final = Query(
    f"""SELECT {columns(Event, "e")} FROM events e
    WHERE e.position > $1 AND e.position <= $2
    AND e.kind IN ('message.added', 'participant.added', 'participant.removed')
    AND EXISTS (SELECT 1 FROM service_notifications n WHERE n.service_sid = e.service_sid)
    ORDER BY e.position LIMIT $3""",
    Event,
)
_BINDING = "b.sid AS binding_sid, b.binding_type, b.credential_sid, b.message_types"
_IN_CONVERSATION: Final = Query(
    f"""SELECT numbered.sid AS participant_sid, numbered.user_sid, numbered.identity,
        numbered.notification_level, {_BINDING}
    FROM (SELECT sid, user_sid, identity, notification_level FROM participants
        WHERE service_sid = $1 AND conversation_sid = $2 AND sid > $3 AND user_sid IS NOT NULL
        ORDER BY sid LIMIT $4) AS numbered
    LEFT JOIN bindings b ON b.user_sid = numbered.user_sid""",
    Device,
)
_OF_USER: Final = Query(
    f"""SELECT CAST($1 AS TEXT) AS participant_sid, u.sid AS user_sid, u.identity,
        CAST($2 AS TEXT) AS notification_level, {_BINDING}
    FROM users u LEFT JOIN bindings b ON b.user_sid = u.sid
    WHERE u.service_sid = $3 AND u.sid = $4""",
    Device,
)
_INSERT: Final = Statement(
    f"{insert('pushes', Push)} ON CONFLICT (event_sid, participant_sid, binding_sid) DO NOTHING"
)
_REACHED: Final = Query(
    "SELECT participant_sid FROM pushes WHERE event_sid = $1 ORDER BY participant_sid DESC LIMIT 1",
    str,
)
_DUE: Final = Query(
    """SELECT number FROM pushes WHERE binding_type = $1 AND due IS NOT NULL AND due <= $2
    ORDER BY due, number LIMIT $3""",
    int,
)
_NEXT_DUE: Final = Query(
    """SELECT due FROM pushes WHERE binding_type = $1 AND due IS NOT NULL
    ORDER BY due, number LIMIT 1""",
    int,
)
_STANDING: Final = Query(
    """SELECT q.number, q.service_sid, s.account, q.user_sid, q.identity, q.kind, q.message_sid,
        q.binding_sid, q.binding_type, q.notification, q.attempts, q.date_created,
        p.sid AS participant, p.notification_level, m.sid AS message, b.endpoint,
        b.date_updated AS registered, b.credential_sid, c.type AS credential_type, c.sandbox,
        c.secrets
    FROM pushes q JOIN services s ON s.sid = q.service_sid
    LEFT JOIN participants p ON p.conversation_sid = q.conversation_sid
        AND p.user_sid = q.user_sid
    LEFT JOIN messages m ON m.sid = q.message_sid AND m.conversation_sid = q.conversation_sid
    LEFT JOIN bindings b ON b.user_sid = q.user_sid AND b.sid = q.binding_sid
    LEFT JOIN credentials c ON c.account = s.account AND c.sid = b.credential_sid
    WHERE q.number = $1 AND q.outcome = 'waiting'""",
    Due,
)
_DECIDE: Final = Statement(
    """UPDATE pushes SET outcome = $2, reason = $3, attempts = $4, due = NULL,
        notification = NULL, date_updated = $5
    WHERE number = $1 AND outcome = 'waiting'"""
)
_PUT_OFF: Final = Statement(
    """UPDATE pushes SET reason = $2, attempts = $3, due = $4, date_updated = $5
    WHERE number = $1 AND outcome = 'waiting'"""
)
_HORIZON = "p.last_read_message_index"
_BADGE: Final = Query(
    f"""SELECT count(*) AS unread FROM participants p
    WHERE p.service_sid = $1 AND p.user_sid = $2 AND {_HORIZON} IS NOT NULL
    AND (SELECT c.next_message_index - 1 - {_HORIZON} - CASE WHEN c.messages_deleted > 0
            THEN {deletions_above("c.sid", _HORIZON)} ELSE 0 END
        FROM conversations c WHERE c.sid = p.conversation_sid) > 0""",
    int,
)
_OF_MESSAGE: Final = Query(
    f"""SELECT {columns(Push)} FROM pushes WHERE message_sid = $1 AND number > $2
    ORDER BY number LIMIT $3""",
    Push,
)
_MESSAGE: Final = Query(f"SELECT {columns(Message)} FROM messages WHERE sid = $1", Message)
_PRUNE: Final = Statement(
    """DELETE FROM pushes WHERE number IN (
        SELECT number FROM (
            SELECT number, date_created FROM pushes ORDER BY number LIMIT $2) AS oldest
        WHERE date_created < $1)"""
)


async def is_configured(reader: Reader) -> bool:
    """Whether any service has settings of notifications."""
    return await reader.one(_CONFIGURED, "") is not None


async def notable(reader: Reader, position: int, last: int, limit: int) -> list[Event]:
    """The events beyond a position, up to another, that may be pushed, in order.

    Those are events of services that have settings of notifications.
    """
    return await reader.all(_NOTABLE, position, last, limit)


async def in_conversation(
    reader: Reader, service_sid: str, conversation_sid: str, beyond: str, limit: int
) -> list[Device]:
    """The devices of so many users in a conversation, beyond a participant's SID.

    Each user is there at least once, with or without a device; the order is the participants'.
    """
    key = (service_sid, conversation_sid)
    found = await reader.all(_IN_CONVERSATION, *key, beyond, limit)
    return sorted(found, key=lambda one: (one.participant_sid, one.binding_sid or ""))


async def of_user(
    reader: Reader,
    service_sid: str,
    user_sid: str,
    participant_sid: str,
    level: NotificationLevel,
) -> list[Device]:
    """A user's devices: at least one row, but for a user who is not there any more."""
    return await reader.all(_OF_USER, participant_sid, level, service_sid, user_sid)


async def add(transaction: Transaction, push: Push) -> None:
    """Writes a decision, unless it is there already."""
    await transaction.run(_INSERT, *astuple(push))


async def reached(reader: Reader, event_sid: str) -> str:
    """The last participant about whom something was decided; empty before the first."""
    return await reader.one(_REACHED, event_sid) or ""


async def due(reader: Reader, binding_type: str, now: int, limit: int) -> list[int]:
    """The numbers of the pushes that are to be sent to devices of this type, in order."""
    return await reader.all(_DUE, binding_type, now, limit)


async def next_due(reader: Reader, binding_type: str) -> int | None:
    """When the next push to a device of this type is due; None if none is."""
    return await reader.one(_NEXT_DUE, binding_type)


async def standing(reader: Reader, number: int) -> Due | None:
    """A push that waits, and how things are now; None if it does not wait any more."""
    return await reader.one(_STANDING, number)


async def decide(
    transaction: Transaction, number: int, outcome: Outcome, reason: str, attempts: int, now: int
) -> None:
    """Writes what became of a push that waited."""
    await transaction.run(_DECIDE, number, outcome, reason, attempts, now)


async def put_off(
    transaction: Transaction, number: int, reason: str, attempts: int, due: int, now: int
) -> None:
    """Lets a push wait for its next attempt."""
    await transaction.run(_PUT_OFF, number, reason, attempts, due, now)


async def badge(reader: Reader, service_sid: str, user_sid: str) -> int:
    """In how many of the user's conversations something lies above the read horizon."""
    return await reader.one(_BADGE, service_sid, user_sid) or 0


async def of_message(reader: Reader, message_sid: str, limit: int) -> list[Push]:
    """What was decided about a message, in the order of the decisions."""
    return await reader.all(_OF_MESSAGE, message_sid, 0, limit)


async def message(reader: Reader, sid: str) -> Message | None:
    """The message with this SID, of whichever service."""
    return await reader.one(_MESSAGE, sid)


async def prune(transaction: Transaction, before: int, limit: int) -> int:
    """Deletes the oldest decisions, if they are old enough; returns how many.

    Args:
        transaction: the transaction.
        before: milliseconds since 1970-01-01T00:00:00Z.
        limit: the most that are looked at.
    """
    return await transaction.run(_PRUNE, before, limit)
