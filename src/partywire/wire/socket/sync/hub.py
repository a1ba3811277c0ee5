"""Tells the open sockets of this process what happens to the objects that they subscribed to.

Each node follows the feed while one of its sockets has a subscription, and only then. Whoever
subscribes has what happened before replayed from the outbox, up to the position to which the hub
has come, and everything beyond it told live: without a gap, and nothing twice.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from partywire import errors
from partywire.domain import sync
from partywire.domain.call import Resources
from partywire.model.events import Event
from partywire.model.sync import SyncObject
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.sync import changes, notifications
from partywire.wire.socket.sync.changes import Change

# The events beyond a position, as they come.
Follow = Callable[[int], AsyncIterator[list[Event]]]

_TROUBLE_SECONDS: Final = 1.0

_log = logging.getLogger("partywire")


class Subscription:
    """One socket's to one object.

    Args:
        connection: the socket.
        thing: the object.
        floor: the position up to which the client has everything, or is told by a replay.
        until: how far the hub had come.
    """

    def __init__(self, connection: Connection, thing: SyncObject, floor: int, until: int) -> None:
        self.connection = connection
        self.thing = thing
        self.until = until
        self.is_over = False
        self._floor = floor
        self._held: list[bytes] | None = []

    @property
    def is_live(self) -> bool:
        """Whether its replay is over."""
        return self._held is None

    def tell(self, position: int, payload: bytes) -> None:
        """Tells what happened at this position, but not before the replay is over."""
        if self.is_over or position <= self._floor:
            return
        if self._held is None:
            self.connection.send_notification(notifications.MESSAGE_TYPE, payload)
        else:
            self._held.append(payload)

    def go_live(self) -> None:
        """The replay is over."""
        held, self._held = self._held or [], None
        for payload in held:
            self.connection.send_notification(notifications.MESSAGE_TYPE, payload)


class Hub:
    """The subscriptions of this process.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._open: set[Connection] = set()
        self._by_object: dict[SyncObject, dict[Connection, Subscription]] = {}
        self._by_connection: dict[Connection, dict[SyncObject, Subscription]] = {}
        self._follow: Follow | None = None
        self._following: asyncio.Task[None] | None = None
        self._position: int | None = None
        # Up to where all of it has been told, and what is to be done when more of it has.
        self._told = 0
        self._later: list[tuple[int, Callable[[], None]]] = []
        self._beginning = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def following(self, follow: Follow) -> AsyncIterator[None]:
        """Follows the feed, as long as the block lasts, whenever somebody has subscribed."""
        self._follow = follow
        try:
            yield
        finally:
            self._follow = None
            following = self._following
            self._rest()
            if following is not None:
                await asyncio.wait([following])

    async def opened(self, connection: Connection) -> None:
        """A socket is open: it says itself what it wants to be told."""
        self._open.add(connection)

    async def closed(self, connection: Connection) -> None:
        """A socket is closed: it is told nothing more."""
        self._open.discard(connection)
        for subscription in list(self._by_connection.get(connection, {}).values()):
            self.forget(subscription)

    async def subscribe(
        self, connection: Connection, wanted: dict[SyncObject, int | None]
    ) -> list[Subscription]:
        """Takes in subscriptions, which are told nothing before each of them goes live.

        Args:
            connection: the socket.
            wanted: the objects, each with the last id that the client has; None if that is not to
                be replayed.

        Returns:
            The subscriptions; none if the socket is closed by now.
        """
        async with self._beginning:
            position = self._position
            if position is None:
                position = await sync.position(self._resources)
        # Nothing is awaited from here on, so that nothing happens in between.
        if connection not in self._open or not wanted:
            return []
        if self._position is None:
            self._begin(position)
        made = []
        for thing, after in wanted.items():
            floor = max(position, after or 0)
            subscription = Subscription(connection, thing, floor, position)
            theirs = self._by_connection.setdefault(connection, {})
            if thing in theirs:
                theirs[thing].is_over = True
            self._by_object.setdefault(thing, {})[connection] = subscription
            theirs[thing] = subscription
            made.append(subscription)
        return made

    def once_told(self, position: int, act: Callable[[], None]) -> None:
        """Acts when all that happened up to a position has been told; at once if it has been."""
        if self.has_told(position):
            act()
        else:
            self._later.append((position, act))

    def has_told(self, position: int) -> bool:
        """Whether all that happened up to a position has been told to whom it concerns."""
        return self._position is None or self._told >= position

    def count(self, connection: Connection) -> int:
        """How many subscriptions a socket has."""
        return len(self._by_connection.get(connection, ()))

    def cancel(self, connection: Connection, thing: SyncObject) -> None:
        """Ends a subscription; nothing if there is none."""
        subscription = self._by_connection.get(connection, {}).get(thing)
        if subscription is not None:
            self.forget(subscription)

    def forget(self, subscription: Subscription) -> None:
        """Ends a subscription; nothing if another one has taken its place."""
        subscription.is_over = True
        connection, thing = subscription.connection, subscription.thing
        theirs = self._by_connection.get(connection, {})
        if theirs.get(thing) is not subscription:
            return
        del theirs[thing]
        if not theirs:
            del self._by_connection[connection]
        others = self._by_object[thing]
        del others[connection]
        if not others:
            del self._by_object[thing]
        if not self._by_connection:
            self._rest()

    def _begin(self, position: int) -> None:
        self._position = self._told = position
        if self._follow is not None:
            self._following = asyncio.create_task(self._run(self._follow, position))

    def _rest(self) -> None:
        """Nobody has subscribed to anything: events are not even read."""
        if self._following is not None:
            self._following.cancel()
        self._following = self._position = None
        self._act()

    def _act(self) -> None:
        """Does what waited for what has been told by now."""
        due = [act for position, act in self._later if self.has_told(position)]
        self._later = [each for each in self._later if not self.has_told(each[0])]
        for act in due:
            act()

    async def _run(self, follow: Follow, position: int) -> None:
        while True:
            try:
                async for events in follow(position):
                    await self._tell_surely(events)
                    position = self._told = events[-1].position or position
                    self._act()
            except errors.Unavailable as error:
                _log.warning("sync waits: %s", error)
            await asyncio.sleep(_TROUBLE_SECONDS)

    async def _tell_surely(self, events: list[Event]) -> None:
        while True:
            try:
                await self.tell(events)
            except errors.Unavailable as error:
                # Nothing was told yet: all of it was still to be read.
                _log.warning("sync waits: %s", error)
                await asyncio.sleep(_TROUBLE_SECONDS)
            except Exception:
                _log.exception("sync failed")
                return
            else:
                return

    async def tell(self, events: list[Event]) -> None:
        """Tells what follows from events, the next ones in the feed."""
        # Who subscribes from here on has all of them replayed.
        self._position = events[-1].position
        concerned: dict[SyncObject, list[Event]] = {}
        for event in events:
            self._part(event)
            for thing in changes.touched(event):
                if thing in self._by_object:
                    concerned.setdefault(thing, []).append(event)
        told: list[tuple[SyncObject, Change]] = []
        for thing, theirs in concerned.items():
            service_sid = theirs[0].service_sid
            found = await changes.of_events(self._resources, service_sid, thing, theirs)
            told += [(thing, change) for change in found]
        for event in events:
            if event.kind == "conversation.removed" and event.conversation_sid is not None:
                told += await self._bereft(event, event.conversation_sid)
        for thing, change in sorted(told, key=lambda each: each[1].id):
            self._tell(thing, change)

    def _part(self, event: Event) -> None:
        """Who is out of a conversation is told nothing more of it, from this moment on."""
        if event.kind != "participant.removed" or event.conversation_sid is None:
            return
        position = event.position or 0
        end = Change(position, event.date, "removed")
        for content in changes.OF_CONVERSATION:
            thing = SyncObject(content, event.conversation_sid)
            for subscription in list(self._by_object.get(thing, {}).values()):
                is_theirs = subscription.connection.user_sid == event.user_sid
                if is_theirs and subscription.until < position:
                    if not self.knows_otherwise(subscription):
                        subscription.tell(position, notifications.change(thing, end))
                    self.forget(subscription)

    async def _bereft(self, event: Event, sid: str) -> list[tuple[SyncObject, Change]]:
        """What the end of a conversation changes in the maps of those who were in it."""
        position = event.position or 0
        change = Change(position, event.date, "removed", sid)
        maps = [
            SyncObject("conversations", user_sid)
            for user_sid in await sync.bereft(self._resources, sid)
        ]
        return [(thing, change) for thing in maps if thing in self._by_object]

    def _tell(self, thing: SyncObject, change: Change) -> None:
        subscriptions = self._by_object.get(thing)
        if not subscriptions:
            return
        payload = notifications.change(thing, change)
        is_end = change.how == "removed" and change.key is None
        for subscription in list(subscriptions.values()):
            if not (is_end and self.knows_otherwise(subscription)):
                subscription.tell(change.id, payload)
            if is_end:
                self.forget(subscription)

    def knows_otherwise(self, subscription: Subscription) -> bool:
        """Whether a client learns from its map of conversations that one is gone for it.

        The SDK says so to its app each time that it hears of it.
        """
        connection = subscription.connection
        mine = SyncObject("conversations", connection.user_sid)
        theirs = self._by_connection.get(connection, {})
        return subscription.thing.content in changes.OF_CONVERSATION and mine in theirs
