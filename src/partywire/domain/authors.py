"""Who wrote a message: a participant, somebody whom REST only named, or the system."""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors
from partywire.domain import participants
from partywire.domain.call import Call
from partywire.model.conversations import Conversation, Counted
from partywire.model.messages import Message, MessageChanges
from partywire.storage.database import Reader

DEFAULT: Final = "system"


async def written_by(
    call: Call, reader: Reader, conversation: Conversation | Counted, changes: MessageChanges
) -> str | None:
    """The participant that the named author is; None for the system, and for outsiders.

    Raises:
        AuthorNotInGroup: it is a Group MMS, and the author is none of it.
    """
    found = None
    if changes.author:
        found = await participants.author_sid(call, reader, conversation.sid, changes.author)
    if found is None and conversation.group_mms:
        raise errors.AuthorNotInGroup
    return found


async def changed(
    call: Call,
    reader: Reader,
    conversation: Conversation,
    message: Message,
    changes: MessageChanges,
) -> Message:
    """The message as it would be.

    Raises:
        AuthorNotInGroup: it is a Group MMS, and the author is none of it.
    """
    message = changes.applied_to(replace(message, date_updated=call.now))
    if changes.author is UNSET:
        return message
    sid = await written_by(call, reader, conversation, changes)
    author = changes.author or DEFAULT
    return replace(message, author=author, participant_sid=sid)


def check(message: Message, whose: str | None) -> None:
    """Refuses a message that is not the participant's whose it must be.

    Raises:
        Forbidden: so it is.
    """
    if whose is not None and not is_by(message, whose):
        raise errors.Forbidden


def is_by(message: Message, identity: str) -> bool:
    """Whether this user wrote the message, as a participant.

    An author whom REST only named, such as ``system``, is nobody's identity.
    """
    return message.author == identity and message.participant_sid is not None
