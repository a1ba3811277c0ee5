"""How many statements a use-case takes: each is a round trip where the database is elsewhere."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from domain.scenes import talk
from partywire.domain import messages, participants, user_conversations, users
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges

Act = Callable[[Call, str], Awaitable[Any]]

READ = UserConversationChanges(last_read_message_index=0)
MUTE = UserConversationChanges(notification_level="muted")
HORIZON = ParticipantChanges(last_read_message_index=0)
ATTRIBUTES = ParticipantChanges(attributes="{}")


class Counting:
    """A database, or a transaction, whose statements are counted."""

    def __init__(self, inner: Any, asked: list[str]) -> None:
        self._inner, self.asked = inner, asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in {"one", "all", "run", "run_long"}:
            return found

        async def counted(statement: Any, *arguments: Any) -> Any:
            self.asked.append(statement.text)
            return await found(statement, *arguments)

        return counted

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Counting"]:
        async with self._inner.transaction() as transaction:
            yield Counting(transaction, self.asked)


def watched(call: Call) -> tuple[Call, list[str]]:
    """The caller's next request, and the statements that it takes."""
    asked: list[str] = []
    database: Any = Counting(call.database, asked)
    return replace(call, resources=replace(call.resources, database=database)), asked


# Besides BEGIN and COMMIT. Each holds or decides in the statement that it needs anyway.
USE_CASES: dict[str, tuple[int, Act]] = {
    "a horizon is moved": (3, lambda c, s: user_conversations.update(c, "ann", s, READ)),
    "a horizon is moved by name": (
        3,
        lambda c, _: user_conversations.update(c, "ann", "tea", READ),
    ),
    "a conversation is muted": (3, lambda c, s: user_conversations.update(c, "ann", s, MUTE)),
    "a user reads": (1, lambda c, _: user_conversations.fetch(c, "ann", "tea")),
    "a participant's horizon": (4, lambda c, s: participants.update(c, s, "ann", HORIZON)),
    "a participant changes": (5, lambda c, s: participants.update(c, s, "ann", ATTRIBUTES)),
    "a participant leaves": (3, lambda c, s: participants.delete(c, s, "ann")),
    "a user joins": (6, lambda c, s: participants.create(c, s, NewParticipant(identity="bob"))),
    "a stranger joins": (9, lambda c, s: participants.create(c, s, NewParticipant(identity="eve"))),
    "a user is deleted": (7, lambda c, _: users.delete(c, "ann")),
}


@pytest.mark.parametrize("name", USE_CASES)
async def test_no_more_statements_than_it_needs(call: Call, name: str) -> None:
    needed, act = USE_CASES[name]
    room = await talk(call, "ann", changes=ConversationChanges(unique_name="tea"))
    await users.create(call, "bob", UserChanges())
    caller, asked = watched(call)

    await act(caller, room.sid)

    assert len(asked) == needed, asked


async def test_deleting_a_message_takes_four_statements(call: Call) -> None:
    room = await talk(call, messages_posted=1)
    (posted,) = (await messages.page(call, room.sid, "asc", PageRequest(1))).items
    caller, asked = watched(call)

    await messages.delete(caller, room.sid, posted.sid)

    assert len(asked) == 4, asked
