"""The way out of a socket."""

import asyncio
from collections.abc import Callable
from typing import Any

from partywire.wire.socket.outlet import Outlet
from partywire.wire.socket.websocket import ABORT, WRITE


class Client:
    """Takes what is sent, at once as long as it is quick."""

    def __init__(self, *, extended: bool = True) -> None:
        self.took: list[bytes | int] = []
        self.writes = 0
        self.quick = True
        self.gone = False
        self.may_take = asyncio.Event()
        self.said: list[str] = []
        self.has_taken = asyncio.Event()
        extensions: dict[str, Callable[..., Any]] = {
            WRITE: self._write,
            ABORT: lambda: self.said.append("abort"),
        }
        scope = {"extensions": extensions} if extended else {}
        self.outlet = Outlet(scope, self._send, self._taken, self._lost)

    def _write(self, messages: list[bytes]) -> bool:
        if self.quick:
            self.took += messages
            self.writes += 1
        return self.quick

    async def _send(self, message: Any) -> None:
        await self.may_take.wait()
        if self.gone:
            raise OSError
        self.took.append(message.get("bytes") or message["code"])

    def _taken(self) -> None:
        self.said.append("taken")
        self.has_taken.set()

    def _lost(self) -> None:
        self.said.append("lost")

    async def taken(self) -> None:
        """Takes all that waits."""
        self.may_take.set()
        self.outlet.close(1000)
        await self.outlet.closed()


async def test_the_messages_of_a_turn_are_written_together() -> None:
    client = Client()
    client.outlet.say(b"a")
    client.outlet.say(b"bc")
    assert client.outlet.waiting == 3
    await asyncio.sleep(0)
    assert (client.took, client.writes, client.outlet.waiting) == ([b"a", b"bc"], 1, 0)
    client.outlet.say(b"d")
    await asyncio.sleep(0)
    assert (client.took[2:], client.writes, client.said) == ([b"d"], 2, ["taken"] * 2)


async def test_what_waits_is_not_overtaken() -> None:
    client = Client()
    client.quick = False
    client.outlet.say(b"a")
    client.outlet.say(b"bc")
    await asyncio.sleep(0)
    assert client.outlet.waiting == 3
    client.quick = True
    client.outlet.say(b"d")
    await asyncio.sleep(0)
    assert client.took == []
    await client.taken()
    assert client.took == [b"a", b"bc", b"d", 1000]
    assert (client.outlet.waiting, client.said) == (0, ["taken"] * 3)


async def test_nothing_is_overtaken_while_the_last_of_it_is_being_sent() -> None:
    client = Client()
    client.quick = False
    client.outlet.say(b"a")
    await asyncio.sleep(0)  # it waits
    await asyncio.sleep(0)  # the writer has it now
    client.quick = True
    client.outlet.say(b"b")
    await client.taken()
    assert client.took == [b"a", b"b", 1000]


async def test_after_what_waited_messages_are_written_at_once_again() -> None:
    client = Client()
    client.quick = False
    client.outlet.say(b"a")
    await asyncio.sleep(0)
    client.may_take.set()
    await client.has_taken.wait()
    client.quick = True
    client.outlet.say(b"b")
    await asyncio.sleep(0)
    assert (client.took, client.writes) == ([b"a", b"b"], 1)


async def test_any_other_server_is_sent_one_message_after_the_other() -> None:
    client = Client(extended=False)
    client.outlet.say(b"a")
    client.outlet.break_off()
    client.outlet.say(b"b")
    await client.taken()
    assert client.took == [b"b", 1000]


async def test_a_client_that_is_gone_is_told_of() -> None:
    client = Client()
    client.quick, client.gone = False, True
    client.outlet.say(b"a")
    await client.taken()
    assert (client.took, client.said) == ([], ["lost"])


async def test_what_waits_is_forgotten_when_the_connection_is_broken_off() -> None:
    client = Client()
    client.quick = False
    client.outlet.say(b"a")
    client.outlet.break_off()
    assert client.said == ["abort"]
    await client.taken()
    assert client.took == [1000]
