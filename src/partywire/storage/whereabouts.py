"""Where a SID exists, whoever it belongs to: for the bench's hints only.

Some keys begin with the conversation or the user, and no index serves who knows neither: there
a bench walks along the whole key (decided: decisions/0019).
"""

from typing import Final

from msgspec import Struct

from partywire import sids
from partywire.storage.database import Reader
from partywire.storage.query import Query


class Whereabouts(Struct, frozen=True):
    """The account and service that hold a thing."""

    account: str
    account_sid: str
    service_sid: str


def _query(table: str, service: str = "service_sid") -> Query[Whereabouts]:
    return Query(
        f"""SELECT a.id AS account, a.sid AS account_sid, s.sid AS service_sid FROM {table} t
        JOIN services s ON s.sid = t.{service} JOIN accounts a ON a.id = s.account
        WHERE t.sid = $1""",
        Whereabouts,
    )


_QUERIES: Final = {
    sids.SERVICE: _query("services", "sid"),
    sids.USER: _query("users"),
    sids.ROLE: _query("roles"),
    sids.CONVERSATION: _query("conversations"),
    sids.PARTICIPANT: _query("participants"),
    sids.MESSAGE: _query("messages"),
    sids.BINDING: _query("bindings"),
    sids.RECEIPT: _query("receipts"),
    sids.WEBHOOK: _query("conversation_webhooks"),
}


async def of(reader: Reader, sid: str) -> Whereabouts | None:
    """Who holds the thing with this SID; None if nobody does."""
    query = _QUERIES.get(sid[:2])
    if query is None:
        return None
    return await reader.one(query, sid)
