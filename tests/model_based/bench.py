"""A bench in this process, asked without sockets: thousands of requests take seconds."""

import asyncio
import base64
import itertools
import json
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

import apsw
from msgspec.structs import replace

from partywire.app import application, opened
from partywire.config import Config
from partywire.domain.call import Resources
from partywire.storage.opening import is_postgresql, sqlite_file
from partywire.storage.sqlite import SqliteDatabase, connect

HOST = "http://bench"

Answer = tuple[int, Any]  # status, and what the JSON says (None without a body)


def _hasty(file: Path) -> apsw.Connection:
    """A connection that does not wait for the disk: what is asked here is not durability."""
    connection = connect(file)
    connection.execute("PRAGMA synchronous = OFF")
    return connection


class Bench:
    """A server and its database, open from ``with`` to its end."""

    resources: Resources

    def __init__(self, config: Config) -> None:
        self._config = config
        self._stack = AsyncExitStack()
        self._runner = asyncio.Runner()
        self._accounts = itertools.count(1)

    def __enter__(self) -> Self:
        self.run(self._open())
        return self

    def __exit__(self, *_error: object) -> None:
        self.run(self._stack.aclose())
        self._runner.close()

    async def _open(self) -> None:
        self.resources = await self._stack.enter_async_context(opened(self._config))
        if not is_postgresql(self._config.database):
            database = SqliteDatabase(sqlite_file(self._config.database), _hasty)
            self._stack.push_async_callback(database.close)
            self.resources = replace(self.resources, database=database)
        self._app = application(self.resources)

    def run(self, act: Any) -> Any:
        """What a coroutine returns."""
        return self._runner.run(act)

    def credentials(self) -> bytes:
        """The Authorization header of an account that nobody used before."""
        pair = f"AC{next(self._accounts):032x}:token"
        return b"Basic " + base64.b64encode(pair.encode())

    def ask(
        self, credentials: bytes, method: str, path: str, form: dict[str, str] | None = None
    ) -> Answer:
        """Sends one request and takes in its answer."""
        return self.run(self._ask(credentials, method, path, urlencode(form or {}).encode()))

    async def _ask(self, credentials: bytes, method: str, path: str, body: bytes) -> Answer:
        where, _, query = path.partition("?")
        headers = [
            (b"host", HOST.removeprefix("http://").encode()),
            (b"authorization", credentials),
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"content-length", b"%d" % len(body)),
        ]
        scope = {
            "type": "http",
            "method": method,
            "path": where,
            "raw_path": where.encode(),
            "query_string": query.encode(),
            "headers": headers,
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)  # type: ignore[arg-type]
        said = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], json.loads(said) if said else None
