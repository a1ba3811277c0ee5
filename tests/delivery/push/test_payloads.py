"""Notifications as apps read them."""

import json

import msgspec
import pytest
from msgspec.structs import replace

from partywire.delivery.push import payloads
from partywire.model.media import Attachment
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


CAR = Attachment("ME1", "media", "car.jpg", "image/jpeg", 42056)
SHOWN = {"sid": "ME1", "size": 42056, "content_type": "image/jpeg", "filename": "car.jpg"}


def test_what_is_attached_is_listed_as_json() -> None:
    sent = replace(SAID, media=(CAR, replace(CAR, sid="ME2", filename=None)))
    data, beside = payloads.data(sent), payloads.apple(sent)
    assert (data["media_count"], beside["media_count"]) == ("2", 2)
    assert json.loads(data["media"]) == [SHOWN, SHOWN | {"sid": "ME2", "filename": None}]
    assert beside["media"] == data["media"]


def test_of_many_long_names_as_many_are_listed_as_fit() -> None:
    sent = replace(SAID, media=(CAR,) + (replace(CAR, filename="💥" * 256),) * 9)
    data = payloads.data(sent)
    assert (data["media_count"], json.loads(data["media"])) == ("10", [SHOWN])
    alone = replace(SAID, media=(replace(CAR, filename="💥" * 1000),))
    assert payloads.data(alone)["media"] == "[]"


@pytest.mark.parametrize("letter", ["x", "é", "漢", "💥", '"', "\x01"])
def test_the_longest_of_everything_fits(letter: str) -> None:
    """A character is up to six bytes, as JSON writes it: and none of them is refused."""
    long = letter * 256
    worst = replace(SAID, text=letter * 178, title=long, author=long, sound=long, badge=1000)
    sent = replace(worst, media=(replace(CAR, filename=long),) * 10, message_index=2**31)
    data, beside = payloads.data(sent), payloads.apple(sent)
    assert len(msgspec.json.encode(data)) <= 3993
    assert len(msgspec.json.encode(beside)) <= 4096
    assert beside["aps"]["alert"] == data["twi_body"] == letter * 178
    assert data["twi_sound"] == beside["aps"]["sound"] == long
    assert {each["sid"] for each in json.loads(data["media"])} <= {"ME1"}


def test_what_fits_is_left_as_it_is() -> None:
    long = "é" * 256
    sent = replace(SAID, text="é" * 178, title=long, author=long, media=(CAR,))
    data = payloads.data(sent)
    assert (data["conversation_title"], data["author"]) == (long, long)
    assert json.loads(data["media"]) == [SHOWN]


def test_what_does_not_fit_is_made_short_the_least_important_first() -> None:
    long = "💥" * 256
    sent = replace(SAID, text="💥" * 178, title=long, author=long, sound=long)
    data = payloads.data(sent)
    assert (data["conversation_title"], data["author"]) == ("💥" * 64 + "…", long)


def test_ten_files_fit_into_what_push_services_carry() -> None:
    worst = replace(SAID, text="💥" * 178, title="💥" * 256, author="💥" * 256)
    sent = replace(worst, media=(replace(CAR, filename="é" * 256),) * 10)
    assert len(json.dumps(payloads.apple(sent), ensure_ascii=False).encode()) <= 4096
