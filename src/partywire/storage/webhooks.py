"""Webhooks of conversations."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.webhooks import Webhook
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert

_COLUMNS = columns(Webhook)
_IN_CONVERSATION = "service_sid = $1 AND conversation_sid = $2"
_SELECT = f"SELECT {_COLUMNS} FROM conversation_webhooks WHERE {_IN_CONVERSATION}"
_CHANGEABLE = ("url", "method", "filters", "triggers", "flow_sid", "replay_after", "date_updated")

_BY_SID: Final = Query(f"{_SELECT} AND sid = $3", Webhook)
_LIST: Final = Listing(_SELECT, 2, {"sid": "sid"}, Webhook)
_ALL: Final = Query(f"{_SELECT} ORDER BY sid", Webhook)
_COUNT: Final = Query(
    f"SELECT count(*) FROM conversation_webhooks WHERE {_IN_CONVERSATION}",
    int,
)
_INSERT: Final = Statement(insert("conversation_webhooks", Webhook))
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM conversation_webhooks WHERE {_IN_CONVERSATION} AND sid = $3", Webhook
)
_SAVE: Final = Statement(
    f"""UPDATE conversation_webhooks SET {assignments(_CHANGEABLE, 4)}
    WHERE {_IN_CONVERSATION} AND sid = $3"""
)
_DELETE: Final = Statement(
    f"DELETE FROM conversation_webhooks WHERE {_IN_CONVERSATION} AND sid = $3"
)


async def by_sid(
    reader: Reader, service_sid: str, conversation_sid: str, sid: str
) -> Webhook | None:
    """The webhook with this SID."""
    return await reader.one(_BY_SID, service_sid, conversation_sid, sid)


async def page(
    reader: Reader, service_sid: str, conversation_sid: str, request: PageRequest
) -> Page[Webhook]:
    """The conversation's webhooks, in the order of their SIDs."""
    return await _LIST.page(reader, request, service_sid, conversation_sid)


async def every(reader: Reader, service_sid: str, conversation_sid: str) -> list[Webhook]:
    """The conversation's webhooks, in the order of their SIDs: there are few."""
    return await reader.all(_ALL, service_sid, conversation_sid)


async def count(reader: Reader, service_sid: str, conversation_sid: str) -> int:
    """How many webhooks the conversation has."""
    return await reader.one(_COUNT, service_sid, conversation_sid) or 0


async def add(transaction: Transaction, webhook: Webhook) -> None:
    """Writes a new webhook."""
    await transaction.run(_INSERT, *astuple(webhook))


async def lock(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Webhook | None:
    """The webhook, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, conversation_sid, sid)


async def save(transaction: Transaction, webhook: Webhook) -> None:
    """Writes what may change on a webhook."""
    key = (webhook.service_sid, webhook.conversation_sid, webhook.sid)
    await transaction.run(_SAVE, *key, *(getattr(webhook, name) for name in _CHANGEABLE))


async def delete(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> bool:
    """Deletes the webhook; False if there was none."""
    return await transaction.run(_DELETE, service_sid, conversation_sid, sid) > 0
