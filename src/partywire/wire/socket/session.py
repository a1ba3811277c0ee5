"""One socket's conversation as a state machine: packets, answers and time in, actions out. No I/O.

::

    new ──init──▶ checking ──accepted──▶ open ──▶ closed
                      └────refused──────────────────▲

Times are milliseconds of any clock that only goes forward. What each status means to the official
SDK: decisions/0034.
"""

from typing import Final

import msgspec

from partywire.errors import ApiError
from partywire.wire.socket import envelopes, packets
from partywire.wire.socket.packets import BadPacket, Header, Packet
from partywire.wire.socket.upstream import Reply, Request

SECOND: Final = 1000
INIT_PATIENCE: Final = 5 * SECOND  # for the first packet
PING_EVERY: Final = 30 * SECOND
SILENCE: Final = 45 * SECOND  # after which a client is taken for gone
WARNING: Final = 180 * SECOND  # before a token ends

MOST_OUTSTANDING: Final = 32  # requests that are being answered
BURST: Final = 5000  # packets: a client with 1000 conversations asks as much when it begins
PER_SECOND: Final = 200

# Codes of closing: of the WebSocket protocol.
NORMAL: Final = 1000
GOING_AWAY: Final = 1001
POLICY: Final = 1008

OFFLOAD: Final = 308
REVOKED: Final = 401
EXPIRED: Final = 410
NOT_ACCEPTABLE: Final = 406
UNEXPECTED: Final = 417

_SILENT: Final = {"reply", "telemetry.v1"}  # nobody waits for an answer to these
_GRANTED: Final = {"put_notification_ctx", "delete_notification_ctx"}  # sent by older SDKs

_TOKEN_EXPIRED: Final = 20104
_BAD_PACKET: Final = 51214
_ANOTHER: Final = 51215
_NOT_THEIRS: Final = "The token is another identity's, or for another service"


class Send(msgspec.Struct, frozen=True):
    """Send this message."""

    data: bytes


class Verify(msgspec.Struct, frozen=True):
    """Find out what this token gives: then ``accepted``, ``refused`` or ``failed``."""

    id: str
    token: str


class Ask(msgspec.Struct, frozen=True):
    """Have this request answered: then ``answered``."""

    id: str
    request: Request


class Close(msgspec.Struct, frozen=True):
    """Close the socket, once everything is sent; nothing comes after this."""

    code: int


Action = Send | Verify | Ask | Close


