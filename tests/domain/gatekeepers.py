"""A gate that says what a test wants, and remembers what it was asked."""

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from partywire.domain.call import Call
from partywire.model.conversations import Opening
from partywire.model.events import PreEventKind


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


def guarded(call: Call, gate: Gatekeeper, *, webhooks: bool = True) -> Call:
    """The call of a server with this gate."""
    return replace(call, resources=replace(call.resources, gate=gate), webhooks=webhooks)
