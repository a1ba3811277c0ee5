"""The hub: follows the feed while somebody listens, and tells each socket what concerns it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from delivery.nodes import until
from domain.scenes import talk
from partywire import errors
from partywire.domain import conversations, messages, participants, sync
from partywire.domain.call import Call, Resources
from partywire.model.events import Event
from partywire.model.messages import MessageChanges
from partywire.model.sync import SyncObject
from partywire.storage import outbox
from partywire.wire.socket.sync import hub as module
from partywire.wire.socket.sync import names, notifications
from storage import rows
from wire.socket.sync import clients
from wire.socket.sync.clients import Node, Socket
from wire.socket.sync.conftest import Opens


class Followed:
    """A feed that gives what it is told to give."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.batches: asyncio.Queue[list[Event] | Exception] = asyncio.Queue()

    async def follow(self, position: int) -> AsyncIterator[list[Event]]:
        self.begun.append(position)
        while True:
            batch = await self.batches.get()
            if isinstance(batch, Exception):
                raise batch
            yield batch


@pytest.fixture
async def followed(resources: Resources) -> AsyncIterator[tuple[Node, Followed]]:
    node, feed = Node(resources), Followed()
    async with node.hub.following(feed.follow):
        yield node, feed


async def socket_of(call: Call, node: Node, identity: str = "ann") -> Socket:
    made = Socket(node, *await clients.user(call, identity))
    await node.hub.opened(made.connection)
    return made


