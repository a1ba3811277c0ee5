"""Participants."""

from operator import attrgetter
from typing import Final

from msgspec import Struct
from msgspec.structs import astuple

from partywire.model.pages import Page, PageRequest
from partywire.model.participants import Participant
from partywire.storage.conversations import state_at
from partywire.storage.database import Reader, Transaction
from partywire.storage.dialect import holding
from partywire.storage.query import Listing, Query, Statement, assignments, columns, insert


class Room(Struct, frozen=True):
    """What stands against somebody's joining a conversation.

    Attributes:
        namesakes: participants of the same identity, 0 or 1.
        participants: all in the conversation, counted up to the limit.
        open_of_user: conversations that are not closed and have the user in them, counted up to
            the limit.
    """

    namesakes: int
    participants: int
    open_of_user: int


_COLUMNS = columns(Participant)
_IN_CONVERSATION = "service_sid = $1 AND conversation_sid = $2"
_SELECT = f"SELECT {_COLUMNS} FROM participants WHERE {_IN_CONVERSATION}"
_CHANGEABLE = (
    "user_sid",
    "identity",
    "messaging_type",
    "proxy_address",
    "projected_address",
    "role_sid",
    "attributes",
    "notification_level",
    "last_read_message_index",
    "last_read_timestamp",
    "date_created",
    "date_updated",
)

_BY_SID: Final = Query(f"{_SELECT} AND sid = $3", Participant)
_SID_BY_IDENTITY: Final = Query(
    f"SELECT sid FROM participants WHERE {_IN_CONVERSATION} AND identity = $3", str
)
_SID_BY_USER: Final = Query(
    f"SELECT sid FROM participants WHERE {_IN_CONVERSATION} AND user_sid = $3", str
)
_SID_BY_ADDRESS: Final = Query(
    f"""SELECT sid FROM participants WHERE {_IN_CONVERSATION} AND address = $3
    ORDER BY sid LIMIT 1""",
    str,
)
_SID_BY_PROJECTION: Final = Query(
    f"""SELECT sid FROM participants WHERE {_IN_CONVERSATION} AND projected_address = $3
    ORDER BY sid LIMIT 1""",
    str,
)
_WITH_ADDRESS: Final = Query(f"{_SELECT} AND address IS NOT NULL", Participant)
_WITH_PROJECTION: Final = Query(f"{_SELECT} AND projected_address IS NOT NULL", Participant)
_COUNT: Final = Query(
    f"SELECT count(*) AS participants FROM participants WHERE {_IN_CONVERSATION}", int
)
_IDENTITIES: Final = Query(
    f"SELECT identity FROM participants WHERE {_IN_CONVERSATION} AND identity IS NOT NULL", str
)
_USER_SIDS: Final = Query(
    f"SELECT user_sid FROM participants WHERE {_IN_CONVERSATION} AND user_sid IS NOT NULL", str
)
_LIST: Final = Listing(_SELECT, 2, {"sid": "sid"}, Participant)
_GROUPS_OF_USER: Final = Query(
    """SELECT conversation_sid FROM participants WHERE service_sid = $1 AND user_sid = $2
    AND messaging_type IS NOT NULL ORDER BY conversation_sid""",
    str,
)
_ROOM: Final = Query(
    f"""SELECT
        (SELECT count(*) FROM participants WHERE {_IN_CONVERSATION} AND identity = $3)
            AS namesakes,
        (SELECT count(*) FROM (
            SELECT 1 FROM participants WHERE {_IN_CONVERSATION} LIMIT $5) AS counted)
            AS participants,
        (SELECT count(*) FROM (
            SELECT 1 FROM participants p
            WHERE p.service_sid = $1 AND p.user_sid = $4 AND (SELECT {state_at("$7", "c")}
                FROM conversations c WHERE c.sid = p.conversation_sid) <> 'closed'
            LIMIT $6) AS counted) AS open_of_user""",
    Room,
)
_INSERT: Final = Query(
    f"""{insert("participants", Participant)}
    ON CONFLICT (conversation_sid, identity) DO NOTHING RETURNING {_COLUMNS}""",
    Participant,
)
_LOCK: Final = holding(
    f"SELECT {_COLUMNS} FROM participants WHERE {_IN_CONVERSATION} AND sid = $3", Participant
)
_SAVE: Final = Statement(
    f"UPDATE participants SET {assignments(_CHANGEABLE, 4)} WHERE {_IN_CONVERSATION} AND sid = $3"
)
_DELETE: Final = Query(
    f"DELETE FROM participants WHERE {_IN_CONVERSATION} AND sid = $3 RETURNING {_COLUMNS}",
    Participant,
)
_DELETE_OUTSIDE_GROUPS: Final = Query(
    f"""DELETE FROM participants WHERE {_IN_CONVERSATION} AND sid = $3
    AND (messaging_type IS NULL OR proxy_address IS NOT NULL) RETURNING {_COLUMNS}""",
    Participant,
)
_DELETE_OF_USER: Final = Query(
    f"""DELETE FROM participants WHERE service_sid = $1 AND user_sid = $2
    RETURNING {_COLUMNS}""",
    Participant,
)


