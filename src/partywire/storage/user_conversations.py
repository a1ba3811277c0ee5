"""A user's conversations, each with what its unread count needs, in one statement."""

from typing import Final

from partywire.model.pages import Page, PageRequest
from partywire.model.user_conversations import UserConversation
from partywire.storage.database import Reader
from partywire.storage.messages import deletions_above
from partywire.storage.query import Listing, Query

_HORIZON = "p.last_read_message_index"

# Deletions are looked up only where they can change the answer: there are some, the horizon has
# something above it, and even if all of them lay above it the count might fall below the cap.
_SELECT: Final = f"""
    SELECT p.conversation_sid, p.sid AS participant_sid, p.user_sid, c.friendly_name,
        c.unique_name, c.attributes, c.state AS conversation_state, c.date_inactive,
        c.date_closed, c.created_by, c.date_created, c.date_updated, p.notification_level,
        p.last_read_message_index, c.next_message_index,
        CASE WHEN c.messages_deleted > 0 AND {_HORIZON} < c.next_message_index - 1
            AND c.next_message_index - 1 - {_HORIZON} - c.messages_deleted < $3
        THEN {deletions_above("c.sid", _HORIZON)} ELSE 0 END AS unread_deleted
    FROM participants p JOIN conversations c ON c.sid = p.conversation_sid
    WHERE p.service_sid = $1 AND p.user_sid = $2"""

_ONE: Final = Query(f"{_SELECT} AND p.conversation_sid = $4", UserConversation)
_LIST: Final = Listing(_SELECT, 3, {"p.conversation_sid": "conversation_sid"}, UserConversation)


async def fetch(
    reader: Reader, service_sid: str, user_sid: str, conversation_sid: str, unread_cap: int
) -> UserConversation | None:
    """The conversation as this user sees it; None if the user is not in it."""
    return await reader.one(_ONE, service_sid, user_sid, unread_cap, conversation_sid)


async def page(
    reader: Reader, service_sid: str, user_sid: str, unread_cap: int, request: PageRequest
) -> Page[UserConversation]:
    """The user's conversations, in the order of the conversations' SIDs."""
    return await _LIST.page(reader, request, service_sid, user_sid, unread_cap)
