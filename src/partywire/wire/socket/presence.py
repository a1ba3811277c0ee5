"""Writes down for whom this process has sockets, so that every node knows who is online."""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections import Counter
from collections.abc import AsyncIterator
from time import monotonic
from typing import Final

from partywire import errors
from partywire.domain import presences
from partywire.domain.again import until_done
from partywire.domain.call import Resources
from partywire.model.presences import Presence
from partywire.wire.socket.connections import Connection

_BEAT_SECONDS: Final = 1.0
_LOOKING_SECONDS: Final = 5.0  # whether a service shows by now who is online
_GATHERING_SECONDS: Final = 0.05  # users who come and go meanwhile are written together

_log = logging.getLogger("partywire")


class Attendant:
    """Watches the sockets of this process.

    What is written follows what is there, however often a write fails and whatever others did to
    it: each round writes the difference.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self.node = f"{socket.gethostname()}.{os.getpid()}.{secrets.token_hex(4)}"
        self._open: Counter[Presence] = Counter()
        self._written: set[Presence] = set()
        self._shown: dict[str, tuple[bool, float]] = {}
        self._moved = asyncio.Event()
        self._beaten = 0.0

    def _of(self, connection: Connection) -> Presence:
        return Presence(connection.user_sid, self.node, connection.service_sid)

    async def opened(self, connection: Connection) -> None:
        """A socket is open."""
        self._open[self._of(connection)] += 1
        self._moved.set()

    async def closed(self, connection: Connection) -> None:
        """It is closed."""
        presence = self._of(connection)
        self._open[presence] -= 1
        if not self._open[presence]:
            del self._open[presence]
        self._moved.set()

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Writes, as long as the block lasts; afterwards nobody is online here."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])
            with contextlib.suppress(errors.Unavailable):
                await until_done(presences.leave, self._resources, self.node)

    async def _run(self) -> None:
        while True:
            try:
                await self._catch_up()
            except errors.Unavailable as error:
                _log.warning("who is online is not written: %s", error)
                self._moved.clear()
            except Exception:
                _log.exception("who is online is not written")
                self._moved.clear()
            await self._wait()

    async def _wait(self) -> None:
        """Returns when sockets came or went, or when it is time for a beat."""
        seconds = _BEAT_SECONDS if self._written else _LOOKING_SECONDS if self._open else None
        with contextlib.suppress(TimeoutError):
            # Not wait_for, which may forget that it was cancelled (CPython 3.11).
            async with asyncio.timeout(seconds):
                await self._moved.wait()
        await asyncio.sleep(_GATHERING_SECONDS)

    async def _catch_up(self) -> None:
        """Writes what is there and not written, and the reverse."""
        self._moved.clear()
        await self._beat()
        gone = self._written - self._open.keys()
        come = [each for each in self._open.keys() - self._written if await self._is_shown(each)]
        for some in _portions(list(gone)):
            await until_done(presences.go, self._resources, some)
            self._written -= set(some)
        for some in _portions(come):
            await until_done(presences.come, self._resources, some)
            self._written |= set(some)

    async def _beat(self) -> None:
        if not self._written or monotonic() - self._beaten < _BEAT_SECONDS / 2:
            return
        self._beaten = monotonic()
        if not await until_done(presences.beat, self._resources, self.node):
            # Somebody took us for gone.
            self._written.clear()

    async def _is_shown(self, presence: Presence) -> bool:
        """Whether the service shows who is online; asked again after a while."""
        sid = presence.service_sid
        shown, asked = self._shown.get(sid, (False, -_LOOKING_SECONDS))
        if monotonic() - asked >= _LOOKING_SECONDS:
            shown = await presences.shows(self._resources, sid, presence.user_sid)
            self._shown[sid] = (shown, monotonic())
        return shown


def _portions(all_of_them: list[Presence]) -> list[list[Presence]]:
    """As many as are written at once."""
    size = presences.MOST_AT_ONCE
    return [all_of_them[start : start + size] for start in range(0, len(all_of_them), size)]
