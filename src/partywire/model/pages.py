"""A page of a list, and a position in it."""

from typing import Generic, Literal, TypeVar

from msgspec import Struct

T = TypeVar("T")

Key = tuple[str | int, ...]


class Position(Struct, frozen=True):
    """Where a page starts: right after, or right before, the item with this key."""

    side: Literal["after", "before"]
    key: Key


class PageRequest(Struct, frozen=True):
    """Which page is wanted: at most ``size`` items from ``position``, or from the start."""

    size: int
    position: Position | None = None


class Page(Struct, Generic[T], frozen=True):
    """Some items of a list in its order, and where its neighbours start (None: no neighbour)."""

    items: list[T]
    previous: Position | None = None
    next: Position | None = None
