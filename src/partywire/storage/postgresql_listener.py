"""Hears from PostgreSQL that another node has committed something."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final

from partywire.storage.database import StorageFailure
from partywire.storage.dialect import ASIDES, CHANNEL
from partywire.storage.postgresql_failures import ERRORS
from partywire.storage.postgresql_pool import connect

_PAUSE_SECONDS: Final = 1.0
_PROBING_SECONDS: Final = 5.0

_log = logging.getLogger("partywire")


async def listen(url: str, heard: Callable[[], None], said: Callable[[str], None]) -> None:
    """Hears other nodes, until it is cancelled.

    Goes on a connection of its own that is replaced when it breaks.

    Args:
        url: the database's.
        heard: called for each notification of a commit, and whenever some may have been missed.
        said: called with what is said in passing.
    """
    while True:
        with contextlib.suppress(StorageFailure, *ERRORS):
            connection = await connect(url)
            try:
                await _until_closed(connection, heard, said)
            finally:
                connection.terminate()
        await asyncio.sleep(_PAUSE_SECONDS)


async def _until_closed(
    connection: Any, heard: Callable[[], None], said: Callable[[str], None]
) -> None:
    closed = asyncio.Event()
    connection.add_termination_listener(lambda _connection: closed.set())
    await connection.add_listener(CHANNEL, lambda *_notification: heard())
    await connection.add_listener(ASIDES, lambda *notification: said(notification[-1]))
    heard()
    while not closed.is_set():
        try:
            async with asyncio.timeout(_PROBING_SECONDS):
                await closed.wait()
        except TimeoutError:
            # Who only listens is not told of a way that was cut.
            await connection.execute("SELECT 1")
    _log.warning("the connection that listens to PostgreSQL broke: another one is opened")
