"""What is sent to one client: all of a turn together, or behind what it has not taken yet."""

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Scope, Send

from partywire.wire.socket.websocket import ABORT, WRITE


class Outlet:
    """The way out of one socket.

    Args:
        scope: the socket's; its extensions ``WRITE`` and ``ABORT`` are used where they are there.
        send: sends a message of ASGI.
        taken: is called whenever something that waited was taken.
        lost: is called when the client turns out to be gone.

    Attributes:
        waiting: bytes that wait to be sent.
    """

    def __init__(
        self, scope: Scope, send: Send, taken: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        extensions = scope.get("extensions", {})
        self._abort: Callable[[], None] = extensions.get(ABORT, lambda: None)
        self._write_now: Callable[[list[bytes]], bool] = extensions.get(WRITE, lambda _: False)
        self._send, self._taken, self._lost = send, taken, lost
        self.waiting = 0
        self._queue: deque[bytes] = deque()
        self._code: int | None = None
        self._writer: asyncio.Task[None] | None = None

    def say(self, data: bytes) -> None:
        """Sends a message, behind those that wait; with those of this turn of the event loop."""
        if not self._queue and self._writer is None:
            asyncio.get_running_loop().call_soon(self._flush)
        self._queue.append(data)
        self.waiting += len(data)

    def close(self, code: int) -> None:
        """Closes the socket behind what waits."""
        self._code = code
        self._begin()

    async def closed(self) -> None:
        """Waits until the socket is closed, if it is to be; then nothing waits any more."""
        if self._code is not None and self._writer is not None:
            await self._writer

    def stop(self) -> None:
        """Sends nothing more."""
        self._queue.clear()
        if self._writer is not None:
            self._writer.cancel()

    def break_off(self) -> None:
        """Ends the connection, and forgets what waits."""
        self._queue.clear()
        self._abort()

    def _flush(self) -> None:
        if not self._queue or self._writer is not None:
            return
        if self._write_now(list(self._queue)):
            self._queue.clear()
            self.waiting = 0
            self._taken()
        else:
            self._begin()

    def _begin(self) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        """Sends what waits; ends when nothing does."""
        try:
            while self._queue:
                data = self._queue.popleft()
                await self._send({"type": "websocket.send", "bytes": data})
                self.waiting -= len(data)
                self._taken()
            if self._code is not None:
                await self._send({"type": "websocket.close", "code": self._code})
        except OSError:
            self._lost()
        finally:
            self._writer = None
