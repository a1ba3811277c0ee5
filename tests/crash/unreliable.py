"""A receiver of webhooks that fails at random: it refuses for now, hangs up, or lets one wait."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter, defaultdict
from typing import NamedTuple, Self
from urllib.parse import parse_qs

_TROUBLE = ("500", "503", "429", "closed", "late")
_LATE_SECONDS = 0.3


class Came(NamedTuple):
    """One request: its ``webhook-id``, the message's index, and whether it was taken."""

    sid: str
    index: int
    taken: bool


class Unreliable:
    """Listens on loopback, in a thread of its own.

    Args:
        failing: the part of requests that it does not take.

    Attributes:
        url: where it listens.
        came: the requests about each conversation, in their order.
        answers: how often it did what.
    """

    def __init__(self, failing: float) -> None:
        self.came: dict[str, list[Came]] = defaultdict(list)
        self.answers: Counter[str] = Counter()
        self.url = ""
        self._failing = failing
        self._chance = random.Random()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _listen(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
        self._ready.set()
        await self._over.wait()
        server.close()

    @property
    def taken(self) -> int:
        """How many messages it has taken, each counted once."""
        return sum(len({one.index for one in came if one.taken}) for came in [*self.came.values()])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answered(reader, writer):
                pass
        except (OSError, EOFError):
            pass
        finally:
            writer.close()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Reads a request and answers it; False if the connection is not to be used again."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        does = "200"
        if self._chance.random() < self._failing:
            does = self._chance.choice(_TROUBLE)
        self.answers[does] += 1
        named = parse_qs(body.decode())
        came = Came(headers["webhook-id"], int(named["Index"][0]), does == "200")
        self.came[named["ConversationSid"][0]].append(came)
        if does == "late":
            await asyncio.sleep(_LATE_SECONDS)
        if does in {"closed", "late"}:
            return False
        writer.write(f"HTTP/1.1 {does} X\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        return True
