"""What a use-case leaves behind, and the first steps of most scenarios."""

import contextlib
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator

import apsw
import msgspec
import pytest
from msgspec.structs import replace

import engines
from partywire.domain import conversations, messages, participants, services
from partywire.domain.call import Call, Resources
from partywire.errors import ApiError
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.model.events import Event, EventKind
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.storage.database import Reader
from partywire.storage.query import Query, columns

MINUTE = 60_000
HOUR = 60 * MINUTE
NOBODY = "f" * 32  # the digits of a SID that nothing has


def later(call: Call, milliseconds: int = MINUTE) -> Call:
    """The same caller's next request."""
    return replace(call, now=call.now + milliseconds)


async def elsewhere(call: Call) -> Call:
    """The same account's call in another service."""
    service = await services.create(call, "Elsewhere")
    return replace(call, scope=replace(call.scope, service_sid=service.sid))


async def talk(
    call: Call,
    *identities: str,
    messages_posted: int = 0,
    changes: ConversationChanges | None = None,
) -> Conversation:
    """A conversation with these people in it, and some messages."""
    made = await conversations.create(call, changes or ConversationChanges())
    for identity in identities:
        await participants.create(call, made.sid, NewParticipant(identity=identity))
    for number in range(messages_posted):
        await messages.create(call, made.sid, MessageChanges(body=f"message {number}"))
    return await conversations.fetch(call, made.sid)


async def close(call: Call, sid: str) -> None:
    """Closes a conversation."""
    await conversations.update(call, sid, ConversationChanges(state="closed"))


def stored(resources: Resources) -> list[str]:
    """Everything that is committed, as text.

    Python's own SQLite must not open a file that this process has open through another one: both
    take POSIX locks, which belong to the process, and the first to close lets go of all of them.
    """
    url = resources.config.database
    if url.startswith("postgresql:"):
        return engines.outside().contents(url)
    file = url.removeprefix("sqlite:///")
    with tempfile.TemporaryDirectory() as folder:
        copy = f"{folder}/copy"
        with contextlib.closing(apsw.Connection(file)) as connection:
            connection.execute("VACUUM INTO ?", (copy,))
        with contextlib.closing(sqlite3.connect(copy)) as read:
            return list(read.iterdump())


_HAPPENED = Query(f"SELECT {columns(Event)} FROM events ORDER BY arrival", Event)


async def happened(reader: Reader) -> list[Event]:
    """Every event so far, in the order of arrival; as none has a place in the feed yet."""
    return [replace(event, position=None) for event in await reader.all(_HAPPENED)]


def left(resources: Resources) -> str:
    """Everything that is committed but for the outbox, which tells of what is gone too.

    And but for what the outbox's readers have to know of it.
    """
    gone = ('INSERT INTO "events"', "events ")
    gone += ('INSERT INTO "removed_conversations"', "removed_conversations ")
    return "\n".join(line for line in stored(resources) if not line.startswith(gone))


@contextlib.asynccontextmanager
async def written(call: Call) -> AsyncIterator[list[Event]]:
    """The events that the block appends to the outbox: there once it is left."""
    before = await happened(call.database)
    found: list[Event] = []
    yield found
    found += (await happened(call.database))[len(before) :]


@contextlib.contextmanager
def unchanged(call: Call) -> Iterator[None]:
    """The block leaves the database, outbox included, as it was."""
    before = stored(call.resources)
    yield
    assert stored(call.resources) == before


@contextlib.contextmanager
def refused(call: Call, error: type[ApiError], match: str | None = None) -> Iterator[None]:
    """The block ends in exactly this error, and leaves the database as it was."""
    with unchanged(call), pytest.raises(error, match=match) as caught:
        yield
    assert type(caught.value) is error


def kinds(events: list[Event]) -> list[EventKind]:
    """What happened, in order."""
    return [event.kind for event in events]


def payload(thing: msgspec.Struct) -> str:
    """The thing as an event carries it."""
    return msgspec.json.encode(thing).decode()
