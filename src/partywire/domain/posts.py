"""A post: a message as it is asked for, before it is there or changed."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import authors
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes, check_length
from partywire.model.messages import Message, MessageChanges

_LONGEST_AUTHOR = 256
_LONGEST_SUBJECT = 256


def check(call: Call, changes: MessageChanges) -> None:
    """Refuses what no message can say.

    Raises:
        BadRequest: a value is not acceptable.
    """
    limits = call.limits
    check_length(changes.author, _LONGEST_AUTHOR, errors.AuthorTooLong)
    check_length(changes.subject, _LONGEST_SUBJECT, errors.SubjectTooLong)
    check_attributes(changes.attributes, limits.message_attributes_bytes)
    if isinstance(changes.body, str):
        if not changes.body:
            raise errors.BodyMissing
        if len(changes.body.encode()) > limits.message_body_bytes:
            raise errors.BodyTooLong(
                f"Message body is longer than {limits.message_body_bytes} bytes"
            )


def said(call: Call, changes: MessageChanges, media: str | None) -> MessageChanges:
    """What a new message says, which was checked; beside files a blank text is none.

    Raises:
        BadRequest: a value is not acceptable, or it says nothing.
    """
    if not changes.body:
        if media is None:
            raise errors.BodyMissing
        changes = replace(changes, body=UNSET)
    check(call, changes)
    return changes


def check_edit(message: Message, changes: MessageChanges) -> None:
    """Refuses another text for a message with media.

    Raises:
        MediaBodyNotUpdatable: so it is.
    """
    if message.media is not None and changes.body not in {UNSET, message.body}:
        raise errors.MediaBodyNotUpdatable


def draft(
    call: Call, conversation_sid: str, changes: MessageChanges, media: str | None = None
) -> Message:
    """The message as it is asked for, before it has an index; a blank author is none."""
    if not changes.author:
        changes = replace(changes, author=UNSET)
    created = call.now if changes.date_created is UNSET else changes.date_created
    blank = Message(
        sid=call.sid(sids.MESSAGE),
        service_sid=call.service_sid,
        conversation_sid=conversation_sid,
        index=0,
        author=authors.DEFAULT,
        participant_sid=None,
        body=None,
        subject=None,
        attributes="{}",
        date_created=created,
        date_updated=created,
        media=media,
    )
    return changes.applied_to(blank)
