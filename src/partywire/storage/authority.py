"""What roles somebody has: in a service, and in one of its conversations."""

from typing import Final

from msgspec import Struct

from partywire.storage.database import Reader
from partywire.storage.query import Query


class Roles(Struct, frozen=True, gc=False):
    """A user's two roles.

    Attributes:
        in_service: JSON array of what the user's role permits.
        participant_sid: who they are in the conversation; None if they are not in it, or if there
            is no such conversation.
        in_conversation: JSON array of what the participant's role permits; None like their SID.
    """

    user_sid: str
    in_service: str
    participant_sid: str | None
    in_conversation: str | None


_OF: Final = Query(
    """SELECT u.sid AS user_sid, r.permissions AS in_service, p.sid AS participant_sid,
        m.permissions AS in_conversation
    FROM users u LEFT JOIN roles r ON r.sid = u.role_sid
    LEFT JOIN participants p ON p.user_sid = u.sid AND p.conversation_sid = $3
    LEFT JOIN roles m ON m.sid = p.role_sid
    WHERE u.service_sid = $1 AND u.identity = $2""",
    Roles,
)


async def roles_of(
    reader: Reader, service_sid: str, identity: str, conversation_sid: str | None
) -> Roles | None:
    """The user's roles; None if the service has no such user.

    Args:
        reader: where to look.
        service_sid: whose.
        identity: the user's.
        conversation_sid: which conversation's, if one is in question.
    """
    return await reader.one(_OF, service_sid, identity, conversation_sid)
