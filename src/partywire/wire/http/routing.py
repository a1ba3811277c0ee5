"""Finds what stands at a path, by its segments: as fast for the last route as for the first.

Paths match case-sensitively and without a trailing slash. A segment is percent-decoded exactly
once, so that an identity may hold ``/`` or ``%``; ``+`` is a plus sign here.
"""

from typing import Any, Final, Generic, TypeVar
from urllib.parse import unquote_to_bytes

T = TypeVar("T")

_ANY: Final = b"{}"  # stands for a parameter; a client's braces arrive percent-encoded or not found


class Routes(Generic[T]):
    """A tree of path segments with one ``T`` at each leaf."""

    def __init__(self) -> None:
        self._root: dict[bytes | None, Any] = {}

    def at(self, template: str, new: T) -> T:
        """What stands at this template; ``new`` is put there if nothing does.

        Args:
            template: such as ``/v1/Users/{Sid}``.
            new: for a path that is not known yet.
        """
        node = self._root
        for segment in template[1:].split("/"):
            key = _ANY if segment.startswith("{") else segment.encode()
            node = node.setdefault(key, {})
        found: T = node.setdefault(None, new)
        return found

    def find(self, path: bytes) -> tuple[T, list[str]] | None:
        """What stands at this path, and its decoded parameters; None if nothing does.

        Args:
            path: as it came over the wire, still percent-encoded.
        """
        node = self._root
        parameters: list[str] = []
        for segment in path[1:].split(b"/"):
            onward = node.get(segment)
            if onward is None or segment == _ANY:
                onward = node.get(_ANY)
                if onward is None or not segment:
                    return None
                try:
                    parameters.append(_decoded(segment))
                except UnicodeDecodeError:
                    return None
            node = onward
        found = node.get(None)
        return None if found is None else (found, parameters)


def _decoded(segment: bytes) -> str:
    return unquote_to_bytes(segment).decode() if b"%" in segment else segment.decode()
