"""What a client of Sync keeps a copy of: documents, lists and maps, derived from rows."""

from typing import Generic, Literal, TypeVar

from msgspec import Struct

T = TypeVar("T")

Content = Literal["conversation", "messages", "roster", "info", "conversations"]


class SyncObject(Struct, frozen=True):
    """One document, list or map.

    Attributes:
        content: what is in it: a conversation's document, its list of messages, its map of
            participants; a user's map of properties, or of their conversations.
        owner: SID of the conversation or user.
    """

    content: Content
    owner: str


class Span(Struct, frozen=True):
    """Which items of a list or map are wanted.

    Attributes:
        start: the first key in the order, itself included; None begins at the end where the order
            does.
        size: how many at most.
        descending: whether the order is from the greatest key to the least.
    """

    start: str | int | None
    size: int
    descending: bool = False


class Slice(Struct, Generic[T], frozen=True):
    """Items in the wanted order, and whether there are more on either side of them."""

    items: list[T]
    before: bool
    beyond: bool


class Removal(Struct, frozen=True, gc=False):
    """That a conversation was deleted in which a user was, and the event's position."""

    position: int
    conversation_sid: str
