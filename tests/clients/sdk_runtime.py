"""The official chat SDK, unmodified, in a Node process that takes commands."""

from __future__ import annotations

import itertools
import json
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

from clients import node_runtime
from clients.runs import environment
from harness import Client

_SECONDS = 30.0
_numbers = itertools.count(1)  # no two chat clients have one name, in whichever test


class Refused(Exception):
    """What the SDK threw: ``shown`` has its name, message, status and code."""

    def __init__(self, shown: dict[str, Any]) -> None:
        super().__init__(str(shown))
        self.shown = shown


class Driver:
    """One Node process for the chat clients of one test.

    Args:
        node: path of Node.
        program: what runs in it; see ``sdk/lines.js``.
        arguments: of the program.
    """

    def __init__(self, node: str, program: str = "driver.js", *arguments: str) -> None:
        self._process = subprocess.Popen(
            [node, str(node_runtime.SDK / program), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        self._ids = itertools.count(1)
        self._said = threading.Condition()
        self._answers: dict[int, dict[str, Any]] = {}
        self._events: list[dict[str, Any]] = []
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            line = json.loads(text)
            with self._said:
                if "event" in line:
                    self._events.append(line)
                else:
                    self._answers[line["id"]] = line
                self._said.notify_all()
        with self._said:
            self._ended = True
            self._said.notify_all()

    def ask(self, who: str, act: str, **more: Any) -> int:
        """Sends a command; returns what its answer is known by."""
        number = next(self._ids)
        assert self._process.stdin is not None
        print(
            json.dumps({"id": number, "who": who, "act": act, **more}),
            file=self._process.stdin,
            flush=True,
        )
        return number

    def answer(self, number: int) -> Any:
        """What a command came to.

        Raises:
            Refused: the SDK threw an error.
        """
        self.until(lambda: number in self._answers, lambda: f"no answer to command {number}")
        line = self._answers[number]
        if "error" in line:
            raise Refused(line["error"])
        return line["answer"]

    def events(self, who: str) -> list[tuple[str, Any]]:
        """All that a client has been told so far, in order."""
        with self._said:
            return [(one["event"], one["saw"]) for one in self._events if one["who"] == who]

    def until(
        self, is_so: Callable[[], Any], otherwise: Callable[[], str], seconds: float = _SECONDS
    ) -> Any:
        """Waits for what is true at some time, looking whenever Node says something."""
        with self._said:
            found = self._said.wait_for(lambda: is_so() or self._ended, seconds)
            assert found, otherwise()
            assert not self._ended, f"Node ended; {otherwise()}"
            return found

    def clear(self) -> None:
        """Ends the chat clients in a browser, which goes on, and forgets what they were told."""
        self.answer(self.ask("", "clear"))
        with self._said:
            self._events.clear()
            self._answers.clear()

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


class Chatter:
    """One chat client of a driver."""

    def __init__(self, driver: Driver, identity: str) -> None:
        self.identity, self._driver = identity, driver
        self._name = f"{identity} {next(_numbers)}"
        self._from = 0

    def __getattr__(self, act: str) -> Callable[..., Any]:
        """A command as a method: ``alice.send(conversation=…, body=…)``."""
        return lambda **more: self._driver.answer(self._driver.ask(self._name, act, **more))

    def connected(self, url: str, token: str) -> Chatter:
        """Connects, and waits until the SDK calls itself ready."""
        self.connect(port=urlsplit(url).port, token=token)
        self.heard("initialized")
        return self

    def told(self, event: str | None = None) -> list[Any]:
        """What every event of this kind showed, from the start; of all kinds, with their names."""
        events = self._driver.events(self._name)
        return events if event is None else [saw for name, saw in events if name == event]

    def now(self) -> Chatter:
        """From here on, what was told before does not count for ``heard``."""
        self._from = len(self.told())
        return self

    def lost(self, how: str) -> Chatter:
        """Has the network be lost, for a moment (``drop``) or until it is ``back`` (``away``)."""
        self.now()
        getattr(self, how)()
        self.heard("connectionStateChanged", lambda saw: saw == "connecting")
        return self

    def heard(self, event: str, of: Callable[[Any], bool] | None = None, **fields: Any) -> Any:
        """Waits for an event, since ``now``, that shows these fields; returns what it showed."""

        def found() -> list[Any]:
            return [
                [saw]
                for name, saw in self.told()[self._from :]
                if name == event
                and (of is None or of(saw))
                and all(saw[key] == value for key, value in fields.items())
            ]

        first = self._driver.until(
            found, lambda: f"{self.identity} was not told {event} {fields}, but {self.told()}"
        )
        return first[0][0]


class World:
    """An account with its default service, over REST, and chat clients in it.

    Attributes:
        driver: where the clients run.
        rest: the account's door.
        key: SID and secret of the API key that signs tokens; None takes a new one each time, which
            a bench believes.
        port: the server's.
        service: SID of the service that clients are in.
    """

    def __init__(self, driver: Driver, rest: Client, key: tuple[str, str] | None = None) -> None:
        self.driver, self.rest, self.key = driver, rest, key
        self.port = urlsplit(rest.url).port
        self.service = rest.seen("/Configuration")["default_chat_service_sid"]

    def token(self, identity: str, seconds: int = 3600, **grant: str) -> str:
        """A token as the official Python library makes it."""
        assert self.rest.credentials is not None
        account = self.rest.credentials[0]
        key, secret = self.key or (f"SK{uuid.uuid4().hex}", uuid.uuid4().hex)
        grants = [ChatGrant(service_sid=self.service, **grant)]
        made = AccessToken(account, key, secret, grants, identity=identity, ttl=seconds)
        return str(made.to_jwt())

    def chatter(self, identity: str) -> Chatter:
        """A chat client that is connected."""
        return Chatter(self.driver, identity).connected(self.rest.url, self.token(identity))

    def conversation(self, *identities: str, **fields: Any) -> str:
        """A conversation, made over REST, of these users; returns its SID."""
        sid: str = self.rest.made("/Conversations", fields)["sid"]
        for identity in identities:
            self.join(sid, identity)
        return sid

    def join(self, conversation: str, identity: str) -> Any:
        """Adds a participant over REST."""
        return self.rest.made(f"/Conversations/{conversation}/Participants", {"Identity": identity})

    def post(self, conversation: str, body: str, author: str = "system") -> Any:
        """Posts a message over REST."""
        return self.rest.made(
            f"/Conversations/{conversation}/Messages", {"Body": body, "Author": author}
        )

    def messages(self, conversation: str) -> Iterator[dict[str, Any]]:
        """Every message as REST has it."""
        yield from self.rest.items(f"/Conversations/{conversation}/Messages", "messages")
