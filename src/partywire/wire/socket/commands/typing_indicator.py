"""Who is typing: told to everybody else in the conversation who has a socket, and not kept.

Sockets of other processes are reached by what the processes say in passing, where the engine lets
them hear each other (decided: decisions/0037).
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from partywire import errors
from partywire.domain import attendance, authority
from partywire.domain.call import Resources
from partywire.wire.http import forms
from partywire.wire.socket.commands.command import Asked
from partywire.wire.socket.connections import Connections

MESSAGE_TYPE: Final = "twilio.ipmsg.typing_indicator"
# Seconds after which an app may say it again; others show it for a second longer.
TIMEOUT: Final = 5

_MOST_AT_ONCE: Final = 100  # asides that are looked after at the same time; others are lost
_log = logging.getLogger("partywire")


class Typist(Struct, frozen=True):
    """Somebody who types."""

    service_sid: str
    conversation_sid: str
    identity: str
    participant_sid: str


class Aside(Struct, frozen=True, tag="typing"):
    """What one process says of it to the others."""

    process: str
    typist: Typist


class Indicator(Struct, frozen=True):
    """What the others are told."""

    channel_sid: str
    identity: str
    participant_sid: str
    typing_timeout: int = TIMEOUT + 1


class Accepted(Struct, frozen=True):
    """What who types is told."""

    typing_timeout: int = TIMEOUT


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Aside).decode


class TypingIndicator:
    """Tells who is typing.

    Args:
        resources: the server's.
        connections: the open sockets of this process.
    """

    def __init__(self, resources: Resources, connections: Connections) -> None:
        self._database = resources.database
        self._connections = connections
        self._process = secrets.token_hex(8)
        self._telling: set[asyncio.Task[None]] = set()

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Hears of who is typing at other processes' sockets, as long as the block lasts."""
        with self._database.asides.heard(self._hear):
            try:
                yield
            finally:
                for task in self._telling:
                    task.cancel()

    async def post(self, asked: Asked, service_sid: str) -> Accepted:
        """POST /v1/Instances/{ServiceSid}/Typing: a form with the conversation's SID."""
        if service_sid != asked.connection.service_sid:
            raise errors.NotFound
        key = forms.parse(asked.request.body).get("ChannelSid")
        if not key:
            raise errors.BadRequest("ChannelSid is missing")
        standing = await authority.within(asked.call, key)
        standing.require("take part")
        typist = Typist(
            service_sid,
            standing.conversation_sid or key,
            standing.identity,
            standing.participant_sid or "",
        )
        await self._tell(typist)
        await self._database.say(_encode(Aside(self._process, typist)).decode())
        return Accepted()

    async def _tell(self, typist: Typist) -> None:
        """Tells everybody else in the conversation who has a socket here."""
        key = (typist.service_sid, typist.conversation_sid)
        payload = _encode(Indicator(key[1], typist.identity, typist.participant_sid))
        for identity in await attendance.identities(self._database, *key):
            if identity == typist.identity:
                continue
            for connection in self._connections.of(typist.service_sid, identity):
                connection.send_notification(MESSAGE_TYPE, payload)

    def _hear(self, text: str) -> None:
        try:
            aside = _decode(text)
        except msgspec.DecodeError:
            # A newer version says something else.
            return
        busy = len(self._telling) >= _MOST_AT_ONCE
        if aside.process == self._process or busy or not len(self._connections):
            return
        task = asyncio.create_task(self._tell_surely(aside.typist))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_surely(self, typist: Typist) -> None:
        try:
            await self._tell(typist)
        except errors.Unavailable as error:
            _log.warning("nobody is told who is typing: %s", error)
