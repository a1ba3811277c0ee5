"""What stands in the outbox, for who watches the server."""

from typing import Final

from partywire.domain.call import Resources
from partywire.storage import backlog as store

MOST_COUNTED: Final = 10_000


async def events(resources: Resources) -> dict[str, int]:
    """How many events are ``kept`` in the outbox's order, and how many are ``unplaced`` in it yet.

    The latter are counted up to ``MOST_COUNTED``. Nothing is delivered yet: when it is, how many
    are undelivered belongs here.

    Raises:
        StorageFailure: the database does not answer.
    """
    database = resources.database
    return {
        "kept": await store.kept(database),
        "unplaced": await store.unplaced(database, MOST_COUNTED),
    }
