"""Participant conversations: one statement joins a participant with their conversation."""

from typing import Final

from partywire.model.pages import Page, PageRequest
from partywire.model.participant_conversations import ParticipantConversation
from partywire.storage.database import Reader
from partywire.storage.query import Listing

# There always is a conversation: LEFT keeps a planner from beginning at that end.
_SELECT = """SELECT p.conversation_sid, p.sid AS participant_sid, p.user_sid, p.identity,
    p.messaging_type, p.address, p.proxy_address, p.projected_address,
    c.friendly_name, c.unique_name, c.attributes, c.state AS conversation_state,
    c.date_inactive, c.date_closed, c.created_by, c.date_created, c.date_updated
    FROM participants p LEFT JOIN conversations c ON c.sid = p.conversation_sid
    WHERE p.service_sid = $1"""
_ORDER = {"p.conversation_sid": "conversation_sid", "p.sid": "participant_sid"}

# A user is in a conversation once: the SID of the conversation alone is the order.
_BY_USER: Final = Listing(
    f"{_SELECT} AND p.user_sid = $2",
    2,
    {"p.conversation_sid": "conversation_sid"},
    ParticipantConversation,
)
_BY_ADDRESS: Final = Listing(f"{_SELECT} AND p.address = $2", 2, _ORDER, ParticipantConversation)


async def by_user(
    reader: Reader, service_sid: str, user_sid: str, request: PageRequest
) -> Page[ParticipantConversation]:
    """The conversations that a user is in, in the order of their SIDs."""
    return await _BY_USER.page(reader, request, service_sid, user_sid)


async def by_address(
    reader: Reader, service_sid: str, address: str, request: PageRequest
) -> Page[ParticipantConversation]:
    """The conversations that an address is in, in the order of their SIDs."""
    return await _BY_ADDRESS.page(reader, request, service_sid, address)
