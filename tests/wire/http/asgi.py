"""ASGI by hand: one call of an application, and what it sent."""

from collections.abc import Iterable
from typing import Any

from starlette.types import Message
from starlette.types import Scope as Connection


def connection(
    method: str = "GET",
    path: bytes = b"/v1/Users",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> Connection:
    """The scope of one HTTP request."""
    return {
        "type": "http",
        "method": method,
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": list(headers),
        "server": ("127.0.0.1", 4242),
    }


class Wire:
    """Both ends of one exchange.

    Args:
        messages: what the client sends.
    """

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        """The next message of the client, who then goes away."""
        return self._messages.pop(0) if self._messages else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Takes a message of the server."""
        self.sent.append(message)

    @property
    def status(self) -> int:
        """The answer's status."""
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers; none may stand there twice."""
        pairs: list[tuple[bytes, bytes]] = self.sent[0]["headers"]
        found = {name.decode(): value.decode() for name, value in pairs}
        assert len(found) == len(pairs)
        return found

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    """A part of a request's body."""
    return {"type": "http.request", "body": data, "more_body": more}
