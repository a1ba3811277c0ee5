"""Looks names up, so that one for which no name server answers holds up no other.

A look-up cannot be given up: it takes its thread along until the resolver does. The loop's own way
has a few threads for all, uvloop's two.
"""

import asyncio
import contextlib
import socket
from threading import Thread
from typing import Final

_MOST: Final = 256  # look-ups at once

Found = asyncio.Future[list[str]]


class Names:
    """Looks each name up once at a time, in a thread that nothing waits for when it ends.

    Args:
        most: look-ups at once; what is beyond fails.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._asked: dict[tuple[str, int], Found] = {}

    async def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a name, each once, in the resolver's order; of an address itself.

        Raises:
            OSError: nobody knows the name, or too many are being looked up.
            UnicodeError: it is none.
        """
        with contextlib.suppress(socket.gaierror):
            return _resolved(host, port, socket.AI_NUMERICHOST)
        asked = self._asked.get((host, port))
        if asked is None:
            if len(self._asked) >= self._most:
                raise OSError(f"{host} was not looked up: {self._most} names are waiting for that")
            asked = self._begin(host, port)
        # Whoever gives up leaves it to the others.
        return await asyncio.shield(asked)

    def _begin(self, host: str, port: int) -> Found:
        loop = asyncio.get_running_loop()
        asked: Found = loop.create_future()

        def settle(found: list[str] | Exception) -> None:
            del self._asked[host, port]
            if isinstance(found, Exception):
                asked.set_exception(found)
                asked.exception()  # perhaps nobody waits any more
            else:
                asked.set_result(found)

        def look() -> None:
            found: list[str] | Exception
            try:
                found = _resolved(host, port)
            except (OSError, UnicodeError) as error:
                found = error
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(settle, found)

        self._asked[host, port] = asked
        Thread(target=look, name="partywire-names", daemon=True).start()
        return asked


def _resolved(host: str, port: int, flags: int = 0) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
