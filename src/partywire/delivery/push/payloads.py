"""A notification as apps read it: the keys that the chat SDKs know.

Source: what apps of the real API receive, ``conversation_sid``, ``twi_message_type`` and so on.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from partywire.model.media import Attachment
from partywire.model.pushes import Notification

_MOST_MEDIA_BYTES: Final = 800  # push services carry 4 KB in all

_encode = msgspec.json.Encoder().encode


def _listed(files: Iterable[Attachment]) -> str:
    """The files as JSON, as many from the first as there is room for."""
    found: list[bytes] = []
    room = _MOST_MEDIA_BYTES
    for each in files:
        shown = {
            "sid": each.sid,
            "size": each.size,
            "content_type": each.content_type,
            "filename": each.filename,
        }
        found.append(_encode(shown))
        room -= len(found[-1]) + 1
        if room < 0:
            found.pop()
            break
    return f"[{b','.join(found).decode()}]"


def data(notification: Notification) -> dict[str, str]:
    """Keys and texts, for push services that carry nothing else."""
    found = {
        "twi_message_type": f"twilio.conversations.{notification.kind}",
        "twi_message_id": f"RU{notification.reference}",
        "twi_body": notification.text,
        "conversation_sid": notification.conversation_sid,
        "conversation_title": notification.title,
    }
    more = {
        "author": notification.author,
        "message_sid": notification.message_sid,
        "message_index": notification.message_index,
        "twi_sound": notification.sound,
        "twi_badge": notification.badge,
        "media_count": len(notification.media) or None,
        "media": _listed(notification.media) if notification.media else None,
    }
    return found | {name: str(value) for name, value in more.items() if value is not None}


def apple(notification: Notification) -> dict[str, Any]:
    """What Apple's devices show by themselves, and the same keys beside it."""
    shown: dict[str, Any] = {"alert": notification.text}
    if notification.sound is not None:
        shown["sound"] = notification.sound
    if notification.badge is not None:
        shown["badge"] = notification.badge
    beside: dict[str, Any] = data(notification)
    for name in ("twi_body", "twi_sound", "twi_badge"):
        beside.pop(name, None)
    if notification.message_index is not None:
        beside["message_index"] = notification.message_index
    if notification.media:
        beside["media_count"] = len(notification.media)
    return {"aps": shown, **beside}
