"""Users, and participants of both kinds."""

from typing import Any

import pytest

from clients.compiled.stage import (
    ATTESTED,
    LEAP_DAY,
    Door,
    each,
    is_gone,
    is_new,
    shows,
)
from clients.runs import date, is_date, refusal, why

PHONE = {"type": "sms", "address": "+15550200001", "proxy_address": "+15550100000"}


def test_a_user_is_kept_as_it_was_made(stage: Door) -> None:
    saw = stage.saw("keeping_users")
    made = saw["made"]
    shows(made, identity="ann", friendly_name="Zoë Ångström", attributes=ATTESTED)
    shows(made, role_sid=saw["role"]["sid"], is_online=None, is_notifiable=None)
    assert made["url"] == f"{stage.root(made['chat_service_sid'])}/Users/{made['sid']}"
    assert made["links"] == {"user_conversations": f"{made['url']}/Conversations"}
    assert is_new(made)
    assert saw["by_sid"] == saw["by_identity"] == made


def test_a_users_changes_are_kept(stage: Door) -> None:
    saw = stage.saw("keeping_users")
    shows(saw["updated"], friendly_name="Ann", attributes='{"n": 1.50}', sid=saw["made"]["sid"])
    assert saw["read_back"] == saw["updated"]
    assert why(saw["twice"]) == refusal(409, 50201)


def test_users_are_listed_page_by_page_up_to_a_limit(stage: Door) -> None:
    saw = stage.saw("keeping_users")
    assert sorted(each("identity", saw["listed"])) == ["ann", "bob", "cy"]
    assert saw["limited"] == saw["listed"][:2]


def test_a_deleted_user_is_gone(stage: Door) -> None:
    saw = stage.saw("keeping_users")
    assert is_gone(saw)
    assert sorted(each("identity", saw["left"])) == ["bob", "cy"]


def test_a_participant_is_kept_as_it_was_made(stage: Door) -> None:
    saw = stage.saw("keeping_participants")
    made, room = saw["made"], saw["conversation"]
    shows(made, identity="ann", attributes=ATTESTED, role_sid=saw["role"]["sid"])
    shows(made, messaging_binding=None, conversation_sid=room["sid"])
    shows(made, last_read_message_index=None, last_read_timestamp=None)
    assert made["date_created"] == date(LEAP_DAY)
    assert made["url"] == f"{room['url']}/Participants/{made['sid']}"
    assert saw["by_sid"] == saw["by_identity"] == made


def test_a_participants_changes_are_kept(stage: Door) -> None:
    saw = stage.saw("keeping_participants")
    shows(saw["updated"], attributes="{}", last_read_message_index=0)
    shows(saw["updated"], last_read_timestamp="2026-01-01T11:00:00Z")
    assert is_date(saw["updated"]["date_updated"])
    assert saw["read_back"] == saw["updated"]
    assert each("identity", saw["listed"]) == ["bob", "ann"]


def test_whoever_held_a_deleted_role_falls_back(stage: Door) -> None:
    saw = stage.saw("keeping_participants")
    assert saw["role_gone"] is None
    bob = saw["listed"][0]
    assert saw["fallen_back"]["role_sid"] == bob["role_sid"] != saw["role"]["sid"]


def test_a_removed_participant_is_gone(stage: Door) -> None:
    saw = stage.saw("keeping_participants")
    assert is_gone(saw)
    assert each("identity", saw["left"]) == ["bob"]


def test_someone_on_a_phone_is_kept_as_they_were_made(stage: Door) -> None:
    saw = stage.saw("speaking_for_addresses")
    shows(saw["made"], identity=None, role_sid=None, attributes=ATTESTED, messaging_binding=PHONE)
    assert is_new(saw["made"])
    assert saw["fetched"] == saw["made"]
    shows(saw["updated"], attributes='{"vip": true}', messaging_binding=PHONE)
    assert saw["whatsapp"]["messaging_binding"] == {
        "type": "whatsapp",
        "address": "whatsapp:+15550200002",
        "proxy_address": "whatsapp:+15550100000",
    }


def test_someone_on_a_phone_speaks_by_their_address(stage: Door) -> None:
    saw = stage.saw("speaking_for_addresses")
    shows(saw["said"], author="+15550200001", participant_sid=saw["made"]["sid"])
    assert why(saw["malformed"]) == refusal(400, 50407)


def test_a_pair_of_addresses_is_taken_until_it_is_let_go(stage: Door) -> None:
    saw = stage.saw("speaking_for_addresses")
    assert why(saw["taken"]) == refusal(409, 50416)
    assert saw["where"]["sid"] in saw["taken"]["message"]
    assert saw["deleted"] is None
    for again in ("free_again", "free_after_closing"):
        shows(saw[again], messaging_binding=PHONE)
    assert len({saw[one]["sid"] for one in ("made", "free_again", "free_after_closing")}) == 3


def test_a_users_rooms_are_found_closed_ones_too(stage: Door) -> None:
    saw = stage.saw("finding_where_someone_is")
    found = saw["by_identity"]
    assert each("conversation_unique_name", found) == [f"room {number}" for number in range(5)]
    assert each("conversation_state", found) == ["active"] * 4 + ["closed"]
    assert stage.pages("finding_where_someone_is", "/ParticipantConversations") >= 3
    for one in found:
        shows(one, participant_identity="ann", participant_user_sid=saw["ann"]["sid"])
        shows(one, participant_messaging_binding=None, conversation_created_by="system")
        root = f"{stage.root(one['chat_service_sid'])}/Conversations/{one['conversation_sid']}"
        participant = f"{root}/Participants/{one['participant_sid']}"
        assert one["links"] == {"conversation": root, "participant": participant}
        assert is_date(one["conversation_date_created"])


def test_someones_rooms_are_found_by_their_address(stage: Door) -> None:
    saw = stage.saw("finding_where_someone_is")
    found = saw["by_address"]
    assert each("conversation_unique_name", found) == ["room 0", "room 1"]
    for number, one in enumerate(found):
        shows(one, participant_identity=None, participant_user_sid=None)
        shows(
            one["participant_messaging_binding"],
            type="sms",
            address="+15550200001",
            proxy_address=f"+1555010000{number}",
        )
    assert saw["nobody"] == []


@pytest.mark.parametrize(("how", "code"), [("both", 50451), ("neither", 20001)])
def test_someones_rooms_are_found_by_one_of_the_two(stage: Door, how: str, code: int) -> None:
    shown: Any = stage.saw("finding_where_someone_is")[how]
    assert why(shown) == refusal(400, code)
