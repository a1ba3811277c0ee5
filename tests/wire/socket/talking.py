"""A small client of the socket, and a server in the same process."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import websockets
from websockets.asyncio.client import ClientConnection

from partywire.server import Server, listen, settings
from partywire.wire.http.about import Standing
from partywire.wire.socket.shell import PATH, Sockets

PATIENCE = 20.0


def packet(header: dict[str, Any], payload: bytes = b"") -> bytes:
    """A packet as the JavaScript SDK writes it: without a line end after the payload."""
    text = msgspec.json.encode({**header, "payload_size": len(payload)})
    return b"TWILSOCK V3.0 %d\r\n%b\r\n%b" % (len(text), text, payload)


def taken_apart(data: bytes) -> tuple[dict[str, Any], Any]:
    """Header and payload of a packet of the server's."""
    first = re.match(rb"TWILSOCK V3\.0 (\d+)\r\n", data)
    assert first, data
    end = first.end() + int(first[1])
    assert data[end : end + 2] == b"\r\n"
    header = msgspec.json.decode(data[first.end() : end])
    rest = data[end + 2 :]
    assert len(rest) == (header["payload_size"] + 2 if header["payload_size"] else 0)
    return header, msgspec.json.decode(rest[:-2]) if rest else None


class Twilsock:
    """One socket; replies are found by their packet, everything else is kept in order."""

    def __init__(self, socket: ClientConnection, *, acks: bool = True) -> None:
        self.socket, self._acks = socket, acks
        self._ids = itertools.count(1)
        self._replies: dict[str, tuple[dict[str, Any], Any]] = {}
        self.heard: list[tuple[dict[str, Any], Any]] = []
        self._moved = asyncio.Condition()
        self.ended: websockets.ConnectionClosed | None = None
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while True:
                data = await self.socket.recv()
                assert isinstance(data, bytes), "the SDK drops text"
                header, payload = taken_apart(data)
                if header["method"] == "reply":
                    self._replies[header["id"]] = (header, payload)
                else:
                    self.heard.append((header, payload))
                    if self._acks:
                        status = {"code": 200, "status": "OK"}
                        await self.send({"method": "reply", "id": header["id"], "status": status})
                async with self._moved:
                    self._moved.notify_all()
        except websockets.ConnectionClosed as error:
            self.ended = error
        async with self._moved:
            self._moved.notify_all()

    async def send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            await self.socket.send(packet(header, payload))

    async def begin(self, method: str, payload: bytes = b"", **fields: Any) -> str:
        """Sends a packet; returns its id."""
        identifier = f"TM{next(self._ids)}"
        await self.send({"method": method, "id": identifier, **fields}, payload)
        return identifier

    async def reply(self, identifier: str) -> tuple[dict[str, Any], Any]:
        """The reply to a packet."""
        async with asyncio.timeout(PATIENCE), self._moved:
            await self._moved.wait_for(lambda: identifier in self._replies or self.ended)
        assert identifier in self._replies, self.ended
        return self._replies.pop(identifier)

    async def asked(self, method: str, payload: bytes = b"", **fields: Any) -> Any:
        """Sends a packet; returns the status of its reply."""
        header, _ = await self.reply(await self.begin(method, payload, **fields))
        return header["status"]

    async def init(self, token: str) -> Any:
        """Shows a token; returns the status."""
        capabilities = ["client_update", "offline_storage", "telemetry.v1"]
        return await self.asked("init", token=token, capabilities=capabilities)

    async def request(
        self, method: str, path: str, body: Any = None, **params: Any
    ) -> tuple[int, Any]:
        """Asks as the SDK does; returns status and body of the answer."""
        wanted = {
            "host": "aim.us1.twilio.com",
            "path": path,
            "method": method,
            "params": params,
            "headers": {"Content-Type": "application/json; charset=utf-8"},
        }
        payload = b"" if body is None else msgspec.json.encode(body)
        header, found = await self.reply(
            await self.begin("message", payload, active_grant="ip_messaging", http_request=wanted)
        )
        assert header["status"]["code"] == 200
        return header["http_status"]["code"], found

    async def told(self, method: str, count: int = 1) -> list[tuple[dict[str, Any], Any]]:
        """The packets of a method that came by themselves, once there are so many."""

        def found() -> list[tuple[dict[str, Any], Any]]:
            return [one for one in self.heard if one[0]["method"] == method]

        async with asyncio.timeout(PATIENCE), self._moved:
            await self._moved.wait_for(lambda: len(found()) >= count or self.ended)
        assert len(found()) >= count, self.ended
        return found()

    async def end(self) -> int:
        """The code with which the server closed the socket."""
        async with asyncio.timeout(PATIENCE), self._moved:
            await self._moved.wait_for(lambda: self.ended)
        assert self.ended is not None
        assert self.ended.rcvd is not None
        return self.ended.rcvd.code


@contextlib.asynccontextmanager
async def talking(url: str, *, acks: bool = True, **more: Any) -> AsyncIterator[Twilsock]:
    """A socket to the server at an ``http:`` URL, for as long as the block lasts."""
    place = url.replace("http", "ws", 1) + PATH
    async with websockets.connect(place, compression=None, proxy=None, **more) as socket:
        one = Twilsock(socket, acks=acks)
        try:
            yield one
        finally:
            one._reader.cancel()


@contextlib.asynccontextmanager
async def serving(sockets: Sockets) -> AsyncIterator[str]:
    """A server in this process that serves nothing but sockets; its URL."""
    listening, url = listen("127.0.0.1", 0)
    ready = asyncio.Event()
    server = Server(settings(sockets, with_sockets=True), ready.set, Standing(), sockets=sockets)
    with contextlib.closing(listening):
        running = asyncio.create_task(server.serve([listening]))
        await ready.wait()
        try:
            yield url
        finally:
            server.should_exit = True
            await asyncio.wait_for(running, PATIENCE)
