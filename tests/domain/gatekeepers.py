"""A gate that says what a test wants, and the requests that have to pass one."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from domain.scenes import later, talk
from partywire.domain import conversations, messages, participants, users
from partywire.domain.call import Call
from partywire.domain.gates import Gate
from partywire.model.conversations import ConversationChanges, Opening
from partywire.model.events import PreEventKind
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.users import UserChanges

Act = Callable[[Call], Awaitable[Any]]


class Asked(NamedTuple):
    """One question."""

    kind: PreEventKind
    thing: Any
    opening: Opening | None


class Gatekeeper:
    """Answers with what ``answer`` makes of each question: mostly with no change."""

    def __init__(self, answer: Callable[[Asked], dict[str, str]] | None = None) -> None:
        self.asked: list[Asked] = []
        self.answer = answer or (lambda _: {})

    async def ask(
        self, _call: Call, kind: PreEventKind, thing: Struct, opening: Opening | None
    ) -> dict[str, str]:
        asked = Asked(kind, thing, opening)
        self.asked.append(asked)
        return self.answer(asked)


def guarded(call: Call, gate: Gate, *, webhooks: bool = True) -> Call:
    """The call of a server with this gate."""
    return replace(call, resources=replace(call.resources, gate=gate), webhooks=webhooks)


async def room_of(call: Call) -> Call:
    """The next call once Ann is in a room called tea, where somebody wrote."""
    tea = ConversationChanges(unique_name="tea")
    await talk(call, "ann", messages_posted=1, changes=tea)
    return later(call)


async def posted(call: Call) -> str:
    """SID of the message in the room."""
    (message,) = (await messages.page(call, "tea", "asc", PageRequest(1))).items
    return message.sid


async def _edit(call: Call, **changes: Any) -> Any:
    return await messages.update(call, "tea", await posted(call), MessageChanges(**changes))


async def _delete(call: Call) -> None:
    await messages.delete(call, "tea", await posted(call))


# The request that each pre-event stands before, in a room "tea" of Ann with one message.
REQUESTS: dict[PreEventKind, Act] = {
    "user.update": lambda c: users.update(c, "ann", UserChanges(friendly_name="Ann")),
    "conversation.add": lambda c: conversations.create(c, ConversationChanges(unique_name="x")),
    "conversation.update": lambda c: conversations.update(
        c, "tea", ConversationChanges(friendly_name="Tea")
    ),
    "conversation.remove": lambda c: conversations.delete(c, "tea"),
    "participant.add": lambda c: participants.create(c, "tea", NewParticipant(identity="bob")),
    "participant.update": lambda c: participants.update(
        c, "tea", "ann", ParticipantChanges(attributes="[]")
    ),
    "participant.remove": lambda c: participants.delete(c, "tea", "ann"),
    "message.add": lambda c: messages.create(c, "tea", MessageChanges(body="Milk?", author="ann")),
    "message.update": lambda c: _edit(c, body="Milk!", author="ann"),
    "message.remove": _delete,
}
