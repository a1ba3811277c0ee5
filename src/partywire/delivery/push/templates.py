"""What a push says: a service's template, filled in. Source: the guide to push notifications."""

import re
from typing import Final

from msgspec import Struct

from partywire.model.conversations import Conversation
from partywire.model.media import Attachment
from partywire.model.notifications import Notifications
from partywire.model.pushes import PushKind

_MOST_CHARACTERS: Final = 178  # of the whole text
_CUT: Final = "…"

_DEFAULTS: Final[dict[PushKind, str]] = {
    "new_message": "${CONVERSATION}:${PARTICIPANT}: ${MESSAGE}",
    "added_to_conversation": "You have been added to the conversation ${CONVERSATION} "
    "by ${PARTICIPANT}",
    "removed_from_conversation": "${PARTICIPANT} has removed you from the conversation "
    "${CONVERSATION}",
}
_DEFAULT_WITH_MEDIA: Final = (
    "You have a new message in ${CONVERSATION} with ${MEDIA_COUNT} media files: ${MEDIA}"
)
_VARIABLE: Final = re.compile(r"\$\{([A-Z_]+)\}")


class Words(Struct, frozen=True, kw_only=True):
    """What the variables of a template stand for.

    Attributes:
        identity: of who wrote the message, or did what the push is about; ``system`` if that was
            no user.
        friendly_name: of the same, if it is a user who has one.
        participant_sid: of the same, if they are in the conversation.
        message: the message's text.
        media: the message's files.
    """

    identity: str
    friendly_name: str | None = None
    participant_sid: str | None = None
    message: str = ""
    media: tuple[Attachment, ...] = ()


def is_enabled(kind: PushKind, settings: Notifications) -> bool:
    """Whether the service pushes this."""
    return bool(getattr(settings, f"{kind}_enabled") == 1)


def sound(kind: PushKind, settings: Notifications) -> str | None:
    """The sound that the service wants with this."""
    return getattr(settings, f"{kind}_sound") or None


def title(conversation: Conversation) -> str:
    """What a conversation is called: its friendly name, its unique name, or its SID."""
    return conversation.friendly_name or conversation.unique_name or conversation.sid


def text(kind: PushKind, settings: Notifications, conversation: Conversation, words: Words) -> str:
    """The template filled in, at most 178 characters.

    What stands for a variable is not looked at again; what is no variable stays as it is.
    """
    name = words.friendly_name or words.identity
    values = {
        "PARTICIPANT": name,
        "PARTICIPANT_FRIENDLY_NAME": name,
        "PARTICIPANT_IDENTITY": words.identity,
        "PARTICIPANT_SID": words.participant_sid or "",
        "CONVERSATION": conversation.unique_name or title(conversation),
        "CONVERSATION_FRIENDLY_NAME": title(conversation),
        "CONVERSATION_SID": conversation.sid,
        "CONVERSATION_UNIQUE_NAME": conversation.unique_name or "",
        "MESSAGE": words.message,
        "MEDIA_COUNT": str(len(words.media)),
        "MEDIA": ", ".join(each.filename or each.content_type for each in words.media),
    }
    template = _template(kind, settings, with_media=bool(words.media))
    filled = _VARIABLE.sub(lambda found: values.get(found[1], found[0]), template)
    if len(filled) <= _MOST_CHARACTERS:
        return filled
    return filled[: _MOST_CHARACTERS - len(_CUT)] + _CUT


def _template(kind: PushKind, settings: Notifications, *, with_media: bool) -> str:
    """The service's own template, or the documented one."""
    if with_media and kind == "new_message" and settings.new_message_with_media_enabled == 1:
        return settings.new_message_with_media_template or _DEFAULT_WITH_MEDIA
    return getattr(settings, f"{kind}_template") or _DEFAULTS[kind]
