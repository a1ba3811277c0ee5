"""A node that tells webhooks, and conversations to be told of."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from delivery.nodes import ended
from partywire.delivery.duties import Worker
from partywire.delivery.feed import Feed
from partywire.delivery.webhooks.duty import telling
from partywire.domain import configuration_webhooks, conversations, messages, webhooks
from partywire.domain.call import Call, Resources
from partywire.model.configuration_webhooks import AccountWebhooksChanges, ServiceWebhooksChanges
from partywire.model.conversations import ConversationChanges
from partywire.model.deliveries import Delivery, DeliveryState
from partywire.model.messages import Message, MessageChanges
from partywire.model.webhooks import Webhook, WebhookChanges
from partywire.storage import claims, deliveries, delivery_lanes, outbox
from partywire.storage.claims import Claim
from partywire.storage.database import Database

LOOPBACK = ("127.0.0.0/8",)
EVERY, PATIENCE = 0.03, 0.3
LONG = 30.0  # seconds; nothing takes them


def with_settings(resources: Resources, **more: Any) -> Resources:
    """The same server, which may reach this machine and makes short pauses."""
    settings: dict[str, Any] = {
        "allowed_targets": LOOPBACK,
        "webhook_first_pause": 0.01,
        "webhook_longest_pause": 0.05,
        **more,
    }
    return replace(resources, config=replace(resources.config, **settings))


def telling_call(call: Call) -> Call:
    """The same caller, who asks for webhooks."""
    return replace(call, webhooks=True)


async def talk(call: Call, name: str | None = None) -> str:
    """A conversation of which nobody is told yet."""
    changes = ConversationChanges() if name is None else ConversationChanges(unique_name=name)
    return (await conversations.create(replace(call, webhooks=False), changes)).sid


async def say(call: Call, conversation: str, body: str) -> Message:
    """A message of which webhooks are told."""
    return await messages.create(telling_call(call), conversation, MessageChanges(body=body))


async def listen(call: Call, conversation: str, url: str, **more: Any) -> Webhook:
    """A webhook of the conversation, for messages."""
    filters = more.pop("filters", ["onMessageAdded"])
    changes = WebhookChanges(url=url, filters=filters, **more)
    return await webhooks.create(call, conversation, "webhook", changes)


async def listen_to_account(call: Call, url: str, *filters: str, **more: Any) -> None:
    changes = AccountWebhooksChanges(post_webhook_url=url, filters=list(filters), **more)
    await configuration_webhooks.update_account(call, changes)


async def listen_to_service(call: Call, url: str, *filters: str, **more: Any) -> None:
    changes = ServiceWebhooksChanges(post_webhook_url=url, filters=list(filters), **more)
    await configuration_webhooks.update_service(call, changes)


async def placed(database: Database) -> None:
    """Gives every event its place in the feed."""
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def worker_of(resources: Resources, name: str = "ada") -> Worker:
    """A node that has the duty, for work that is done step by step."""
    duty = telling(resources, Feed(resources.database))
    async with resources.database.transaction() as transaction:
        found = await claims.look(transaction, "webhooks")
        await claims.beat(transaction, Claim("webhooks", "", found.beat), name)
    worker = Worker(resources.database, duty, name)
    worker._seen = Claim("webhooks", name, found.beat + 1)
    return worker


@contextlib.asynccontextmanager
async def at_work(resources: Resources, name: str = "ada") -> AsyncIterator[Worker]:
    """A node that has a feed and the duty, until the end of the block."""
    feed = Feed(resources.database)
    worker = Worker(resources.database, telling(resources, feed), name, EVERY, PATIENCE)
    tasks = [asyncio.create_task(feed.run()), asyncio.create_task(worker.run())]
    try:
        yield worker
    finally:
        for task in tasks:
            await ended(task)


class Node:
    """A node that has a feed and a part in the duty, until it stops or dies."""

    def __init__(self, resources: Resources, name: str) -> None:
        feed = Feed(resources.database)
        self._worker = Worker(resources.database, telling(resources, feed), name, EVERY, PATIENCE)
        self._tasks = [asyncio.create_task(feed.run()), asyncio.create_task(self._worker.run())]

    async def stop(self) -> None:
        """Ends in peace."""
        for task in self._tasks:
            await ended(task)

    async def die(self) -> None:
        """Ends without another word to the database."""

        async def nothing() -> None:
            return

        self._worker._let_go = nothing  # type: ignore[method-assign]
        await self.stop()


async def every(database: Database, state: DeliveryState | None = None) -> list[Delivery]:
    """All deliveries, the oldest first."""
    return (await deliveries.newest(database, 2**62, 100_000, state))[::-1]


async def holds(condition: Callable[[], Awaitable[bool]]) -> None:
    """Waits until it does."""
    deadline = time.monotonic() + LONG
    while True:
        if await condition():
            return
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


async def settled(database: Database, number: int) -> list[Delivery]:
    """Waits until so many deliveries are settled, and none waits."""
    found: list[Delivery] = []

    async def done() -> bool:
        found[:] = await every(database)
        return len(found) >= number and all(one.state != "waiting" for one in found)

    await holds(done)
    return found


async def closed(database: Database, lane: str) -> None:
    """Waits until nothing waits in a lane."""

    async def gone() -> bool:
        return await delivery_lanes.look(database, lane) is None

    await holds(gone)


def parameters(delivery: Delivery) -> dict[str, str]:
    """What is told, by name."""
    return dict(msgspec.json.decode(delivery.parameters, type=list[tuple[str, str]]))
