"""A user's conversations, each with what its unread count needs, in one statement."""

from typing import Final

from msgspec import UNSET, UnsetType

from partywire import sids
from partywire.model.pages import Page, PageRequest
from partywire.model.participants import Participant, ParticipantChanges
from partywire.model.user_conversations import UserConversation
from partywire.storage.database import Reader, Transaction
from partywire.storage.messages import deletions_above
from partywire.storage.query import Listing, Query, columns

_HORIZON = "p.last_read_message_index"

# What a path names somebody or something by: each is found in the statement that needs it.
_USERS: Final = {
    True: "$2",
    False: "(SELECT sid FROM users WHERE service_sid = $1 AND identity = $2)",
}
_CONVERSATIONS: Final = {
    True: "$4",
    False: "(SELECT sid FROM conversations WHERE service_sid = $1 AND unique_name = $4)",
}

# Deletions are looked up only where they can change the answer: there are some, the horizon has
# something above it, and even if all of them lay above it the count might fall below the cap.
# There always is a conversation: LEFT keeps a planner from beginning at that end.
_SELECT: Final = f"""
    SELECT p.conversation_sid, p.sid AS participant_sid, p.user_sid, c.friendly_name,
        c.unique_name, c.attributes, c.state AS conversation_state, c.date_inactive,
        c.date_closed, c.created_by, c.date_created, c.date_updated, p.notification_level,
        p.last_read_message_index, c.next_message_index,
        CASE WHEN c.messages_deleted > 0 AND {_HORIZON} < c.next_message_index - 1
            AND c.next_message_index - 1 - {_HORIZON} - c.messages_deleted < $3
        THEN {deletions_above("c.sid", _HORIZON)} ELSE 0 END AS unread_deleted
    FROM participants p LEFT JOIN conversations c ON c.sid = p.conversation_sid
    WHERE p.service_sid = $1"""

_ONE: Final = {
    (user_is_sid, conversation_is_sid): Query(
        f"{_SELECT} AND p.user_sid = {user} AND p.conversation_sid = {conversation}",
        UserConversation,
    )
    for user_is_sid, user in _USERS.items()
    for conversation_is_sid, conversation in _CONVERSATIONS.items()
}
_LISTS: Final = {
    user_is_sid: Listing(
        f"{_SELECT} AND p.user_sid = {user}",
        3,
        {"p.conversation_sid": "conversation_sid"},
        UserConversation,
    )
    for user_is_sid, user in _USERS.items()
}

_CHANGE: Final = {
    (user_is_sid, conversation_is_sid): Query(
        f"""UPDATE participants SET
            notification_level = COALESCE(CAST($3 AS TEXT), notification_level),
            last_read_message_index = CASE WHEN $5 = 1
                THEN CAST($6 AS BIGINT) ELSE last_read_message_index END,
            last_read_timestamp = CASE WHEN $7 = 1
                THEN CAST($8 AS BIGINT) ELSE last_read_timestamp END,
            date_updated = $9
        WHERE service_sid = $1 AND user_sid = {user} AND conversation_sid = {conversation}
        RETURNING {columns(Participant)}""",
        Participant,
    )
    for user_is_sid, user in _USERS.items()
    for conversation_is_sid, conversation in _CONVERSATIONS.items()
}


async def fetch(
    reader: Reader, service_sid: str, user_key: str, conversation_key: str, unread_cap: int
) -> UserConversation | None:
    """The conversation as this user sees it; None if the user is not in it.

    Args:
        reader: where to look.
        service_sid: whose.
        user_key: the user's SID or identity.
        conversation_key: the conversation's SID or unique name.
        unread_cap: a count from which on deletions need not be looked up.
    """
    query = _ONE[_are_sids(user_key, conversation_key)]
    return await reader.one(query, service_sid, user_key, unread_cap, conversation_key)


def _are_sids(user_key: str, conversation_key: str) -> tuple[bool, bool]:
    return sids.is_sid(user_key, sids.USER), sids.is_sid(conversation_key, sids.CONVERSATION)


async def change(
    transaction: Transaction,
    service_sid: str,
    user_key: str,
    conversation_key: str,
    changes: ParticipantChanges,
    now: int,
) -> Participant | None:
    """Mutes, unmutes or moves the read horizon; returns the participant as it is now.

    One statement that names only what changes: it needs to hold nothing beforehand.

    Args:
        transaction: the transaction.
        service_sid: whose.
        user_key: the user's SID or identity.
        conversation_key: the conversation's SID or unique name.
        changes: no other fields than these three are looked at.
        now: when it changes.

    Returns:
        None if the user is not in the conversation.
    """
    level, index, timestamp = (
        changes.notification_level,
        changes.last_read_message_index,
        changes.last_read_timestamp,
    )
    query = _CHANGE[_are_sids(user_key, conversation_key)]
    key = (service_sid, user_key, None if level is UNSET else level, conversation_key)
    return await transaction.one(query, *key, *_given(index), *_given(timestamp), now)


def _given(value: int | UnsetType | None) -> tuple[int, int | None]:
    return (0, None) if value is UNSET else (1, value)


async def page(
    reader: Reader, service_sid: str, user_key: str, unread_cap: int, request: PageRequest
) -> Page[UserConversation]:
    """The user's conversations, in the order of the conversations' SIDs."""
    listing = _LISTS[sids.is_sid(user_key, sids.USER)]
    return await listing.page(reader, request, service_sid, user_key, unread_cap)
