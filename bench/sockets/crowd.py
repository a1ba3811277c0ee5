"""Sockets of many people, and waiting until all of them have heard."""

import asyncio
import select
import time
from collections.abc import Callable, Iterable

from bench.data import Made, identities
from bench.sockets import client
from bench.sockets.client import Socket
from partywire import sids
from partywire.app import opened
from partywire.config import Config
from partywire.domain import accounts, tokens

_PING = b'"method":"ping"'


async def _tokens(made: Made, people: int) -> list[str]:
    async with opened(Config(database=made.url, key_file=str(made.key_file))) as resources:
        account = await accounts.fetch(resources, made.username)
        issued = [await tokens.issue(resources, account.id, one) for one in identities(people)]
    return [each.token for each in issued]


def tokens_of(made: Made, people: int) -> list[str]:
    """Access tokens of so many who are in the first conversation."""
    return asyncio.run(_tokens(made, people))


def messages_of(made: Made) -> str:
    """The SID under which the first conversation's list of messages is subscribed to."""
    return f"{sids.SYNC_LIST}{made.conversations[0][2:]}"


class Crowd:
    """Sockets that are told the same.

    Args:
        sockets: theirs.
        is_told: whether a message is one of those that count.

    Attributes:
        last: the last of those.
    """

    def __init__(self, sockets: Iterable[Socket], is_told: Callable[[bytes], bool]) -> None:
        self.last = b""
        self._is_told = is_told
        self._sockets = {one.connection.fileno(): one for one in sockets}
        self._waiting = select.epoll()
        for descriptor in self._sockets:
            self._waiting.register(descriptor, select.EPOLLIN)

    def __len__(self) -> int:
        """How many they are."""
        return len(self._sockets)

    def await_all(self, messages: int = 1) -> None:
        """Returns when each has heard so many more.

        Raises:
            TimeoutError: it took too long.
        """
        missing, end = len(self) * messages, time.monotonic() + client.PATIENCE
        while missing:
            ready = self._waiting.poll(client.PATIENCE)
            if time.monotonic() > end:
                raise TimeoutError(f"{missing} messages did not come")
            for descriptor, _ in ready:
                missing -= self._heard(self._sockets[descriptor])

    def _heard(self, one: Socket) -> int:
        count = 0
        for message in one.receive():
            if self._is_told(message):
                count, self.last = count + 1, message
            elif _PING in message:
                one.send(client.PONG)
        return count
