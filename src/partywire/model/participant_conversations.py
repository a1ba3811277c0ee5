"""A participant conversation: a conversation as the list of somebody's conversations shows it."""

from msgspec import Struct

from partywire.model.conversations import State
from partywire.model.participants import MessagingType


class ParticipantConversation(Struct, frozen=True, gc=False):
    """What one statement reads about a participant and the conversation."""

    conversation_sid: str
    participant_sid: str
    user_sid: str | None
    identity: str | None
    messaging_type: MessagingType | None
    address: str | None
    proxy_address: str | None
    projected_address: str | None
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    conversation_state: State
    date_inactive: int | None
    date_closed: int | None
    created_by: str
    date_created: int
    date_updated: int