async def by_sid(
    reader: Reader, service_sid: str, conversation_sid: str, sid: str
) -> Participant | None:
    """The participant with this SID."""
    return await reader.one(_BY_SID, service_sid, conversation_sid, sid)


async def sid_by_identity(
    reader: Reader, service_sid: str, conversation_sid: str, identity: str
) -> str | None:
    """The SID of the participant with this identity."""
    return await reader.one(_SID_BY_IDENTITY, service_sid, conversation_sid, identity)


async def sid_by_user(
    reader: Reader, service_sid: str, conversation_sid: str, user_sid: str
) -> str | None:
    """The SID of the participant that is this user."""
    return await reader.one(_SID_BY_USER, service_sid, conversation_sid, user_sid)


async def sid_by_address(
    reader: Reader, service_sid: str, conversation_sid: str, address: str
) -> str | None:
    """The SID of a participant with this address, or who shows as it in a Group MMS."""
    key = (service_sid, conversation_sid, address)
    found = await reader.one(_SID_BY_ADDRESS, *key)
    if found is None:
        found = await reader.one(_SID_BY_PROJECTION, *key)
    return found


async def with_address(
    reader: Reader, service_sid: str, conversation_sid: str
) -> list[Participant]:
    """The participants who have an address; there are few of them."""
    return await reader.all(_WITH_ADDRESS, service_sid, conversation_sid)


async def with_projection(
    reader: Reader, service_sid: str, conversation_sid: str
) -> list[Participant]:
    """The participants who have a projected address."""
    return await reader.all(_WITH_PROJECTION, service_sid, conversation_sid)


async def count(reader: Reader, service_sid: str, conversation_sid: str) -> int:
    """How many participants there are."""
    return await reader.one(_COUNT, service_sid, conversation_sid) or 0


async def identities(reader: Reader, service_sid: str, conversation_sid: str) -> list[str]:
    """Who is in the conversation as a user, in no particular order."""
    return await reader.all(_IDENTITIES, service_sid, conversation_sid)


async def page(
    reader: Reader, service_sid: str, conversation_sid: str, request: PageRequest
) -> Page[Participant]:
    """The conversation's participants, in the order of their SIDs."""
    return await _LIST.page(reader, request, service_sid, conversation_sid)


async def user_sids(reader: Reader, service_sid: str, conversation_sid: str) -> list[str]:
    """The SIDs of the users who are in the conversation."""
    return await reader.all(_USER_SIDS, service_sid, conversation_sid)


async def groups_of_user(reader: Reader, service_sid: str, user_sid: str) -> list[str]:
    """The SIDs of the conversations in whose Group MMS the user is, in order."""
    return await reader.all(_GROUPS_OF_USER, service_sid, user_sid)


async def room(
    reader: Reader, participant: Participant, now: int, most_participants: int, most_open: int
) -> Room:
    """What stands against the participant's joining; counts no further than the limits."""
    key = (participant.service_sid, participant.conversation_sid)
    who = (participant.identity, participant.user_sid)
    found = await reader.one(_ROOM, *key, *who, most_participants, most_open, now)
    return found or Room(0, 0, 0)


async def add(transaction: Transaction, participant: Participant) -> Participant | None:
    """Writes a new participant; None if the identity is in the conversation already."""
    return await transaction.one(_INSERT, *astuple(participant))


async def lock(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Participant | None:
    """The participant, held until the transaction ends."""
    return await transaction.one(_LOCK, service_sid, conversation_sid, sid)


async def save(transaction: Transaction, participant: Participant) -> None:
    """Writes what may change on a participant."""
    key = (participant.service_sid, participant.conversation_sid, participant.sid)
    await transaction.run(_SAVE, *key, *(getattr(participant, name) for name in _CHANGEABLE))


async def delete(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Participant | None:
    """Deletes the participant; returns what was deleted, None if there was none."""
    return await transaction.one(_DELETE, service_sid, conversation_sid, sid)


async def delete_outside_groups(
    transaction: Transaction, service_sid: str, conversation_sid: str, sid: str
) -> Participant | None:
    """Deletes the participant unless they are in a Group MMS; returns what was deleted."""
    return await transaction.one(_DELETE_OUTSIDE_GROUPS, service_sid, conversation_sid, sid)


async def delete_of_user(
    transaction: Transaction, service_sid: str, user_sid: str
) -> list[Participant]:
    """Deletes every participant that is this user; returns them in the order of their SIDs."""
    gone = await transaction.all(_DELETE_OF_USER, service_sid, user_sid)
    return sorted(gone, key=attrgetter("sid"))