async def test_while_nobody_has_subscribed_the_feed_is_not_even_read(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, feed = followed
    ann, ben = await socket_of(call, node), await socket_of(call, node, "ben")
    assert node.hub._following is None
    for socket in (ann, ben):
        root = await socket.get(f"/v3/Maps/{socket.connection.identity}.channels")
        await socket.subscribe({root["sid"]: 0})
    await until(lambda: len(feed.begun) == 1)
    await ann.close()
    assert node.hub._following is not None
    await ben.close()
    await ben.close()
    assert node.hub._following is None
    assert node.hub.count(ben.connection) == 0
    cleo = await socket_of(call, node, "cleo")
    await cleo.subscribe({root["sid"]: 0, "MP": 0})
    assert node.hub._following is None  # it failed: it is ben's
    own = await cleo.get("/v3/Maps/cleo.channels")
    await cleo.subscribe({own["sid"]: 0})
    await until(lambda: len(feed.begun) == 2)


async def test_a_socket_that_is_closed_by_now_cannot_subscribe(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, _ = followed
    ann = await socket_of(call, node)
    mine = await ann.get("/v3/Maps/ann.channels")
    await ann.close()
    await ann.subscribe({mine["sid"]: 0})
    assert ann.told == []
    assert node.hub._following is None


async def test_what_happens_while_a_replay_is_under_way_comes_after_it(
    call: Call, node: Node, opens: Opens
) -> None:
    room = await talk(call, "ann")
    ann = await opens("ann")
    thing = SyncObject("messages", room.sid)
    await node.hub.opened(ann.connection)
    (subscription,) = await node.hub.subscribe(ann.connection, {thing: 0})
    await messages.create(call, room.sid, MessageChanges(body="meanwhile"))
    await clients.placed(call)
    last = await sync.position(call.resources)
    await until(lambda: node.hub.has_told(last))
    assert ann.told == []
    assert not subscription.is_live
    subscription.go_live()
    assert ann.types == ["list_item_added"]


async def test_what_was_replayed_is_not_told_again(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, feed = followed
    room = await talk(call, "ann")
    await clients.user(call, "ann")
    ann = await socket_of(call, node)
    thing = SyncObject("conversation", room.sid)
    (subscription,) = await node.hub.subscribe(ann.connection, {thing: 40})
    subscription.go_live()
    updated = {"kind": "conversation.updated", "conversation_sid": room.sid}
    own = {"service_sid": call.service_sid}
    for position in (39, 40, 41):
        event = rows.event(position, position=position, **updated, **own)
        await feed.batches.put([event])
    await until(lambda: bool(ann.told))
    assert [each["events"][0]["id"] for each in ann.told] == [41]


async def test_a_change_is_rendered_once_however_many_listen(
    call: Call, node: Node, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await talk(call, "ann")
    sockets = [await opens("ann") for _ in range(5)]
    for socket in sockets:
        listed = await socket.get(f"/v3/Lists/{room.sid}.messages")
        await socket.subscribe({listed["sid"]: None})
    rendered = []
    real = notifications.change
    monkeypatch.setattr(notifications, "change", lambda *told: rendered.append(told) or real(*told))
    await messages.create(call, room.sid, MessageChanges(body="to all"))
    await until(lambda: all(socket.types for socket in sockets))
    assert len(rendered) == 1


async def test_a_database_that_is_away_delays_only(
    call: Call, followed: tuple[Node, Followed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TROUBLE_SECONDS", 0.01)
    node, feed = followed
    room = await talk(call, "ann")
    ann = await socket_of(call, node)
    thing = SyncObject("conversation", room.sid)
    (subscription,) = await node.hub.subscribe(ann.connection, {thing: 0})
    subscription.go_live()
    real, failures = sync.document, iter([errors.Unavailable("gone")])

    async def document(*key: object) -> object:
        for failure in failures:
            raise failure
        return await real(*key)  # type: ignore[arg-type]

    monkeypatch.setattr(sync, "document", document)
    await feed.batches.put(errors.Unavailable("gone"))
    updated = {"kind": "conversation.updated", "conversation_sid": room.sid}
    event = rows.event(50, position=50, service_sid=call.service_sid, **updated)
    await feed.batches.put([event])
    await until(lambda: bool(ann.told))
    assert len(feed.begun) == 2
    assert ann.types == ["document_updated"]


async def test_what_cannot_be_told_is_logged_and_passed_over(
    call: Call, followed: tuple[Node, Followed], caplog: pytest.LogCaptureFixture
) -> None:
    node, feed = followed
    room = await talk(call, "ann")
    ann = await socket_of(call, node)
    wanted: dict[SyncObject, int | None] = {
        SyncObject("messages", room.sid): 0,
        SyncObject("conversation", room.sid): 0,
    }
    for subscription in await node.hub.subscribe(ann.connection, wanted):
        subscription.go_live()
    within = {"conversation_sid": room.sid, "service_sid": call.service_sid}
    with caplog.at_level(logging.CRITICAL + 1, logger="partywire"):
        await feed.batches.put([rows.event(50, position=50, kind="message.added", **within)])
        updated = rows.event(51, position=51, kind="conversation.updated", **within)
        await feed.batches.put([updated])
        await until(lambda: bool(ann.told))
    assert ann.types == ["document_updated"]


async def test_who_was_taken_out_before_they_subscribed_stays_in(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, _ = followed
    room = await talk(call, "ann")
    ann = await socket_of(call, node)
    thing = SyncObject("messages", room.sid)
    gone = {"kind": "participant.removed", "conversation_sid": room.sid}
    of = {"user_sid": ann.connection.user_sid, "service_sid": call.service_sid}
    (subscription,) = await node.hub.subscribe(ann.connection, {thing: 0})
    await node.hub.tell([rows.event(1, position=subscription.until, **gone, **of)])
    assert not subscription.is_over
    await node.hub.tell([rows.event(2, position=subscription.until + 1, **gone, **of)])
    assert subscription.is_over


async def told_all(call: Call, node: Node, feed: Followed) -> None:
    """The feed gives what was committed by now, and the hub tells it."""
    before, last = node.hub._position or 0, await sync.settled(call.resources)
    await feed.batches.put(await outbox.after(call.database, before, 100))
    await until(lambda: node.hub.has_told(last))


@pytest.mark.parametrize("leave", [participants.delete, conversations.delete])
async def test_who_has_just_left_hears_it_by_their_map_before_the_rest_is_said_to_be_gone(
    call: Call,
    followed: tuple[Node, Followed],
    leave: Callable[..., Awaitable[object]],
) -> None:
    node, feed = followed
    room = await talk(call, "ann")
    ann = await socket_of(call, node)
    await sync.settled(call.resources)
    mine = await ann.get("/v3/Maps/ann.channels")
    document = await ann.get(f"/v3/Documents/{room.sid}.channel")
    await ann.subscribe({mine["sid"]: None})
    ann.told.clear()
    # The feed, which places events some time after their commit, has not come there yet.
    await leave(call, room.sid, *["ann"][: leave is participants.delete])
    await ann.subscribe({document["sid"]: document["last_event_id"]})
    assert ann.told == []
    await told_all(call, node, feed)
    assert [each["event_type"] for each in ann.told] == ["map_item_removed"]
    # Who asks later is told at once.
    await ann.subscribe({document["sid"]: document["last_event_id"]})
    assert ann.told[-1]["event_type"] == "subscription_failed"


async def test_what_was_never_there_is_said_to_be_gone_when_all_before_is_told(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, feed = followed
    ann = await socket_of(call, node)
    await sync.settled(call.resources)
    mine = await ann.get("/v3/Maps/ann.channels")
    await ann.subscribe({mine["sid"]: None})
    ann.told.clear()
    room = await talk(call, "ben")
    nowhere = names.sid_of(SyncObject("messages", room.sid))
    await ann.subscribe({nowhere: 0})
    assert ann.told == []
    await told_all(call, node, feed)
    assert [each["event_type"] for each in ann.told] == ["subscription_failed"]
    assert node.hub.count(ann.connection) == 1


async def test_who_asks_twice_has_one_answer_to_the_second(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, feed = followed
    ann = await socket_of(call, node)
    await sync.settled(call.resources)
    mine = await ann.get("/v3/Maps/ann.channels")
    await ann.subscribe({mine["sid"]: None})
    ann.told.clear()
    room = await talk(call, "ben")
    nowhere = names.sid_of(SyncObject("messages", room.sid))
    for _ in range(2):
        await ann.subscribe({nowhere: 0})
    await told_all(call, node, feed)
    assert [each["correlation_id"] for each in ann.told] == [3]


async def test_nobody_waits_for_a_hub_that_rests(
    call: Call, followed: tuple[Node, Followed]
) -> None:
    node, _ = followed
    ann = await socket_of(call, node)
    (subscription,) = await node.hub.subscribe(ann.connection, {SyncObject("info", "US"): 0})
    done: list[int] = []
    node.hub.once_told(subscription.until, lambda: done.append(0))
    node.hub.once_told(subscription.until + 1, lambda: done.append(1))
    assert done == [0]
    await ann.close()
    assert done == [0, 1]
