"""The socket as an ASGI application: moves bytes and time between the server and a session.

An idle socket costs one task that waits for input, and one timer. What is sent is written at once,
or waits behind what was not taken yet: a client that takes too little is dropped, and has it
replayed when it comes again; one that asks too fast is read from more slowly.
"""

import asyncio
import logging
import random
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from partywire import errors
from partywire.domain import tokens
from partywire.domain.again import until_done
from partywire.domain.call import Resources
from partywire.model.tokens import Grant
from partywire.wire.http import exchange
from partywire.wire.socket import session as protocol
from partywire.wire.socket.connections import Connection, Connections
from partywire.wire.socket.outlet import Outlet
from partywire.wire.socket.session import Action, Ask, Close, Session, Verify
from partywire.wire.socket.upstream import Upstream

PATH: Final = "/v3/wsconnect"

MOST_WAITING: Final = 4 * 1024 * 1024  # bytes that wait to be sent; beyond, a client is too slow
SOME_WAITING: Final = 256 * 1024  # beyond, nothing more is taken from the client
FAREWELL_SECONDS = 5.0  # in which a client has to take what is sent last
_LONGEST_PAUSE: Final = 3000  # ms: those who have to come again do not come all at once

_log = logging.getLogger("partywire")


class Sockets:
    """All sockets of a process.

    Args:
        resources: the server's.
        upstream: answers what is asked inside of them.
        connections: where those stand that have shown a good token.
    """

    def __init__(self, resources: Resources, upstream: Upstream, connections: Connections) -> None:
        self.resources = resources
        self.upstream = upstream
        self.connections = connections
        self._draining = False
        self._open: set[_Socket] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        """How many are open, with those that have shown no token yet."""
        return len(self._open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one socket, from its handshake to its end."""
        await receive()
        base = self._base(scope, receive)
        if self._draining or base is None or scope["path"] != PATH:
            await send({"type": "websocket.close", "code": protocol.GOING_AWAY})
            return
        await send({"type": "websocket.accept"})
        one = _Socket(self, base, scope, send)
        self._open.add(one)
        self._empty.clear()
        try:
            await one.serve(receive)
        finally:
            self._open.discard(one)
            if not self._open:
                self._empty.set()

    def _base(self, scope: Scope, receive: Receive) -> str | None:
        """Scheme and host of URLs in answers; None if the client names no host that could be."""
        if self.resources.config.public_url is not None:
            return self.resources.config.public_url
        try:
            return exchange.base_of(exchange.Request(scope, receive, dict(scope["headers"])))
        except errors.BadRequest:
            return None

    async def drain(self, seconds: float) -> None:
        """Sends all clients away to connect anew, and takes no more; waits until they are gone.

        Args:
            seconds: the longest that is waited; who is still there then is cut off.
        """
        self._draining = True
        for one in list(self._open):
            one.act(one.session.drain(random.randint(0, _LONGEST_PAUSE)))  # noqa: S311
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            for one in list(self._open):
                one.break_off()


class _Socket:
    """One socket: its session, what is being answered, and the timer."""

    def __init__(self, sockets: Sockets, base: str, scope: Scope, send: Send) -> None:
        self._all = sockets
        self._base = base
        self._loop = asyncio.get_running_loop()
        self.session = Session(self._now())
        self._connection: Connection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[str, asyncio.Task[None]] = {}
        self._moved = asyncio.Event()
        self._out = Outlet(scope, send, self._moved.set, self._lost)
        self._timer: asyncio.TimerHandle | None = None

    def _now(self) -> int:
        return int(self._loop.time() * 1000)

    # --- in -----------------------------------------------------------------------------------

    async def serve(self, receive: Receive) -> None:
        """Reads until the client is gone, or was sent away."""
        self._wait()
        try:
            while await self._may_read():
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    break
                self.act(self.session.receive(message.get("bytes"), self._now()))
            await self._out.closed()
        finally:
            self.session.closed = True
            await self._end()

    async def _may_read(self) -> bool:
        """Waits until the client may ask for more; False if the socket is closed."""
        pause = self.session.pause(self._now())
        if pause:
            await asyncio.sleep(pause / 1000)
        while not self.session.closed and (self.session.full or self._out.waiting > SOME_WAITING):
            await self._movement()
        return not self.session.closed

    async def _movement(self) -> None:
        self._moved.clear()
        await self._moved.wait()

    async def room(self) -> None:
        """Waits until little waits to be sent, or the socket is closed."""
        while not self.session.closed and self._out.waiting > SOME_WAITING:
            await self._movement()

    async def _end(self) -> None:
        """What is being answered goes on; nobody hears of it any more."""
        self._moved.set()
        if self._timer is not None:
            self._timer.cancel()
        self._out.stop()
        if self._connection is not None:
            await self._all.connections.remove(self._connection)
        if self._tasks:
            await asyncio.wait(self._tasks)

    # --- what the session wants ---------------------------------------------------------------

    def act(self, actions: list[Action]) -> None:
        """Does what the session wants."""
        for action in actions:
            match action:
                case protocol.Send(data):
                    self._out.say(data)
                case Verify(identifier, token):
                    self._begin(self._verify(identifier, token))
                case Ask():
                    self._ask(action)
                case Close(code):
                    self._out.close(code)
                    self._wait_until_taken()
        self._moved.set()

    def _begin(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        seconds = self.session.deadline / 1000 - self._loop.time()
        self._timer = self._loop.call_later(max(0.001, seconds), self._tick)

    def _wait_until_taken(self) -> None:
        """Gives a client some time for what is sent last: its machine may be gone for long."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(FAREWELL_SECONDS, self.break_off)

    def _tick(self) -> None:
        self.act(self.session.tick(self._now()))
        if not self.session.closed:
            self._wait()

    async def _verify(self, identifier: str, token: str) -> None:
        try:
            grant = await tokens.verify(self._all.resources, token)
            await self._take_in(grant)
        except errors.AccessTokenInvalid as error:
            self.act(self.session.refused(identifier, error))
        except errors.NotFound:
            self.act(self.session.refused(identifier, errors.AccessTokenGrantsInvalid()))
        except Exception as error:
            _log.error("A token could not be verified: %s", error)
            self.act(self.session.failed())
        else:
            who = (grant.account, grant.service_sid, grant.identity)
            lasts = grant.expires - self._all.resources.clock.now()
            self.act(self.session.accepted(identifier, who, lasts, self._now()))
            if not self.session.closed:
                self._wait()

    async def _take_in(self, grant: Grant) -> None:
        resources, known = self._all.resources, self._connection
        if known is not None:
            theirs = (known.grant.account, known.service_sid, known.identity)
            if theirs == (grant.account, grant.service_sid, grant.identity):
                known.grant = grant
            return
        user = await until_done(lambda: tokens.user_of(tokens.call_of(resources, grant)))
        ways = self._notify, self.room, self._revoke
        made = Connection(resources, grant, user.sid, self._base, *ways)
        self._connection = made
        await self._all.connections.add(made)

    def _notify(self, message_type: str, payload: bytes) -> None:
        if self._out.waiting > MOST_WAITING:
            self.break_off()
            return
        self.act(self.session.notification(message_type, payload))

    def _revoke(self, error: errors.ApiError) -> None:
        self.act(self.session.revoked(error))

    def _ask(self, ask: Ask) -> None:
        """Has a request answered; changes at one path take turns, in the order of their coming."""
        if ask.request.method == "GET":
            self._begin(self._answer(ask, None))
            return
        path = ask.request.path
        task = self._turns[path] = self._begin(self._answer(ask, self._turns.get(path)))
        task.add_done_callback(lambda _: self._forget(path, task))

    def _forget(self, path: str, task: asyncio.Task[None]) -> None:
        if self._turns.get(path) is task:
            del self._turns[path]

    async def _answer(self, ask: Ask, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        if self._connection is not None:
            answer = await self._all.upstream.handle(self._connection, ask.request)
            self.act(self.session.answered(ask.id, answer))
            await self._all.upstream.go_on(ask.request, answer)

    def _lost(self) -> None:
        self.session.closed = True  # the reader hears of it

    def break_off(self) -> None:
        """Ends the socket without a word."""
        self.session.drop()
        self._out.break_off()
        self._moved.set()
