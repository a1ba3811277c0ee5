"""Clients of sockets that do as little as they can: the server is what is measured."""

import json
import re
import socket
import struct
from typing import Self

PATIENCE = 60.0
_WAYS = {126: (4, "!H"), 127: (10, "!Q")}  # of telling a length: where the payload begins


def frame(payload: bytes) -> bytes:
    """A client's message; masked with zeros, which is allowed."""
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 2**16:
        length = b"\xfe" + struct.pack("!H", size)
    else:
        length = b"\xff" + struct.pack("!Q", size)
    return b"\x82" + length + bytes(4) + payload


class Frames:
    """Finds a server's messages in what comes."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete by now."""
        rest, begin, found = self._rest + data, 0, []
        while len(rest) - begin >= 2:
            size, start = rest[begin + 1], begin + 2
            if size in _WAYS:
                ahead, shape = _WAYS[size]
                start = begin + ahead
                if len(rest) < start:
                    break
                (size,) = struct.unpack(shape, rest[begin + 2 : start])
            if len(rest) < start + size:
                break
            begin = start + size
            found.append(rest[start:begin])
        self._rest = rest[begin:]
        return found


class Socket:
    """One WebSocket, whose handshake is over.

    Args:
        connection: what is below.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._frames = Frames()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def send(self, message: bytes) -> None:
        """Sends it."""
        self.connection.sendall(frame(message))

    def receive(self) -> list[bytes]:
        """The messages that are complete after what comes next."""
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        return self._frames.feed(data)

    def await_that(self, sign: bytes) -> bytes:
        """The first message with this in it; what comes with it is passed over."""
        while True:
            for message in self.receive():
                if sign in message:
                    return message

    def is_open(self) -> bool:
        """Whether nothing but pings came."""
        self.connection.setblocking(False)
        try:
            data = self.connection.recv(65536)
        except BlockingIOError:
            return True
        return bool(data) and re.search(rb'"method":"close"', data) is None


def dialed(address: tuple[str, int], path: str) -> Socket:
    """A socket at this place."""
    connection = socket.create_connection(address, timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):  # the server says nothing more of its own accord
        answer += connection.recv(4096)
    if b" 101 " not in answer:
        raise AssertionError(answer)
    return Socket(connection)


def packet(header: dict[str, object], body: object = None) -> bytes:
    """A packet of the chat SDK's protocol."""
    payload = b"" if body is None else json.dumps(body).encode()
    kind = {"payload_type": "application/json"} if payload else {}
    text = json.dumps({**header, "payload_size": len(payload), **kind}).encode()
    end = b"\r\n" if payload else b""
    return b"TWILSOCK V3.0 %d\r\n%b\r\n%b%b" % (len(text), text, payload, end)


PONG = packet({"method": "reply", "id": "TM0", "status": {"code": 200}})


def connected(address: tuple[str, int], token: str) -> Socket:
    """A socket whose token was found good."""
    one = dialed(address, "/v3/wsconnect")
    one.send(packet({"method": "init", "id": "TM1", "token": token, "capabilities": []}))
    one.await_that(b'"code":200')
    return one


def subscribed(address: tuple[str, int], token: str, object_sid: str) -> Socket:
    """A socket that is told from now on what happens to one object."""
    one = connected(address, token)
    wanted = {"method": "POST", "path": "/v4/Subscriptions", "host": "localhost"}
    asked = {
        "action": "establish",
        "correlation_id": 1,
        "requests": [{"object_sid": object_sid, "object_type": "list"}],
    }
    one.send(packet({"method": "message", "id": "TM2", "http_request": wanted}, asked))
    # Its answer may come with it, or after it: nobody looks at it.
    one.await_that(b'"subscription_established"')
    return one
