"""A small client of Sync: it keeps copies of objects by the rules of the SDK."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from partywire.domain import tokens
from partywire.domain.call import Call, Resources
from partywire.model.tokens import Grant
from partywire.storage import outbox
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.sync import reads, subscriptions
from partywire.wire.socket.sync.hub import Hub
from partywire.wire.socket.upstream import Reply, Request, Upstream

Told = dict[str, Any]


async def at_once() -> None:
    """Does not wait."""


class Node:
    """What one node offers to sockets.

    Attributes:
        room: what a replay waits for after each thing that it tells.
    """

    def __init__(self, resources: Resources) -> None:
        self.resources = resources
        self.room: Callable[[], Awaitable[None]] = at_once
        self.hub = Hub(resources)
        self.upstream = Upstream([*reads.ROUTES, *subscriptions.routes(self.hub)])


async def placed(call: Call) -> None:
    """Waits until all that happened has its place in the feed."""
    while await outbox.is_to_place(call.database):  # noqa: ASYNC110 - the feed places them
        await asyncio.sleep(0.001)


async def user(call: Call, identity: str) -> tuple[Grant, str]:
    """A token's grant and the user's SID, who is made if need be."""
    scope = call.scope
    grant = Grant(scope.account, scope.account_sid, call.service_sid, identity, "SK1", 2**50)
    found = await tokens.user_of(tokens.call_of(call.resources, grant))
    return grant, found.sid


class Socket:
    """One socket, and all that it was told."""

    def __init__(
        self,
        node: Node,
        grant: Grant,
        user_sid: str,
        hear: Callable[[Told], None] | None = None,
    ) -> None:
        self.node = node
        self.told: list[Told] = []
        self._hear = hear or self.told.append
        self._correlations = itertools.count(1)
        ways = self._told, self._room
        self.connection = Connection(node.resources, grant, user_sid, "http://x", *ways)
        self._is_open = False

    async def _room(self) -> None:
        await self.node.room()

    def _told(self, message_type: str, payload: bytes) -> None:
        assert message_type == "twilio.sync.event"
        self._hear(msgspec.json.decode(payload))

    async def ask(
        self, method: str, path: str, body: object = None, **query: object
    ) -> tuple[int, Any]:
        """Status and body of an answer."""
        if not self._is_open:
            self._is_open = True
            await self.node.hub.opened(self.connection)
        values = {name: [str(value)] for name, value in query.items()}
        sent = b"" if body is None else msgspec.json.encode(body)
        request = Request(method, path, values, {}, sent)
        answer: Reply = await self.node.upstream.handle(self.connection, request)
        await self.node.upstream.go_on(request, answer)
        return answer.status, msgspec.json.decode(answer.body)

    async def get(self, path: str, **query: object) -> Any:
        """The body of an answer that is fine."""
        status, body = await self.ask("GET", path, **query)
        assert status == 200, body
        return body

    async def subscribe(
        self, copies: dict[str, int | None], action: str = "establish"
    ) -> tuple[int, Any]:
        """Asks for objects by their SIDs, each with the last id."""
        requests = [
            {"object_sid": sid, "object_type": "?", "last_event_id": last}
            for sid, last in copies.items()
        ]
        asked = {
            "event_protocol_version": 4,
            "action": action,
            "correlation_id": next(self._correlations),
            "retried_requests": 0,
            "ttl_in_s": -1,
            "requests": requests,
        }
        return await self.ask("POST", "/v4/Subscriptions", asked)

    async def close(self) -> None:
        await self.node.hub.closed(self.connection)

    @property
    def types(self) -> list[str]:
        """Of what it was told, but for the subscriptions."""
        return [
            each["event_type"] for each in self.told if "subscription" not in each["event_type"]
        ]


class Copy:
    """A client's copy of one object."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.name, self.sid = root["unique_name"], root["sid"]
        self.last: int = root["last_event_id"]
        # Of each item, or of the document at None: the id of its last change, and its data.
        self.items: dict[str | int | None, tuple[int, Any]] = {}

    def apply(self, event_type: str, event: dict[str, Any]) -> None:
        key = event.get("item_key", event.get("item_index"))
        data = event.get("item_data", event.get("document_data"))
        known = self.items.get(key)
        if known is None or event["id"] > known[0]:
            if event_type.endswith("_removed"):
                self.items.pop(key, None)
            else:
                self.items[key] = (event["id"], data)
        self.last = max(self.last, event["id"])

    @property
    def state(self) -> dict[str | int | None, Any]:
        return {key: data for key, (_, data) in self.items.items()}


