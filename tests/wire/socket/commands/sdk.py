"""A user of the chat SDK, as far as commands go: without a socket, straight at the table."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from domain.people import as_user
from partywire.domain import tokens
from partywire.domain.call import Call, Resources
from partywire.model.tokens import Grant
from partywire.wire.socket.commands.table import routes
from partywire.wire.socket.commands.typing_indicator import TypingIndicator
from partywire.wire.socket.connections import Connection, Connections
from partywire.wire.socket.upstream import Request, Upstream

BASE = "http://bench"


class Refused(Exception):
    """The answer is an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(status, code, message)
        self.status, self.code, self.message = status, code, message


class Node:
    """What one process has."""

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.connections = Connections()
        self.typing = TypingIndicator(resources, self.connections)
        self.routes = routes(self.typing)
        self.upstream = Upstream(self.routes)

    async def sdk(self, call: Call, identity: str, credential: str | None = None) -> Sdk:
        """A user who has connected; the call says to which service."""
        user = await tokens.user_of(as_user(call, identity))
        scope = call.scope
        grant = Grant(
            scope.account, scope.account_sid, scope.service_sid, identity, "SK1", 0, credential
        )
        told: list[tuple[str, Any]] = []
        connection = Connection(
            self.resources,
            grant,
            user.sid,
            BASE,
            lambda kind, payload: told.append((kind, json.loads(payload))),
        )
        await self.connections.add(connection)
        sdk = Sdk(self, connection, told)
        sdk.configuration = await sdk.get("/Client/v2/Configuration")
        return sdk


class Sdk:
    """One client.

    Attributes:
        configuration: what it asked first.
        told: the notifications that it got.
    """

    def __init__(self, node: Node, connection: Connection, told: list[tuple[str, Any]]) -> None:
        self.node, self.connection, self.told = node, connection, told
        self.configuration: dict[str, Any] = {}

    @property
    def links(self) -> dict[str, str]:
        links: dict[str, str] = self.configuration["links"]
        return links

    async def ask(self, method: str, url: str, body: bytes = b"", **query: str) -> Any:
        """Sends a command to an absolute URL or a path; returns what is shown, None for nothing.

        Raises:
            Refused: it is refused.
        """
        path = urlsplit(url).path if url.startswith("http") else url
        values = {name: [value] for name, value in query.items()}
        answer = await self.node.upstream.handle(
            self.connection, Request(method, path, values, {}, body)
        )
        shown = json.loads(answer.body) if answer.body else None
        if answer.status >= 300:
            assert shown["status"] == answer.status
            raise Refused(answer.status, shown["code"], shown["message"])
        assert answer.status in {200, 204}
        return shown

    async def get(self, url: str, **query: str) -> Any:
        return await self.ask("GET", url, **query)

    async def post(self, url: str, **body: Any) -> Any:
        return await self.ask("POST", url, json.dumps(body).encode())

    async def delete(self, url: str, **body: Any) -> Any:
        return await self.ask("DELETE", url, json.dumps(body).encode() if body else b"")

    def conversation(self, sid: str) -> str:
        return f"{self.links['conversations']}/{sid}"

    def mine(self, key: str) -> str:
        return f"{self.links['my_conversations']}/{key}"

    async def created(self, **body: Any) -> Any:
        return await self.post(self.links["conversations"], **body)

    async def sent(self, sid: str, **body: Any) -> Any:
        return await self.post(self.conversation(sid) + "/Messages", **body)
