"""Files that are known of, without what they hold: rows of ``media``."""

from typing import Any

from partywire import sids
from partywire.domain.call import Call
from partywire.model.media import Media
from partywire.storage import media
from partywire.storage.database import Reader
from partywire.storage.query import Query, columns
from storage import rows

_ALL = Query(f"SELECT {columns(Media)} FROM media ORDER BY sid", Media)


async def uploaded(call: Call, **more: Any) -> Media:
    """A whole file in the call's service: the user's, or the account's."""
    made = rows.media(
        7,
        **{
            "sid": call.sid(sids.MEDIA),
            "service_sid": call.service_sid,
            "author": call.client_identity,
            **more,
        },
    )
    async with call.database.transaction() as transaction:
        await media.add(transaction, made)
    return made


async def known(reader: Reader) -> list[Media]:
    """Every file that is known of."""
    return await reader.all(_ALL)