async def read(socket: Socket, folder: str, name: str) -> Copy | None:
    """A copy of an object as it is now; None if it is not there."""
    status, root = await socket.ask("GET", f"/v3/{folder}/{name}")
    if status == 404:
        return None
    assert status == 200, root
    copy = Copy(root)
    if folder == "Documents":
        copy.items[None] = (root["last_event_id"], root["data"])
        return copy
    query: dict[str, object] = {"Order": "asc", "PageSize": 10}
    path = "/v3/" + root["links"]["items"].partition("/v3/")[2]
    while True:
        status, page = await socket.ask("GET", path, **query)
        if status == 404:
            return None
        for item in page["items"]:
            copy.items[item.get("key", item.get("index"))] = (item["last_event_id"], item["data"])
        if not page["meta"]["next_token"]:
            return copy
        last = page["items"][-1]
        query = {"Order": "asc", "PageSize": 11, "From": last.get("key", last.get("index"))}


class Client:
    """A user's app: its map of conversations, and all of each conversation in it."""

    def __init__(self, grant: Grant, user_sid: str) -> None:
        self.grant, self.user_sid = grant, user_sid
        self.copies: dict[str, Copy] = {}  # by name
        self.socket: Socket | None = None
        self.failures: list[str] = []
        self._mine = f"{grant.identity}.channels"
        self._has_heard = False
        self._closed: list[str] = []

    async def connect(self, node: Node) -> None:
        """Opens a socket; whatever it has a copy of is subscribed to again."""
        self.socket = Socket(node, self.grant, self.user_sid, self._hear_all)
        copies: dict[str, int | None] = {copy.sid: copy.last for copy in self.copies.values()}
        await self.socket.subscribe(copies)
        if self._mine not in self.copies:
            await self._open("Maps", self._mine)
            await self._open("Maps", f"{self.user_sid}.info")

    async def disconnect(self) -> None:
        """The socket is lost."""
        if self.socket is not None:
            await self.socket.close()
        self.socket = None

    async def _open(self, folder: str, name: str) -> None:
        assert self.socket is not None
        copy = await read(self.socket, folder, name)
        if copy is not None:
            self.copies[name] = copy
            # The SDK subscribes a moment later: what happened meanwhile is replayed.
            await asyncio.sleep(0)
            await self.socket.subscribe({copy.sid: copy.last})

    async def work(self) -> bool:
        """Opens what is new; returns whether there was something, or something was heard."""
        heard, self._has_heard = self._has_heard, False
        return await self._follow_conversations() or heard

    def _hear_all(self, told: Told) -> None:
        # At once, as they come: what comes before an answer is not about what the answer says.
        self._has_heard = True
        for event in told["events"]:
            self._hear(told["event_type"], event)

    def _hear(self, event_type: str, event: dict[str, Any]) -> None:
        sids = [value for key, value in event.items() if key in SID_FIELDS]
        copy = next((each for each in self.copies.values() if each.sid in sids), None)
        if event_type == "subscription_failed":
            assert event["error"]["status"] == 404
            # Their map said so before: otherwise the SDK tells nobody that they have left.
            assert copy is None
        elif copy is not None and not event_type.startswith("subscription_"):
            copy.apply(event_type, event)
            if event_type == "map_item_removed" and copy.name == self._mine:
                self._leave(event["item_key"])

    def _leave(self, conversation_sid: str) -> None:
        """Closes what belongs to a conversation; if it comes back it is opened anew."""
        for suffix in ("channel", "messages", "roster"):
            copy = self.copies.pop(f"{conversation_sid}.{suffix}", None)
            if copy is not None:
                self._closed.append(copy.sid)

    async def _follow_conversations(self) -> bool:
        if self.socket is None or self._mine not in self.copies:
            return False
        wanted = {
            name: folder
            for data in self.copies[self._mine].state.values()
            for name, folder in (
                (data["channel"], "Documents"),
                (data["messages"], "Lists"),
                (data["roster"], "Maps"),
            )
        }
        closed, self._closed = self._closed, []
        if closed:
            await self.socket.subscribe(dict.fromkeys(closed), "cancel")
        before = len(self.copies)
        for name in wanted.keys() - self.copies.keys():
            await self._open(wanted[name], name)
        return len(self.copies) != before

    @property
    def state(self) -> dict[str, Any]:
        return {name: copy.state for name, copy in sorted(self.copies.items())}


SID_FIELDS = {"object_sid", "document_sid", "list_sid", "map_sid"}
