"""Finds what stands at a path, by its segments: as fast for the last route as for the first.

Why not the toolkit's own router: decisions/0010.

Paths match case-sensitively and without a trailing slash. A segment is percent-decoded exactly
once, so that an identity may hold ``/`` or ``%``; ``+`` is a plus sign here. Nothing stands at a
path with a NUL character: not every database can be asked for it.
"""

from typing import Any, Final, Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")

_ANY: Final = "{}"  # stands for a parameter; clients send braces percent-encoded


class Routes(Generic[T]):
    """A tree of path segments with one ``T`` at each leaf."""

    def __init__(self) -> None:
        self._root: dict[str | None, Any] = {}

    def at(self, template: str, new: T) -> T:
        """What stands at this template; ``new`` is put there if nothing does.

        Args:
            template: such as ``/v1/Users/{Sid}``.
            new: for a path that is not known yet.
        """
        node = self._root
        for segment in template[1:].split("/"):
            node = node.setdefault(_ANY if segment.startswith("{") else segment, {})
        found: T = node.setdefault(None, new)
        return found

    def find(self, path: bytes) -> tuple[T, list[str]] | None:
        """What stands at this path, and its decoded parameters; None if nothing does.

        Args:
            path: as it came over the wire, still percent-encoded.
        """
        if b"%00" in path:
            return None
        try:
            segments = path[1:].decode().split("/")
            node = self._root
            parameters: list[str] = []
            for segment in segments:
                onward = node.get(segment)
                if onward is None or segment == _ANY:
                    onward = node.get(_ANY)
                    if onward is None or not segment:
                        return None
                    parameters.append(
                        unquote(segment, errors="strict") if "%" in segment else segment
                    )
                node = onward
        except UnicodeDecodeError:
            return None
        found = node.get(None)
        return None if found is None else (found, parameters)
