"""Services' settings of notifications: one JSON document each."""

from typing import Final

import msgspec

from partywire.model.notifications import Notifications
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement

_FETCH: Final = Query("SELECT settings FROM service_notifications WHERE service_sid = $1", str)
_SAVE: Final = Statement(
    """INSERT INTO service_notifications (service_sid, settings) VALUES ($1, $2)
    ON CONFLICT (service_sid) DO UPDATE SET settings = excluded.settings"""
)
_decode = msgspec.json.Decoder(Notifications).decode
_encode = msgspec.json.Encoder().encode


async def fetch(reader: Reader, service_sid: str) -> Notifications:
    """The service's settings; empty ones if it was never configured."""
    found = await reader.one(_FETCH, service_sid)
    return Notifications() if found is None else _decode(found)


async def save(transaction: Transaction, service_sid: str, settings: Notifications) -> None:
    """Writes the service's settings."""
    await transaction.run(_SAVE, service_sid, _encode(settings).decode())
