"""What is known of media; their bytes are in an object store (``objects``).

A row that nobody sees any more while its bytes may still be there is doomed: it belongs to a
message that never was. It is deleted once they are gone (decided: decisions/0039).
"""

from typing import Final

from msgspec.structs import astuple

from partywire.model.events import Event
from partywire.model.media import Media
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert

# What stands for the conversation and the message of a row that is doomed.
NOWHERE: Final = ""

_SELECT = f"SELECT {columns(Media)} FROM media"

_ADD: Final = Statement(insert("media", Media))
_FINISH: Final = Statement(
    """UPDATE media SET size = $2, date_updated = $3
    WHERE sid = $1 AND size IS NULL AND message_sid IS NULL"""
)
_BY_SID: Final = Query(
    f"""{_SELECT} WHERE sid = $2 AND service_sid = $1 AND size IS NOT NULL
    AND (message_sid IS NULL OR message_sid > '')""",
    Media,
)
_MAY_SEND: Final = Query(
    """SELECT 1 FROM users u LEFT JOIN roles s ON s.sid = u.role_sid
    LEFT JOIN participants p ON p.user_sid = u.sid
    LEFT JOIN roles r ON r.sid = p.role_sid
    WHERE u.service_sid = $1 AND u.identity = $2
    AND (s.permissions LIKE $3 OR r.permissions LIKE $3) LIMIT 1""",
    int,
)
_DOOM: Final = Statement(
    """UPDATE media SET conversation_sid = '', message_sid = ''
    WHERE sid = $1 AND message_sid IS NULL"""
)
_DOOM_ANY: Final = Statement(
    "UPDATE media SET conversation_sid = '', message_sid = '' WHERE sid = $1"
)
_DOOM_GONE: Final = Statement(
    f"""{insert("media", Media)} ON CONFLICT (sid) DO UPDATE
    SET conversation_sid = excluded.conversation_sid, message_sid = excluded.message_sid"""
)
_DOOM_BROKEN: Final = Statement(f"{_DOOM.text} AND size IS NULL")
_OLD: Final = Query(
    """SELECT sid FROM media WHERE message_sid IS NULL AND date_created < $1
    ORDER BY date_created, sid LIMIT $2""",
    str,
)
_BROKEN: Final = Query(
    """SELECT sid FROM media WHERE message_sid IS NULL AND date_created < $1 AND size IS NULL
    ORDER BY date_created, sid LIMIT $2""",
    str,
)
_OF_CONVERSATION: Final = Query(
    f"{_SELECT} WHERE conversation_sid = $1 ORDER BY message_sid, sid LIMIT $2", Media
)
_OF_SERVICE: Final = Query(
    f"""{_SELECT} WHERE service_sid = $1 AND (message_sid IS NULL OR message_sid > '')
    ORDER BY sid LIMIT $2""",
    Media,
)
_DELETE: Final = Statement("DELETE FROM media WHERE sid = $1")
_ENDS: Final = Query(
    f"""SELECT {columns(Event)} FROM events WHERE position > $1 AND position <= $2
    AND kind IN ('message.removed', 'conversation.removed', 'service.removed')
    ORDER BY position LIMIT $3""",
    Event,
)


async def add(transaction: Transaction, media: Media) -> None:
    """Writes what is known of a file, before its first byte."""
    await transaction.run(_ADD, *astuple(media))


async def finish(transaction: Transaction, sid: str, size: int, now: int) -> bool:
    """Writes how large it is, behind its last byte; False if it was given up meanwhile."""
    return await transaction.run(_FINISH, sid, size, now) > 0


async def by_sid(reader: Reader, service_sid: str, sid: str) -> Media | None:
    """The file, if all of it is there."""
    return await reader.one(_BY_SID, service_sid, sid)


async def may_send(reader: Reader, service_sid: str, identity: str) -> bool:
    """Whether a role of the user, the service's or one of their conversations', lets them send."""
    word = '%"sendMediaMessage"%'
    return await reader.one(_MAY_SEND, service_sid, identity, word) is not None


async def doom(transaction: Transaction, sid: str) -> bool:
    """Lets nobody see a file any more that belongs to no message; False if it does."""
    return await transaction.run(_DOOM, sid) > 0


async def doom_old(transaction: Transaction, before: int, limit: int) -> None:
    """The same for the oldest that no message took.

    Args:
        transaction: the transaction.
        before: when they were made at the latest, in milliseconds since 1970-01-01T00:00:00Z.
        limit: the most.
    """
    old = await transaction.all(_OLD, before, limit)
    await transaction.run_many(_DOOM, [(sid,) for sid in old])


async def doom_broken(transaction: Transaction, before: int, limit: int) -> None:
    """The same for those whose last byte never came."""
    broken = await transaction.all(_BROKEN, before, limit)
    await transaction.run_many(_DOOM_BROKEN, [(sid,) for sid in broken])


async def doom_all(transaction: Transaction, sids: list[str]) -> None:
    """The same for files of whatever message."""
    await transaction.run_many(_DOOM_ANY, [(sid,) for sid in sids])


async def doom_gone(transaction: Transaction, gone: list[Media]) -> None:
    """The same for files whose rows went with their message: they come back as doomed ones."""
    await transaction.run_many(_DOOM_GONE, [astuple(media) for media in gone])


async def doomed(reader: Reader, limit: int) -> list[Media]:
    """Some of those whose bytes are still to be deleted."""
    return await reader.all(_OF_CONVERSATION, NOWHERE, limit)


async def of_conversation(reader: Reader, conversation_sid: str, limit: int) -> list[Media]:
    """Some of a conversation's."""
    return await reader.all(_OF_CONVERSATION, conversation_sid, limit)


async def of_service(reader: Reader, service_sid: str, limit: int) -> list[Media]:
    """Some of a service's that are not doomed yet."""
    return await reader.all(_OF_SERVICE, service_sid, limit)


async def delete(transaction: Transaction, sids: list[str]) -> None:
    """Deletes rows whose bytes are gone."""
    await transaction.run_many(_DELETE, [(sid,) for sid in sids])


async def ends(reader: Reader, position: int, last: int, limit: int) -> list[Event]:
    """The events beyond a position, up to another, with which media may end, in order."""
    return await reader.all(_ENDS, position, last, limit)
