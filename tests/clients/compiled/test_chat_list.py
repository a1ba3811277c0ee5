"""A team's rooms, their people and what they say, in pages that do not hold them at once."""

from typing import Any

import pytest

from clients.compiled.stage import ATTESTED, Door, each, is_new, shows

ROOMS = [f"room-{number:02}" for number in range(20)]


@pytest.fixture
def saw(stage: Door) -> Any:
    return stage.saw("a_chat_list")


def test_people_are_kept_as_they_were_made(saw: Any) -> None:
    assert each("identity", saw["people"]) == ["ann", "bob", "cy"]
    for person in saw["people"]:
        assert is_new(person)
        shows(person, friendly_name=f"Zoë {person['identity']}", attributes=ATTESTED)


def test_rooms_are_kept_as_they_were_made(saw: Any) -> None:
    assert each("unique_name", saw["made"]) == ROOMS
    for room in saw["made"]:
        assert is_new(room)
        shows(room, friendly_name=f"Room {room['unique_name']}", attributes=ATTESTED)


def test_the_list_of_rooms_comes_whole(saw: Any) -> None:
    assert sorted(each("sid", saw["conversations"])) == sorted(each("sid", saw["made"]))
    assert sorted(each("sid", saw["users"])) == sorted(each("sid", saw["people"]))


def test_ann_s_list_comes_whole_and_says_that_she_never_read(saw: Any) -> None:
    assert sorted(each("unique_name", saw["anns"])) == ROOMS
    for mine in saw["anns"]:
        shows(
            mine,
            unread_messages_count=None,
            last_read_message_index=None,
            notification_level="default",
            attributes=ATTESTED,
        )


def test_reading_muting_and_leaving_show_in_her_list(saw: Any) -> None:
    after = {mine["unique_name"]: mine for mine in saw["anns_after"]}
    assert saw["left"] is None
    assert sorted(after) == [name for name in ROOMS if name != "room-02"]
    shows(after["room-00"], unread_messages_count=2, last_read_message_index=0)
    shows(after["room-01"], unread_messages_count=None, notification_level="muted")
    assert (after["room-00"], after["room-01"]) == (saw["read"], saw["muted"])


def test_a_room_has_participants_of_both_kinds(saw: Any) -> None:
    ann, bob, phone = saw["participants"]
    shows(ann, identity="ann", messaging_binding=None, last_read_message_index=0)
    shows(bob, identity="bob", messaging_binding=None, last_read_message_index=None)
    shows(phone, identity=None, role_sid=None)
    assert phone["messaging_binding"] == {
        "type": "sms",
        "address": "+15550200000",
        "proxy_address": "+15550100000",
    }


def test_a_room_s_messages_come_in_order(saw: Any) -> None:
    assert each("body", saw["messages"]) == ["Grüße 0", "Grüße 1", "Grüße 2"]
    assert each("index", saw["messages"]) == [0, 1, 2]
    bob = saw["participants"][1]
    for message in saw["messages"]:
        shows(message, author="bob", attributes=ATTESTED, participant_sid=bob["sid"], media=None)


@pytest.mark.parametrize(
    ("path", "times"),
    [
        # The first page is asked for by name, the next ones by SID.
        (r"/Users/(ann|US\w+)/Conversations", 3 + 3),
        ("/Conversations", 4 + 3 + 3),
        ("/Users", 2),
        (r"/Conversations/(room-00|CH\w+)/Participants", 3),
        (r"/Conversations/(room-00|CH\w+)/Messages", 2),
    ],
)
def test_the_library_follows_every_next_page(stage: Door, path: str, times: int) -> None:
    assert stage.pages("a_chat_list", path) == times