class Session:
    """The protocol of one socket, from the server's side.

    Args:
        now: when it was opened.
    """

    def __init__(self, now: int) -> None:
        self._heard = now
        self._began = now
        self._first: Header | None = None  # of the init packet
        self._who: object = None
        self._expires = self._warn = 0.0
        self._ping = 0
        self._sent = 0
        self._outstanding = 0
        self._allowance, self._counted = float(BURST), now
        self._leaving: int | None = None  # the pause that the client is to make
        self.closed = False

    @property
    def open(self) -> bool:
        """Whether a token was found good, and the socket is not closed."""
        return self._who is not None and not self.closed

    @property
    def full(self) -> bool:
        """Whether no more packets should be taken until something is answered."""
        return self._outstanding >= MOST_OUTSTANDING or self._leaving is not None

    @property
    def deadline(self) -> float:
        """When ``tick`` should be called at the latest."""
        if self._who is not None:
            return min(self._expires, self._warn, self._ping, self._heard + SILENCE)
        return self._heard + SILENCE if self._first else self._began + INIT_PATIENCE

    def pause(self, now: int) -> int:
        """How long no packet should be taken, because there were too many; in milliseconds."""
        earned = (now - self._counted) * PER_SECOND / SECOND
        self._allowance, self._counted = min(BURST, self._allowance + earned), now
        return 0 if self._allowance >= 1 else max(1, int((1 - self._allowance) * 1000 / PER_SECOND))

    # --- what comes in ------------------------------------------------------------------------

    def receive(self, data: bytes | None, now: int) -> list[Action]:
        """Takes a message of the client's; None stands for one that was text."""
        if self.closed:
            return []
        self._heard = now
        self._allowance -= 1
        try:
            if data is None:
                raise BadPacket("It is text")
            return self._take(packets.read(data))
        except BadPacket as error:
            return self._end(NOT_ACCEPTABLE, str(error), _BAD_PACKET)

    def _take(self, packet: Packet) -> list[Action]:
        method = packet.header.method
        if method == "close":
            self.closed = True
            return [Close(NORMAL)]
        if method == "init" and self._first is None:
            self._first = packet.header
            return self._check(packet)
        if self._who is None or method == "init":
            return self._end(UNEXPECTED, "init comes first, and once")
        return [] if method in _SILENT else self._take_open(packet)

    def _take_open(self, packet: Packet) -> list[Action]:
        method, identifier = packet.header.method, packet.header.id
        if method == "message":
            return self._ask(packet)
        if method == "update":
            return self._check(packet)
        if method in _GRANTED:
            return [_answer(identifier, 200)]
        return [_answer(identifier, 400, f"There is no method {method[:40]}")]

    def _check(self, packet: Packet) -> list[Action]:
        self._outstanding += 1
        return [Verify(packet.header.id, packet.header.token or "")]

    def _ask(self, packet: Packet) -> list[Action]:
        wanted = packet.header.http_request
        if wanted is None:
            return [_answer(packet.header.id, 400, "http_request is missing")]
        self._outstanding += 1
        return [Ask(packet.header.id, envelopes.request(wanted, packet))]

    # --- what was found out -------------------------------------------------------------------

    def accepted(self, identifier: str, who: object, lasts: float, now: int) -> list[Action]:
        """The token is good.

        Args:
            identifier: of the packet that brought it.
            who: whose it is; another one than the first is refused.
            lasts: for how long, in milliseconds.
            now: the time.
        """
        if self.closed:
            return []
        if self._who is None:
            self._ping = now + PING_EVERY
        elif self._who != who:
            return self._settled(_answer(identifier, 401, _NOT_THEIRS, _ANOTHER))
        begins, self._who = self._who is None, who
        self._expires, self._warn = now + lasts, now + lasts - WARNING
        if begins and self._first is not None:
            return self._settled(Send(envelopes.welcome(self._first)))
        return self._settled(_answer(identifier, 200))

    def refused(self, identifier: str, error: ApiError) -> list[Action]:
        """The token is not good."""
        if self.closed:
            return []
        answer = _answer(identifier, error.status, error.message, error.code)
        if self._who is not None:
            return self._settled(answer)
        self.closed = True
        return [answer, Close(NORMAL)]

    def revoked(self, error: ApiError) -> list[Action]:
        """The token is good no longer."""
        if not self.open:
            return []
        return self._end(REVOKED, error.message, error.code)

    def failed(self) -> list[Action]:
        """Nobody could say whether the token is good: the client comes again."""
        return self.drop()

    def answered(self, identifier: str, answer: Reply) -> list[Action]:
        """A request was answered."""
        return [] if self.closed else self._settled(Send(envelopes.answer(identifier, answer)))

    def _settled(self, said: Send) -> list[Action]:
        """One thing less is outstanding; the last one lets a client go that is to leave."""
        self._outstanding -= 1
        return [said, *self._let_go()]

    def notification(self, message_type: str, payload: bytes) -> list[Action]:
        """Something is to be told; nothing if the socket is not open."""
        if not self.open:
            return []
        return [Send(envelopes.notification(self._id(), message_type, payload))]

    # --- time ---------------------------------------------------------------------------------

    def tick(self, now: int) -> list[Action]:
        """Time has passed."""
        if self.closed:
            return []
        if self._who is None:
            return self.drop(POLICY) if now >= self.deadline else []
        if now >= self._expires:
            return self._end(EXPIRED, "The token has expired", _TOKEN_EXPIRED)
        if now >= self._heard + SILENCE:
            return self.drop()
        said: list[Action] = []
        if now >= self._warn:
            self._warn = self._expires
            said.append(Send(envelopes.token_about_to_expire(self._id())))
        if now >= self._ping:
            self._ping = now + PING_EVERY
            said.append(Send(envelopes.ping(self._id())))
        return said

    def drain(self, pause: int) -> list[Action]:
        """The server goes away: once all is answered, the client is to leave.

        Args:
            pause: milliseconds after which it is to connect anew.
        """
        if not self.open:
            return self.drop()
        self._leaving = pause
        return self._let_go()

    def _let_go(self) -> list[Action]:
        if self._leaving is None or self._outstanding:
            return []
        policy = {
            "reconnect_min_ms": self._leaving,
            "reconnect_max_ms": self._leaving + 10 * SECOND,
        }
        return self._end(OFFLOAD, "The server is on its way out", None, policy)

    def drop(self, code: int = GOING_AWAY) -> list[Action]:
        """Ends the socket without a word: the client connects anew, and has things replayed."""
        if self.closed:
            return []
        self.closed = True
        return [Close(code)]

    def _id(self) -> str:
        self._sent += 1
        return f"TM{self._sent:032x}"

    def _end(
        self,
        code: int,
        said: str,
        number: int | None = None,
        policy: dict[str, int] | None = None,
    ) -> list[Action]:
        self.closed = True
        return [Send(envelopes.close(self._id(), code, said, number, policy)), Close(NORMAL)]


def _answer(identifier: str, code: int, said: str | None = None, number: int | None = None) -> Send:
    return Send(envelopes.reply(identifier, code, said, number))
