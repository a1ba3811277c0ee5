"""The gate: whoever wants to be asked before something happens is asked here.

A use-case asks before it opens its transaction, and only for a call that is to call webhooks. What
it can see by then to be refused anyway is refused unasked; what changes between the answer and the
transaction is decided there again (decided: decisions/0027).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from msgspec.structs import replace

from partywire.model.changes import Changes

if TYPE_CHECKING:
    from msgspec import Struct

    from partywire.domain.call import Call
    from partywire.model.conversations import Opening
    from partywire.model.events import PreEventKind

C = TypeVar("C", bound=Changes)


class Gate(Protocol):
    """Knows who wants to be asked, and asks them."""

    async def ask(
        self, call: Call, kind: PreEventKind, thing: Struct, opening: Opening | None
    ) -> dict[str, str]:
        """What is to be different, by the names of the thing's fields; mostly nothing.

        Args:
            call: the request.
            kind: what is about to happen.
            thing: what it happens to: as it would be, or as it is if it would go.
            opening: the message with which a conversation begins, if one does.

        Raises:
            RefusedByWebhook: it must not happen.
            BadWebhookAnswer, WebhookUnreachable: nobody can say whether it may.
        """


class OpenGate:
    """Lets everything through."""

    async def ask(
        self,
        call: Call,  # noqa: ARG002 - whatever it is, here and below
        kind: PreEventKind,  # noqa: ARG002
        thing: Struct,  # noqa: ARG002
        opening: Opening | None,  # noqa: ARG002
    ) -> dict[str, str]:
        """See ``Gate.ask``."""
        return {}


OPEN: Final = OpenGate()


async def ask(call: Call, kind: PreEventKind, thing: Struct) -> None:
    """Asks about what an answer can refuse, and not change.

    Raises:
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: see ``Gate.ask``.
    """
    await call.resources.gate.ask(call, kind, thing, None)


async def changed(
    call: Call, kind: PreEventKind, thing: Struct, changes: C, opening: Opening | None = None
) -> C:
    """Asks about what an answer can change; the changes are to be checked once more then.

    Args:
        call: the request.
        kind: what is about to happen.
        thing: as it would be with the changes.
        changes: what is wanted.
        opening: the message with which a conversation begins, if one does.

    Raises:
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: see ``Gate.ask``.
    """
    answered = await call.resources.gate.ask(call, kind, thing, opening)
    return replace(changes, **answered) if answered else changes
