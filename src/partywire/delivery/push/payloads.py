"""A notification as apps read it: the keys that the chat SDKs know.

Source: what apps of the real API receive, ``conversation_sid``, ``twi_message_type`` and so on.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from partywire.model.media import Attachment
from partywire.model.pushes import Notification

# Push services carry about 4 KB: Apple and Google 4096 bytes, Web Push 3993 before encryption.
_MOST_BYTES: Final = 3900
_MOST_MEDIA_BYTES: Final = 800
_SHORT: Final = 64  # characters of a name for which there is no room
_CUT: Final = "…"

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
    return _fitting(found | {name: str(each) for name, each in more.items() if each is not None})


def _fitting(found: dict[str, str]) -> dict[str, str]:
    """The same, with what matters least made short if it is more than push services carry."""
    shorter = {
        "media": "[]",
        "conversation_title": found["conversation_title"][:_SHORT] + _CUT,
        "author": found.get("author", "")[:_SHORT] + _CUT,
    }
    for name, value in shorter.items():
        if len(_encode(found)) > _MOST_BYTES and len(found.get(name, "")) > len(value):
            found = found | {name: value}
    return found


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
