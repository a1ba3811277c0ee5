"""Where the parameters' values come from, and how they are written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.delivery.webhooks import parameters
from partywire.delivery.webhooks.parameters import Parameter, Telling, moment
from partywire.model.conversations import Opening
from partywire.model.users import Reachability
from storage import rows


def telling(**more: object) -> Telling:
    given = {
        "account_sid": rows.ACCOUNT,
        "event_type": "onMessageAdd",
        "source": "API",
        "client_identity": None,
        "date": 1_628_812_490_674,
        "thing": rows.message(),
        **more,
    }
    return Telling(**given)  # type: ignore[arg-type]


def test_a_date_has_milliseconds_and_a_z() -> None:
    # As it was seen on the wire.
    assert moment(1_628_812_490_674) == "2021-08-12T23:54:50.674Z"


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_dates_at_the_edges(milliseconds: int, text: str) -> None:
    assert moment(milliseconds) == text


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_the_order_of_dates_is_that_of_their_texts(milliseconds: int) -> None:
    assert len(moment(milliseconds)) == 24
    assert moment(milliseconds - milliseconds % 1000) <= moment(milliseconds)


def test_a_value_is_found_by_its_path() -> None:
    told = telling(opening=Opening(address="+15550001"))
    assert Parameter("A", "thing.body", "").of(told) == "message 0"
    assert Parameter("A", "opening.address", "").of(told) == "+15550001"
    assert Parameter("A", "thing.index", "").of(told) == "0"


@pytest.mark.parametrize("path", ["client_identity", "opening.address", "thing.participant_sid"])
def test_what_is_null_on_the_way_is_left_out(path: str) -> None:
    assert Parameter("A", path, "").of(telling()) is None
    assert parameters.pairs([Parameter("A", path, "")], telling()) == []


def test_an_empty_text_is_told() -> None:
    told = telling(thing=rows.message(body=""))
    assert parameters.pairs([Parameter("Body", "thing.body", "")], told) == [("Body", "")]


def test_a_message_without_a_text_has_no_body_at_all() -> None:
    told = telling(thing=rows.message(body=None))
    assert "Body" not in dict(parameters.pairs(parameters.NEW_MESSAGE, told))


FILES = json.dumps(
    [
        {"sid": "ME1", "category": "media", "filename": "ü.jpg", "content_type": "a/b", "size": 7},
        {"sid": "ME2", "category": "body", "filename": None, "content_type": "c/d", "size": 0},
    ]
)


@pytest.mark.parametrize(
    "known", [parameters.NEW_MESSAGE, parameters.ADDED_MESSAGE, parameters.MESSAGE]
)
def test_all_files_of_a_message_are_told_as_json(known: tuple[Parameter, ...]) -> None:
    told = telling(thing=rows.message(body=None, media=FILES))
    shown = dict(parameters.pairs(known, told))
    assert "Body" not in shown
    assert shown["Media"] == (
        '[{"Category":"media","Filename":"ü.jpg","Size":7,"ContentType":"a/b","Sid":"ME1"},'
        '{"Category":"body","Filename":null,"Size":0,"ContentType":"c/d","Sid":"ME2"}]'
    )
    assert "Media" not in dict(parameters.pairs(known, telling()))


@pytest.mark.parametrize(
    ("messaging_type", "text"),
    [(None, "CHAT"), ("sms", "SMS"), ("whatsapp", "WHATSAPP"), ("email", "EMAIL")],
)
def test_a_participant_s_channel_is_in_capitals(messaging_type: str | None, text: str) -> None:
    told = telling(thing=rows.participant(messaging_type=messaging_type))
    shown = dict(parameters.pairs(parameters.PARTICIPANT, told))
    assert shown["MessagingBinding.Type"] == text


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false")])
def test_a_boolean_is_a_word(value: bool, text: str) -> None:
    told = telling(
        thing=rows.user(), reachability=Reachability(is_online=value, is_notifiable=value)
    )
    shown = dict(parameters.pairs(parameters.SEEN_USER, told))
    assert (shown["isOnline"], shown["isNotifiable"]) == (text, text)
