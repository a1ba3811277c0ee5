"""What documents and items carry, field by field."""

from typing import Any

import msgspec
import pytest

from partywire.domain.sync import Document, Properties
from partywire.model.media import Attachment
from partywire.model.users import Reachability
from partywire.wire.socket.sync import contents
from storage import rows

DATE = "1970-01-01T00:00:00.001Z"


def shown(data: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(data))


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_767_268_800_123, "2026-01-01T12:00:00.123Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_moments_have_milliseconds(milliseconds: int, text: str) -> None:
    assert contents.moment(milliseconds) == text


def test_a_conversation() -> None:
    room = rows.conversation(1, friendly_name="Lunch", unique_name="lunch")
    assert shown(contents.conversation(Document(room, rows.message(4)))) == {
        "messages": f"{room.sid}.messages",
        "roster": f"{room.sid}.roster",
        "friendlyName": "Lunch",
        "uniqueName": "lunch",
        "attributes": room.attributes,
        "createdBy": room.created_by,
        "dateCreated": DATE,
        "dateUpdated": DATE,
        "lastMessage": {"index": 4, "timestamp": DATE},
        "state": {"current": room.state, "dateUpdated": DATE},
        "bindings": {},
    }


def test_a_conversation_without_messages_says_so() -> None:
    room = rows.conversation(1, email_address="a@b.example", email_name="A")
    read = shown(contents.conversation(Document(room, None)))
    assert read["lastMessage"] is None
    assert read["bindings"] == {"email": {"address": "a@b.example", "name": "A"}}


def test_a_user_s_side_of_a_conversation() -> None:
    mine = rows.participant(1, last_read_message_index=3, notification_level="muted")
    sid = mine.conversation_sid
    assert shown(contents.membership(mine)) == {
        "channel": f"{sid}.channel",
        "messages": f"{sid}.messages",
        "roster": f"{sid}.roster",
        "status": "joined",
        "lastConsumedMessageIndex": 3,
        "notificationLevel": "muted",
    }


def test_a_participant_who_chats() -> None:
    person = rows.participant(1, last_read_message_index=3, last_read_timestamp=1, role_sid="RL1")
    assert shown(contents.participant(person)) == {
        "identity": "user1",
        "type": "chat",
        "roleSid": "RL1",
        "attributes": "{}",
        "dateCreated": DATE,
        "dateUpdated": DATE,
        "lastConsumedMessageIndex": 3,
        "lastConsumptionTimestamp": DATE,
        "userInfo": f"{person.user_sid}.info",
        "bindings": {},
    }


def test_a_participant_by_address() -> None:
    addresses = {"messaging_type": "sms", "address": "+1", "proxy_address": "+2"}
    person = rows.participant(1, user_sid=None, identity=None, **addresses)
    read = shown(contents.participant(person))
    assert (read["identity"], read["type"], read["userInfo"]) == (None, "sms", None)
    assert read["bindings"] == {
        "sms": {
            "type": "sms",
            "address": "+1",
            "proxy_address": "+2",
            "projected_address": None,
        }
    }


def test_a_message() -> None:
    said = rows.message(4, subject="Re", participant_sid="MB1")
    assert shown(contents.message(said)) == {
        "sid": said.sid,
        "author": "system",
        "text": "message 4",
        "type": "text",
        "attributes": "{}",
        "timestamp": DATE,
        "dateUpdated": DATE,
        "lastUpdatedBy": "system",
        "memberSid": "MB1",
        "subject": "Re",
        "contentSid": None,
        "medias": [],
        "channelMetadata": False,
    }


def test_a_message_that_went_to_addresses_says_how_far_it_came() -> None:
    read = shown(contents.message(rows.message(4, delivery='{"sent":1,"read":1}')))
    assert read["delivery"] == {
        "total": 2,
        "sent": "all",
        "delivered": "some",
        "read": "some",
        "failed": "none",
        "undelivered": "none",
    }


ONE = Attachment("ME1", "media", "car.jpg", "image/jpeg", 42056)
TWO = Attachment("ME2", "body", None, "text/plain", 0)


def with_files(*files: Attachment) -> Any:
    media = msgspec.json.encode(list(files)).decode()
    return shown(contents.message(rows.message(4, body=None, media=media)))


def test_a_message_with_media() -> None:
    read = with_files(ONE, TWO)
    assert (read["text"], read["type"]) == (None, "media")
    assert read["medias"] == [
        {
            "sid": "ME1",
            "category": "media",
            "filename": "car.jpg",
            "contentType": "image/jpeg",
            "size": 42056,
        },
        {
            "sid": "ME2",
            "category": "body",
            "filename": None,
            "contentType": "text/plain",
            "size": 0,
        },
    ]
    assert "media" not in read


def test_a_message_with_one_file_shows_it_to_old_clients_too() -> None:
    read = with_files(ONE)
    assert [read["media"]] == read["medias"]


def test_a_user() -> None:
    user = rows.user(1, attributes='{"a":1}')
    items = {"attributes": {"value": '{"a":1}'}, "friendlyName": {"value": None}}
    assert shown(contents.properties(Properties(user, None))) == items
    there = Reachability(is_online=True, is_notifiable=False)
    found = contents.properties(Properties(user, there))
    assert shown(found) == {**items, "reachability": {"online": True, "notifiable": False}}
    assert list(found) == sorted(found)
