"""The duty of telling webhooks: one node reads the feed and sends."""

import asyncio

from partywire.delivery.duties import Duty, Worker
from partywire.delivery.feed import Feed
from partywire.delivery.outgoing import Client
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks.crew import Crew
from partywire.delivery.webhooks.passing import Passing
from partywire.delivery.webhooks.recording import Recorder
from partywire.delivery.webhooks.retrying import Patience, longest
from partywire.delivery.webhooks.routing import Router
from partywire.delivery.webhooks.sending import Sender
from partywire.domain.call import Resources
from partywire.storage import delivery_lanes

_LOOKING_SECONDS = 0.5  # for events of which no news came


def telling(resources: Resources, feed: Feed) -> Duty:
    """The duty of making deliveries of events, and of sending them.

    Args:
        resources: the server's.
        feed: of the same database.
    """
    config = resources.config
    patience = Patience(
        first=round(config.webhook_first_pause * 1000),
        longest=round(config.webhook_longest_pause * 1000),
        most=round(config.webhook_patience * 60 * 60 * 1000),
    )

    async def act(worker: Worker) -> float:
        client = Client(Targets(config.allowed_targets), config.authorities_file)
        passing, crew = Passing(resources.clock), Crew()
        recorder = Recorder(worker, resources.clock, passing, patience)
        sender = Sender(resources, worker, client, passing, recorder, crew)
        try:
            await _bring_nearer(worker, passing, patience)
            crew.start(recorder.run())
            crew.start(sender.run())
            crew.start(_read_on(feed, Router(resources, worker, passing), sender))
            await crew.until_failure()
        finally:
            await crew.end()
            await client.close()
        return 0.0

    return Duty("webhooks", act)


async def _bring_nearer(worker: Worker, passing: Passing, patience: Patience) -> None:
    """Whoever had the duty before may have had another time."""
    async with worker.database.transaction() as transaction:
        await worker.hold(transaction)
        now = passing.now()
        await delivery_lanes.bring_nearer(transaction, now, now + longest(patience))


async def _read_on(feed: Feed, router: Router, sender: Sender) -> None:
    while True:
        moved = asyncio.ensure_future(feed.moved(_LOOKING_SECONDS))
        try:
            routed = await router.read_on()
            if routed:
                sender.wake()
            else:
                await moved
        finally:
            moved.cancel()
