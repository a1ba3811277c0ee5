"""A node that follows its feed, and users with sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from delivery.followers import running
from partywire.delivery import feed as feeding
from partywire.domain.call import Call, Resources
from wire.socket.sync import clients
from wire.socket.sync.clients import Node, Socket

Opens = Callable[[str], Awaitable[Socket]]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tested by waiting."""
    monkeypatch.setattr(feeding, "_LOOKING_SECONDS", 0.05)


@pytest.fixture
async def node(resources: Resources) -> AsyncIterator[Node]:
    """A node whose hub follows the feed."""
    made = Node(resources)
    async with running(resources.database) as [feed], made.hub.following(feed.follow):
        yield made


@pytest.fixture
def opens(call: Call, node: Node) -> Opens:
    """Opens a socket of a user, who is made if need be; all that happened has its place by then."""

    async def open_(identity: str) -> Socket:
        socket = Socket(node, *await clients.user(call, identity))
        await clients.placed(call)
        return socket

    return open_
