"""What stands in the outbox, and what waits to be delivered, for who watches the server."""

from typing import Final

from partywire.domain.call import Resources
from partywire.storage import backlog as store
from partywire.storage import deliveries as delivery_store

MOST_COUNTED: Final = 10_000


async def events(resources: Resources) -> dict[str, int]:
    """How many events are ``kept`` in the outbox's order, and how many are ``unplaced`` in it yet.

    The latter are counted up to ``MOST_COUNTED``.

    Raises:
        StorageFailure: the database does not answer.
    """
    database = resources.database
    return {
        "kept": await store.kept(database),
        "unplaced": await store.unplaced(database, MOST_COUNTED),
    }


async def deliveries(resources: Resources) -> dict[str, int]:
    """How many deliveries to webhooks are ``waiting``, and how many ``dead``: given up.

    Each is counted up to ``MOST_COUNTED``.

    Raises:
        StorageFailure: the database does not answer.
    """
    database = resources.database
    return {
        "waiting": await delivery_store.count(database, "waiting", MOST_COUNTED),
        "dead": await delivery_store.count(database, "dead", MOST_COUNTED),
    }
