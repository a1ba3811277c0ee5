"""Databases of known size, written through the storage layer."""

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from partywire import sids
from partywire.app import opened
from partywire.config import Config
from partywire.domain import (
    accounts,
    conversations,
    participants,
    user_conversations,
    users,
)
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import Message
from partywire.model.participants import NewParticipant
from partywire.model.scope import Scope
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges
from partywire.storage import conversations as conversation_store
from partywire.storage import messages as message_store
from partywire.storage import participants as participant_store
from partywire.storage.query import Statement

HORIZON_FROM_END = 5


class Made(Struct, frozen=True):
    """A database, its account, one user, and (the first fifty of) the user's conversations."""

    url: str
    key_file: Path
    username: str
    password: str
    user: str
    conversations: tuple[str, ...]

    @property
    def file(self) -> Path:
        """The file of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))


_COUNT = Statement(
    """UPDATE conversations SET next_message_index = $2, messages_deleted = $3 WHERE sid = $1"""
)


def identities(people: int) -> list[str]:
    """Of so many users: of the one whose conversations are listed, and others."""
    return ["alice", *(f"user-{number}" for number in range(1, people))]


async def made(
    folder: Path,
    *,
    user_conversations_count: int,
    messages_each: int = 10,
    messages_in_first: int | None = None,
    deleted: float = 0.0,
    people: int = 1,
) -> Made:
    """A user in so many conversations of so many messages, each read to near the end.

    Args:
        folder: where the database goes.
        user_conversations_count: how many conversations the user is in.
        messages_each: how many messages were posted to each of the first fifty.
        messages_in_first: how many to the very first, where that differs.
        deleted: which part of the messages is deleted again, spread evenly.
        people: how many are in the very first, whose identities are ``identities``.
    """
    folder.mkdir(parents=True)
    database = folder / "bench.db"
    key_file = database.with_suffix(".key")
    config = Config(database=f"sqlite:///{database}", key_file=str(key_file))
    async with opened(config) as resources:
        account, token = await accounts.create(resources)
        scope = Scope(account.id, account.sid, account.default_service_sid, "account", "")
        call = Call(resources, scope, resources.clock.now())
        user = await users.create(call, "alice", UserChanges())
        blank = await conversations.create(call, ConversationChanges(friendly_name="Talk"))
        await participants.create(call, blank.sid, NewParticipant(identity="alice"))
        first = await participants.fetch(call, blank.sid, "alice")
        for identity in identities(people)[1:]:
            await participants.create(call, blank.sid, NewParticipant(identity=identity))
        found = [blank.sid]
        async with resources.database.transaction() as transaction:
            for number in range(user_conversations_count - 1):
                sid = call.sid(sids.CONVERSATION)
                talk = replace(blank, sid=sid, friendly_name=f"Talk {number}")
                await conversation_store.add(transaction, talk)
                joined = replace(first, sid=call.sid(sids.PARTICIPANT), conversation_sid=sid)
                await participant_store.add(transaction, joined)
                found.append(sid)
        for number, sid in enumerate(found[:50]):
            count = messages_each if number or messages_in_first is None else messages_in_first
            await _fill(call, sid, first.sid, count, deleted)
    return Made(config.database, key_file, account.sid, token, user.sid, tuple(found[:50]))


async def _fill(call: Call, sid: str, author: str, count: int, deleted: float) -> None:
    step = round(1 / deleted) if deleted else 0
    gone = 0
    async with call.database.transaction() as transaction:
        for index in range(count):
            message = Message(
                sid=call.sid(sids.MESSAGE),
                service_sid=call.service_sid,
                conversation_sid=sid,
                index=index,
                author="alice",
                participant_sid=author,
                body="The quick brown fox jumps over the lazy dog",
                subject=None,
                attributes="{}",
                date_created=call.now,
                date_updated=call.now,
            )
            await message_store.add(transaction, message)
            if step and index % step == 0:
                await message_store.delete(transaction, call.service_sid, sid, message.sid)
                gone += 1
        await transaction.run(_COUNT, sid, count, gone)
    horizon = max(0, count - 1 - HORIZON_FROM_END)
    seen = UserConversationChanges(last_read_message_index=horizon)
    await user_conversations.update(call, "alice", sid, seen)
