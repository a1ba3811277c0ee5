"""The open sockets of this process: whose they are, and how to speak to them."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from partywire.domain import tokens
from partywire.domain.call import Call, Resources
from partywire.errors import ApiError
from partywire.model.tokens import Grant

# Takes a notification's message type and its payload, JSON. Never waits: a socket that does not
# take what is sent to it is dropped, and the SDK's next one has everything replayed.
Sender = Callable[[str, bytes], None]
Room = Callable[[], Awaitable[None]]
Ender = Callable[[ApiError], None]


async def _always() -> None:
    """There is room."""


def _stay(_error: ApiError) -> None:
    """There is no socket to be ended."""


class Connection:
    """One socket whose token was found good.

    Args:
        resources: the server's.
        grant: the token's; ``update`` brings another one of the same identity.
        user_sid: the user's.
        base: scheme and host of URLs in answers, such as ``https://chat.example.com``.
        sender: sends a notification.
        room: waits until little waits to be sent.
        ender: ends the socket, saying why.
    """

    def __init__(
        self,
        resources: Resources,
        grant: Grant,
        user_sid: str,
        base: str,
        sender: Sender,
        room: Room = _always,
        ender: Ender = _stay,
    ) -> None:
        self.resources = resources
        self.grant = grant
        self.user_sid = user_sid
        self.base = base
        self._sender = sender
        self._room = room
        self._ender = ender

    @property
    def identity(self) -> str:
        """Whose socket it is."""
        return self.grant.identity

    @property
    def service_sid(self) -> str:
        """The one service that it may touch."""
        return self.grant.service_sid

    def call(self) -> Call:
        """A request that comes now."""
        return tokens.call_of(self.resources, self.grant, self.base)

    def send_notification(self, message_type: str, payload: bytes) -> None:
        """Sends a notification after all that was sent before; nothing if the socket is closed.

        Args:
            message_type: such as ``twilio.sync.event``.
            payload: JSON, encoded once for however many sockets.
        """
        self._sender(message_type, payload)

    async def room(self) -> None:
        """Waits until the client has taken most of what was sent, or is gone.

        Whoever replays much asks for room between its pieces, lest the client be taken for slow.
        """
        await self._room()

    def send_away(self, error: ApiError) -> None:
        """Ends the socket: its token is good no longer."""
        self._ender(error)


class Watcher(Protocol):
    """Someone who wants to know of sockets, in their own process."""

    async def opened(self, connection: Connection) -> None:
        """A socket has shown a good token; its first answer waits for this."""

    async def closed(self, connection: Connection) -> None:
        """It is gone, for whatever reason."""


class Connections:
    """The registry.

    Args:
        watchers: are told of each that comes and goes, in this order.
    """

    def __init__(self, watchers: Iterable[Watcher] = ()) -> None:
        self._watchers = list(watchers)
        self._open: dict[tuple[str, str], set[Connection]] = {}

    def __len__(self) -> int:
        """How many there are."""
        return sum(map(len, self._open.values()))

    def watch(self, watcher: Watcher) -> None:
        """Tells somebody from now on."""
        self._watchers.append(watcher)

    def every(self) -> list[Connection]:
        """All of them."""
        return [connection for theirs in self._open.values() for connection in theirs]

    def of(self, service_sid: str, identity: str) -> list[Connection]:
        """The sockets of one user."""
        return list(self._open.get((service_sid, identity), ()))

    async def add(self, connection: Connection) -> None:
        """Takes in a socket that has shown a good token."""
        key = (connection.service_sid, connection.identity)
        self._open.setdefault(key, set()).add(connection)
        for watcher in self._watchers:
            await watcher.opened(connection)

    async def remove(self, connection: Connection) -> None:
        """Forgets a socket that is closed; nothing if it was not there."""
        key = (connection.service_sid, connection.identity)
        theirs = self._open.get(key, set())
        if connection not in theirs:
            return
        theirs.remove(connection)
        if not theirs:
            del self._open[key]
        for watcher in self._watchers:
            await watcher.closed(connection)
