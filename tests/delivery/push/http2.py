"""A server on loopback that speaks HTTP/2 over TLS, and answers what a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

import h2.config
import h2.connection
import h2.events
import trustme


class Asked(NamedTuple):
    """A request; ``certificate`` is the client's, in DER, if it has shown one."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    certificate: bytes | None


class Reply(NamedTuple):
    """An answer; a status of 0 is none at all."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Asked], Reply]


class Gateway:
    """An HTTP/2 server; ``url`` is where it listens.

    Attributes:
        asked: every request, in order.
        answer: what it answers.
        protocols: what each connection has agreed on.
    """

    def __init__(self, authority: trustme.CA) -> None:
        self.asked: list[Asked] = []
        self.answer: Answering = lambda _: Reply()
        self.protocols: list[str | None] = []
        self.url = ""
        self._unanswered: list[tuple[Any, int, asyncio.StreamWriter]] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        authority.configure_trust(self._tls)
        self._tls.verify_mode = ssl.CERT_OPTIONAL
        self._tls.set_alpn_protocols(["h2"])

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Gateway]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        connections: set[asyncio.Task[None]] = set()
        self._connections = connections
        try:
            yield self
        finally:
            server.close()
            for each in list(connections):
                each.cancel()
            if connections:
                await asyncio.wait(connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._speak(reader, writer)
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tls = writer.get_extra_info("ssl_object")
        self.protocols.append(tls.selected_alpn_protocol())
        certificate = tls.getpeercert(binary_form=True)
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        connection = h2.connection.H2Connection(config)
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytearray] = {}
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = dict(event.headers)
                    bodies[event.stream_id] = bytearray()
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    connection.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id
                    )
                elif isinstance(event, h2.events.StreamEnded):
                    head, body = heads.pop(event.stream_id), bodies.pop(event.stream_id)
                    asked = Asked(head[":method"], head[":path"], head, bytes(body), certificate)
                    self.asked.append(asked)
                    reply = self.answer(asked)
                    if reply.status == 0:
                        self._unanswered.append((connection, event.stream_id, writer))
                    else:
                        self._reply(connection, event.stream_id, reply)
            writer.write(connection.data_to_send())
            await writer.drain()

    async def answer_all(self, reply: Reply) -> None:
        """Answers what has waited, if its connection still stands."""
        for connection, stream, writer in self._unanswered:
            self._reply(connection, stream, reply)
            writer.write(connection.data_to_send())
            await writer.drain()
        self._unanswered.clear()

    def _reply(self, connection: Any, stream: int, reply: Reply) -> None:
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        headers = [(":status", str(reply.status)), *reply.headers]
        connection.send_headers(stream, headers, end_stream=not body)
        if body:
            connection.send_data(stream, body, end_stream=True)
