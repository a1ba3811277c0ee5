"""Ends sockets whose token is good no longer: its key or its service was deleted."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from partywire import errors
from partywire.domain import tokens
from partywire.domain.call import Resources
from partywire.wire.socket.connections import Connection, Connections

_LOOKING_SECONDS: Final = 5.0

_log = logging.getLogger("partywire")


class Revocation:
    """Looks again and again at what the sockets of this process stand on.

    Keys are deleted in other processes, which append no event of it: so the rows are looked at,
    once for all sockets of a key and a service (decided: decisions/0034).

    Args:
        resources: the server's.
        connections: the sockets.
    """

    def __init__(self, resources: Resources, connections: Connections) -> None:
        self._resources = resources
        self._connections = connections

    @contextlib.asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Looks, as long as the block lasts."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_LOOKING_SECONDS)
            try:
                await self.look()
            except errors.Unavailable as error:
                _log.warning("whose tokens are still good is not known: %s", error)
            except Exception:
                _log.exception("whose tokens are still good is not known")

    async def look(self) -> None:
        """Ends those whose token is good no longer.

        Raises:
            Unavailable: the database is not there.
        """
        alike: dict[tuple[str, str, str], list[Connection]] = {}
        for one in self._connections.every():
            grant = one.grant
            alike.setdefault((grant.account, grant.service_sid, grant.key), []).append(one)
        for some in alike.values():
            try:
                await tokens.check_still_good(self._resources, some[0].grant)
            except errors.AccessTokenInvalid as error:
                for one in some:
                    one.send_away(error)
