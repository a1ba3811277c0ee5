"""A notification as apps read it: the keys that the chat SDKs know.

Source: what apps of the real API receive, ``conversation_sid``, ``twi_message_type`` and so on.
"""

from typing import Any

from partywire.model.pushes import Notification


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
    return {"aps": shown, **beside}
