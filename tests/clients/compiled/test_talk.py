"""Conversations, what is said in them, and what their users make of them."""

import pytest

from clients.compiled.stage import (
    ATTESTED,
    GONE,
    LEAP_DAY,
    Door,
    each,
    is_gone,
    is_new,
    shows,
)
from clients.runs import date, is_date, refusal, why


def test_a_conversation_is_kept_as_it_was_made(stage: Door) -> None:
    saw = stage.saw("keeping_conversations")
    made = saw["made"]
    shows(made, unique_name="lunch", friendly_name="Déjeuner", attributes=ATTESTED)
    shows(made, state="inactive", bindings={}, date_created=date(LEAP_DAY))
    url = f"{stage.root(made['chat_service_sid'])}/Conversations/{made['sid']}"
    assert made["url"] == url
    assert {url + "/Participants", url + "/Messages", url + "/Webhooks"} <= set(
        made["links"].values()
    )
    assert saw["by_sid"] == saw["by_name"] == made


def test_a_conversations_changes_are_kept(stage: Door) -> None:
    saw = stage.saw("keeping_conversations")
    assert set(saw["made"]["timers"]) == {"date_inactive", "date_closed"}
    shows(saw["updated"], unique_name="late", friendly_name="Late lunch", state="active", timers={})
    assert is_date(saw["updated"]["date_updated"])
    assert saw["read_back"] == saw["updated"]
    assert why(saw["by_old_name"]) == GONE


def test_a_deleted_conversation_is_gone(stage: Door) -> None:
    saw = stage.saw("keeping_conversations")
    assert is_gone(saw)
    assert saw["listed"] == []


def test_conversations_are_found_by_state_and_date(stage: Door) -> None:
    saw = stage.saw("filtering_conversations")
    assert sorted(saw["active"]) == ["month 2", "month 4"]
    assert saw["from"] == ["month 4", "month 3", "month 2"]
    assert saw["until"] == ["month 3", "month 2", "month 1"]
    assert saw["between"] == ["month 3", "month 2"]
    assert saw["in_pages"] == ["month 3", "month 1"]


def test_a_conversation_begins_with_its_participants(stage: Door) -> None:
    saw = stage.saw("starting_with_participants")
    shows(saw["made"], state="initializing", friendly_name="Crew", unique_name="crew")
    shows(saw["settled"], sid=saw["made"]["sid"], state="active", attributes=ATTESTED)
    ann, phone = saw["participants"]
    shows(ann, identity="ann", attributes='{"seat": 1}', messaging_binding=None)
    shows(phone, identity=None, attributes="{}")
    shows(phone["messaging_binding"], type="sms", address="+15550200001")


def test_a_conversation_without_participants_begins_at_once(stage: Door) -> None:
    saw = stage.saw("starting_with_participants")
    shows(saw["alone"], state="active", friendly_name="Alone", unique_name=None, attributes="{}")
    assert is_new(saw["alone"])
    assert saw["broken"]["status"] == 400


def test_a_message_is_kept_as_it_was_made(stage: Door) -> None:
    saw = stage.saw("keeping_messages")
    made = saw["made"]
    shows(made, author="ann", body='Pizza? 🍕 ¿sí?\nYes & "no"', attributes=ATTESTED, index=0)
    shows(made, participant_sid=saw["ann"]["sid"], conversation_sid=saw["conversation"]["sid"])
    shows(made, media=None, delivery=None, content_sid=None, date_created=date(LEAP_DAY))
    assert made["url"] == f"{saw['conversation']['url']}/Messages/{made['sid']}"
    assert made["links"]["delivery_receipts"] == f"{made['url']}/Receipts"
    assert saw["fetched"] == made


def test_a_messages_changes_are_kept(stage: Door) -> None:
    saw = stage.saw("keeping_messages")
    shows(saw["updated"], body="Soup", author="bob", attributes="[1, 2]", index=0)
    assert saw["read_back"] == saw["updated"]
    assert is_gone(saw)


def test_messages_come_in_pages_in_both_orders(stage: Door) -> None:
    saw = stage.saw("keeping_messages")
    assert each("index", saw["forwards"]) == [0, 1, 2, 3, 4]
    assert each("body", saw["forwards"])[1:] == ["more 0", "more 1", "more 2", "more 3"]
    assert each("author", saw["forwards"])[1:] == ["system"] * 4
    assert saw["backwards"] == saw["forwards"][::-1]
    assert saw["left"] == saw["forwards"][1:]
    assert stage.pages("keeping_messages", "/Messages") == 3 + 3 + 2


def test_what_no_carrier_delivered_has_no_receipts(stage: Door) -> None:
    saw = stage.saw("keeping_messages")
    assert saw["receipts"] == []
    assert why(saw["no_receipt"]) == why(saw["no_receipts"]) == GONE


def test_a_users_view_of_a_conversation_is_found_by_sids_and_by_names(stage: Door) -> None:
    saw = stage.saw("having_conversations")
    mine, room, user = saw["by_sids"], saw["conversation"], saw["user"]
    assert saw["by_names"] == mine
    shows(mine, conversation_sid=room["sid"], user_sid=user["sid"], unique_name="lunch")
    shows(mine, unread_messages_count=None, last_read_message_index=None, created_by="system")
    shows(mine, notification_level="default", conversation_state="active", timers={})
    assert mine["url"] == f"{user['url']}/Conversations/{room['sid']}"
    participant = f"{room['url']}/Participants/{mine['participant_sid']}"
    assert mine["links"] == {"conversation": room["url"], "participant": participant}
    assert is_date(mine["date_created"])


def test_muting_and_reading_are_kept_and_ones_own_affair(stage: Door) -> None:
    saw = stage.saw("having_conversations")
    shows(saw["updated"], notification_level="muted")
    shows(saw["updated"], last_read_message_index=1, unread_messages_count=1)
    assert saw["read_back"] == saw["updated"]
    shows(saw["participant"], last_read_message_index=1, last_read_timestamp=LEAP_DAY)
    [bobs] = saw["bobs"]
    shows(bobs, notification_level="default", last_read_message_index=None)


def test_whoever_left_does_not_see_the_conversation(stage: Door) -> None:
    saw = stage.saw("having_conversations")
    assert saw["left"] is None
    assert why(saw["gone"]) == GONE
    assert saw["listed"] == []


REFUSALS = {
    "unknown_user": (404, 20404, "/Users/nobody was not found"),
    "unknown_user_conversation": (404, 20404, "/Users/ann/Conversations/dinner was not found"),
    "list_of_nothing": (404, 20404, "/Conversations/nowhere/Participants was not found"),
    "participant_twice": (409, 50433, "Participant already exists"),
    "name_taken": (409, 50353, "unique name already exists"),
    "bad_index": (400, 50421, "LastReadMessageIndex"),
    "bad_attributes": (400, 50304, "not valid JSON"),
    "no_body": (400, 50503, "body"),
    "unknown_credentials": (401, 20003, "Authenticate"),
}


@pytest.mark.parametrize("act", REFUSALS)
def test_a_refusal_shows_in_the_librarys_own_exception(stage: Door, act: str) -> None:
    status, code, reason = REFUSALS[act]
    shown = stage.saw("being_refused")[act]
    assert why(shown) == refusal(status, code)
    assert reason in shown["message"]
    assert shown["more_info"].endswith(f"/errors/{code}")
