"""What a user does with their conversations, in the words of the official libraries."""

from clients.runs import Stage, date, is_date, refusal, why

GONE = refusal(404, 20404)


def test_fetching_shows_every_field_of_the_pair(stage: Stage) -> None:
    saw = stage.saw("fetching")
    conversation, user, participant = saw["conversation"], saw["user"], saw["participant"]
    root = stage.root(conversation["chat_service_sid"])
    assert saw["by_sids"] == {
        "account_sid": conversation["account_sid"],
        "chat_service_sid": conversation["chat_service_sid"],
        "conversation_sid": conversation["sid"],
        "unread_messages_count": None,
        "last_read_message_index": None,
        "participant_sid": participant["sid"],
        "user_sid": user["sid"],
        "friendly_name": "Lunch",
        "conversation_state": "active",
        "timers": {},
        "attributes": '{"table": 4}',
        "date_created": conversation["date_created"],
        "date_updated": conversation["date_updated"],
        "created_by": "system",
        "notification_level": "default",
        "unique_name": "lunch",
        "url": f"{root}/Users/{user['sid']}/Conversations/{conversation['sid']}",
        "links": {
            "participant": participant["url"],
            "conversation": f"{root}/Conversations/{conversation['sid']}",
        },
    }
    assert is_date(saw["by_sids"]["date_created"])


def test_identity_and_unique_name_lead_to_the_same_pair_as_sids(stage: Stage) -> None:
    saw = stage.saw("fetching")
    assert saw["by_names"] == saw["by_sids"]


def test_muting_is_kept_and_can_be_taken_back(stage: Stage) -> None:
    saw = stage.saw("muting")
    assert saw["answers"] == ["muted", "default"]
    assert saw["fetched"] == ["muted", "default"]
    assert saw["listed"] == ["muted"]


def test_muting_is_one_users_own_affair(stage: Stage) -> None:
    assert stage.saw("muting")["bobs"] == "default"


def test_the_horizon_moves_both_ways_and_unread_follows(stage: Stage) -> None:
    saw = stage.saw("reading")
    moves = [[0, 2], [2, 0], [1, 1], [99, 0], [1, 1]]
    assert saw["answers"] == moves
    assert saw["fetched"] == [[None, None], *moves]


def test_new_and_deleted_messages_count_into_unread(stage: Stage) -> None:
    saw = stage.saw("reading")
    assert saw["after_more"] == [1, 2]
    assert saw["after_deletion"] == [1, 1]


def test_the_participant_has_the_same_horizon(stage: Stage) -> None:
    participant = stage.saw("reading")["participant"]
    assert participant["last_read_message_index"] == 1
    assert is_date(date(participant["last_read_timestamp"]))


def test_reading_is_one_users_own_affair(stage: Stage) -> None:
    assert stage.saw("reading")["bobs"] == [None, None]


def test_a_timestamp_is_kept_with_the_index_and_moves_without_it(stage: Stage) -> None:
    saw = stage.saw("dating_what_was_read")
    assert saw["answer"] == [0, 0]
    assert saw["after_both"]["last_read_message_index"] == 0
    assert saw["after_both"]["last_read_timestamp"] == "2026-01-01T12:00:00Z"
    assert saw["after_timestamp"]["last_read_message_index"] == 0
    assert saw["after_timestamp"]["last_read_timestamp"] == "2026-01-01T13:00:00Z"


def test_null_makes_the_conversation_unread_again(stage: Stage) -> None:
    saw = stage.saw("forgetting_what_was_read")
    assert saw["not_sent"] == [0, 0]
    assert saw["cleared"] == [None, None]
    assert saw["fetched"] == [None, None]
    assert saw["participant"]["last_read_message_index"] is None
    assert saw["participant"]["last_read_timestamp"] is None


def test_whoever_left_does_not_see_the_conversation(stage: Stage) -> None:
    saw = stage.saw("leaving")
    assert saw["answer"] is True
    assert [why(saw[act]) for act in ("fetch", "fetch_by_sid", "update", "delete")] == [GONE] * 4
    assert saw["listed"] == [saw["other"]]


def test_whoever_left_is_no_participant_and_the_others_stay(stage: Stage) -> None:
    saw = stage.saw("leaving")
    assert saw["left"] == ["bob"]
    assert saw["bobs"] == [saw["conversation"]]
    assert saw["user"] == "ann"


def test_whoever_comes_back_starts_anew(stage: Stage) -> None:
    saw = stage.saw("leaving")
    first, again = saw["first"], saw["again"]
    assert again["participant_sid"] != first["participant_sid"]
    assert again["user_sid"] == first["user_sid"]
    assert again["notification_level"] == "default"
    assert again["last_read_message_index"] is None
