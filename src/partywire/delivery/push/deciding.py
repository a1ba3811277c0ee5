"""Who gets a push of an event, and why another does not: what is written down of each."""

from typing import Final

import msgspec
from msgspec import Struct

from partywire.delivery.push import templates
from partywire.delivery.push.templates import Words
from partywire.model.conversations import Conversation
from partywire.model.events import Event
from partywire.model.notifications import Notifications
from partywire.model.pushes import Notification, Outcome, Push, PushKind
from partywire.storage.pushes import Device

# Types of devices that we send to; the others have means of their own.
SENT_TO: Final = ("apn", "fcm", "gcm", "webpush")

_encoder = msgspec.json.Encoder()


class Occasion(Struct, frozen=True, kw_only=True):
    """An event that may be pushed, with what a push of it says.

    Attributes:
        conversation: as it is now.
        words: of who wrote the message, or did what it is about.
        message_sid, message_index: of the message, if it is about one.
    """

    event: Event
    kind: PushKind
    settings: Notifications
    conversation: Conversation
    words: Words
    message_sid: str | None = None
    message_index: int | None = None

    @property
    def notification(self) -> str:
        """What every device is told, as JSON."""
        counts = self.kind == "new_message" and self.settings.new_message_badge_count_enabled == 1
        found = Notification(
            kind=self.kind,
            text=templates.text(self.kind, self.settings, self.conversation, self.words),
            conversation_sid=self.conversation.sid,
            title=templates.title(self.conversation),
            reference=self.event.sid[2:],
            sound=templates.sound(self.kind, self.settings),
            counts_badge=counts,
            message_sid=self.message_sid,
            message_index=self.message_index,
            author=self.words.identity,
            media=self.words.media,
        )
        return _encoder.encode(found).decode()


def disabled(occasion: Occasion, now: int) -> Push:
    """That the service does not push this: one decision, about nobody in particular."""
    reason = f"the service does not push {occasion.kind}"
    return _push(occasion, now, outcome="type_disabled", reason=reason)


def about(occasion: Occasion, devices: list[Device], now: int) -> list[Push]:
    """A decision for each device, or one for a user of whom no device is concerned.

    Args:
        occasion: what happened.
        devices: of any number of users, those of one user together.
        now: when it is decided.
    """
    notification = occasion.notification
    found: list[Push] = []
    for device in devices:
        personal = _of_user(occasion, device)
        if personal is None:
            found.append(_of_device(occasion, device, notification, now))
        elif not found or found[-1].participant_sid != device.participant_sid:
            outcome, reason = personal
            found.append(_push(occasion, now, device, outcome=outcome, reason=reason))
    return found


def _of_user(occasion: Occasion, device: Device) -> tuple[Outcome, str] | None:
    """Why none of the user's devices gets it, if so."""
    if _is_author(occasion, device):
        did = "wrote it" if occasion.kind == "new_message" else "did it"
        return "author", f"they {did} themselves"
    # SIDs are in the order of creation, decisions/0006.
    if occasion.kind == "new_message" and device.participant_sid[2:] > occasion.event.sid[2:]:
        return "joined_later", "they joined after it was posted"
    if device.notification_level == "muted":
        return "muted", "they had muted the conversation"
    if device.binding_sid is None:
        return "no_binding", "they have no device registered"
    return None


def _is_author(occasion: Occasion, device: Device) -> bool:
    if occasion.kind != "new_message":
        return occasion.event.client_identity == device.identity
    words = occasion.words
    return words.participant_sid == device.participant_sid or words.identity == device.identity


def _of_device(occasion: Occasion, device: Device, notification: str, now: int) -> Push:
    kinds = msgspec.json.decode(device.message_types or "[]", type=list[str])
    if occasion.kind not in kinds:
        reason = f"the device is not registered for {occasion.kind}"
        return _push(occasion, now, device, True, outcome="not_wanted", reason=reason)
    if device.binding_type not in SENT_TO:
        reason = "the device is reached by its own connection, not by push"
        return _push(occasion, now, device, True, outcome="no_sender", reason=reason)
    return _push(occasion, now, device, True, outcome="waiting", due=now, notification=notification)


def _push(
    occasion: Occasion,
    now: int,
    device: Device | None = None,
    of_binding: bool = False,
    *,
    outcome: Outcome,
    reason: str | None = None,
    due: int | None = None,
    notification: str | None = None,
) -> Push:
    event = occasion.event
    return Push(
        service_sid=event.service_sid,
        conversation_sid=occasion.conversation.sid,
        event_sid=event.sid,
        kind=occasion.kind,
        message_sid=occasion.message_sid,
        participant_sid=device.participant_sid if device else "",
        user_sid=device.user_sid if device else None,
        identity=device.identity if device else None,
        binding_sid=(device.binding_sid or "") if device and of_binding else "",
        binding_type=device.binding_type if device and of_binding else None,
        outcome=outcome,
        reason=reason,
        notification=notification,
        attempts=0,
        due=due,
        date_created=event.date,
        date_updated=now,
    )
