"""Of each user and device, what is decided and why."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from partywire.delivery.push import deciding
from partywire.delivery.push.deciding import Occasion
from partywire.delivery.push.templates import Words
from partywire.model.media import Attachment
from partywire.model.notifications import Notifications
from partywire.model.pushes import Notification
from partywire.storage.pushes import Device
from storage import rows

NOW = 5000
EVENT = rows.event(100, kind="message.added", date=4000, conversation_sid="CH1")
MESSAGE = Occasion(
    event=EVENT,
    kind="new_message",
    settings=Notifications(new_message_enabled=1, new_message_sound="ping"),
    conversation=rows.conversation(),
    words=Words(identity="ann", message="hi"),
    message_sid="IM1",
    message_index=7,
)
PHONE = Device(
    participant_sid=rows.sid("MB", 1),
    user_sid="US1",
    identity="bob",
    notification_level="default",
    binding_sid="BS1",
    binding_type="fcm",
    credential_sid="CR1",
    message_types='["new_message"]',
)


def decided(device: Device, occasion: Occasion = MESSAGE) -> tuple[str, str, int | None]:
    [push] = deciding.about(occasion, [device], NOW)
    assert (push.participant_sid, push.identity) == (device.participant_sid, device.identity)
    assert (push.date_created, push.date_updated, push.attempts) == (EVENT.date, NOW, 0)
    assert (push.outcome == "waiting") == (push.reason is None) == (push.due == NOW)
    return push.outcome, push.binding_sid, push.due


def test_a_device_of_somebody_else_is_told() -> None:
    [push] = deciding.about(MESSAGE, [PHONE], NOW)
    assert (push.outcome, push.due, push.binding_type) == ("waiting", NOW, "fcm")
    assert msgspec.json.decode(push.notification or "", type=Notification) == Notification(
        kind="new_message",
        text=f"{MESSAGE.conversation.sid}:ann: hi",
        conversation_sid=MESSAGE.conversation.sid,
        title=MESSAGE.conversation.sid,
        reference=EVENT.sid[2:],
        sound="ping",
        message_sid="IM1",
        message_index=7,
        author="ann",
    )


@pytest.mark.parametrize(
    ("change", "outcome", "binding_sid"),
    [
        ({"identity": "ann"}, "author", ""),
        ({"notification_level": "muted"}, "muted", ""),
        ({"participant_sid": rows.sid("MB", 101)}, "joined_later", ""),
        ({"binding_sid": None, "binding_type": None, "message_types": None}, "no_binding", ""),
        ({"message_types": '["added_to_conversation"]'}, "not_wanted", "BS1"),
        ({"binding_type": "twilsock"}, "no_sender", "BS1"),
    ],
)
def test_another_is_not_and_it_says_why(
    change: dict[str, Any], outcome: str, binding_sid: str
) -> None:
    assert decided(replace(PHONE, **change)) == (outcome, binding_sid, None)


def test_the_author_may_have_written_under_another_name() -> None:
    number = Words(identity="+15550001", participant_sid=PHONE.participant_sid)
    assert decided(PHONE, replace(MESSAGE, words=number))[0] == "author"


def test_what_lies_in_the_user_is_said_once_for_all_devices() -> None:
    muted = [replace(PHONE, notification_level="muted", binding_sid=sid) for sid in ("BS1", "BS2")]
    other = replace(PHONE, participant_sid=rows.sid("MB", 2), identity="cem")
    tablet = replace(other, binding_sid="BS9")
    found = deciding.about(MESSAGE, [*muted, other, tablet], NOW)
    assert [(push.identity, push.outcome) for push in found] == [
        ("bob", "muted"),
        ("cem", "waiting"),
        ("cem", "waiting"),
    ]


@pytest.mark.parametrize(
    ("by", "outcome"), [(None, "waiting"), ("ann", "waiting"), ("bob", "author")]
)
def test_who_joins_by_themselves_is_not_told(by: str | None, outcome: str) -> None:
    event = rows.event(100, kind="participant.added", date=4000, client_identity=by)
    occasion = Occasion(
        event=event,
        kind="added_to_conversation",
        settings=Notifications(added_to_conversation_enabled=1),
        conversation=rows.conversation(),
        words=Words(identity=by or "system"),
    )
    late = replace(
        PHONE, participant_sid=rows.sid("MB", 200), message_types='["added_to_conversation"]'
    )
    assert decided(late, occasion)[0] == outcome


def test_a_service_that_pushes_something_else_is_said_once() -> None:
    push = deciding.disabled(MESSAGE, NOW)
    assert (push.outcome, push.participant_sid, push.identity) == ("type_disabled", "", None)
    assert push.reason == "the service does not push new_message"
    assert push.message_sid == "IM1"


def test_a_push_of_a_message_with_media_says_so() -> None:
    car = Attachment("ME1", "media", "car.jpg", "image/jpeg", 42056)
    settings = replace(MESSAGE.settings, new_message_with_media_enabled=1)
    words = replace(MESSAGE.words, message="", media=(car,))
    [push] = deciding.about(replace(MESSAGE, settings=settings, words=words), [PHONE], NOW)
    told = msgspec.json.decode(push.notification or "", type=Notification)
    assert told.media == (car,)
    assert told.text.endswith("with 1 media files: car.jpg")
