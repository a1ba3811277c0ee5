"""Notifications as apps read them."""

from msgspec.structs import replace

from partywire.delivery.push import payloads
from partywire.model.pushes import Notification

SAID = Notification(
    kind="new_message",
    text="lunch:ann: hi",
    conversation_sid="CH1",
    title="Lunch",
    reference="0" * 31 + "1",
    sound="ping",
    badge=3,
    message_sid="IM1",
    message_index=7,
    author="ann",
)
ADDED = Notification(
    kind="added_to_conversation",
    text="come in",
    conversation_sid="CH1",
    title="Lunch",
    reference="0" * 31 + "2",
)


def test_data_are_texts_under_the_names_that_apps_know() -> None:
    assert payloads.data(SAID) == {
        "twi_message_type": "twilio.conversations.new_message",
        "twi_message_id": "RU" + "0" * 31 + "1",
        "twi_body": "lunch:ann: hi",
        "twi_sound": "ping",
        "twi_badge": "3",
        "conversation_sid": "CH1",
        "conversation_title": "Lunch",
        "message_sid": "IM1",
        "message_index": "7",
        "author": "ann",
    }
    assert payloads.data(ADDED) == {
        "twi_message_type": "twilio.conversations.added_to_conversation",
        "twi_message_id": "RU" + "0" * 31 + "2",
        "twi_body": "come in",
        "conversation_sid": "CH1",
        "conversation_title": "Lunch",
    }


def test_apple_shows_its_part_and_passes_on_the_rest() -> None:
    assert payloads.apple(SAID) == {
        "aps": {"alert": "lunch:ann: hi", "sound": "ping", "badge": 3},
        "twi_message_type": "twilio.conversations.new_message",
        "twi_message_id": "RU" + "0" * 31 + "1",
        "conversation_sid": "CH1",
        "conversation_title": "Lunch",
        "message_sid": "IM1",
        "message_index": 7,
        "author": "ann",
    }
    assert payloads.apple(ADDED)["aps"] == {"alert": "come in"}


def test_a_badge_of_nothing_is_shown_too() -> None:
    none = replace(SAID, badge=0)
    assert payloads.apple(none)["aps"]["badge"] == 0
    assert payloads.data(none)["twi_badge"] == "0"
