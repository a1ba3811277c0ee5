"""Hears from PostgreSQL that another node has committed something."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any, Final

from partywire.storage.database import StorageFailure
from partywire.storage.dialect import CHANNEL
from partywire.storage.postgresql_failures import ERRORS
from partywire.storage.postgresql_pool import connect

_PAUSE_SECONDS: Final = 1.0
_PROBING_SECONDS: Final = 5.0

_log = logging.getLogger("partywire")


async def listen(url: str, heard: Callable[[], None]) -> None:
    """Calls ``heard`` for each notification, and whenever some may have been missed.

    Goes on until it is cancelled, on a connection of its own that is replaced when it breaks.
    """
    while True:
        with contextlib.suppress(StorageFailure, *ERRORS):
            connection = await connect(url)
            try:
                await _until_closed(connection, heard)
            finally:
                connection.terminate()
        await asyncio.sleep(_PAUSE_SECONDS)


async def _until_closed(connection: Any, heard: Callable[[], None]) -> None:
    closed = asyncio.Event()
    connection.add_termination_listener(lambda _connection: closed.set())
    await connection.add_listener(CHANNEL, lambda *_notification: heard())
    heard()
    while not closed.is_set():
        try:
            async with asyncio.timeout(_PROBING_SECONDS):
                await closed.wait()
        except TimeoutError:
            # Who only listens is not told of a way that was cut.
            await connection.execute("SELECT 1")
    _log.warning("the connection that listens to PostgreSQL broke: another one is opened")
