"""Participants, in the words of the official libraries."""

from clients.runs import Stage, is_date, refusal, why


def test_a_participant_is_kept_as_it_was_made(stage: Stage) -> None:
    saw = stage.saw("keeping_participants")
    made, conversation = saw["made"], saw["unread"]["links"]["conversation"]
    assert (made["identity"], made["attributes"]) == ("ann", '{"seat": 1}')
    assert made["messaging_binding"] is None
    assert made["last_read_message_index"] is None
    assert made["url"] == f"{conversation}/Participants/{made['sid']}"
    assert is_date(made["date_created"])
    assert saw["by_sid"] == saw["by_identity"] == made
    assert saw["listed"] == ["ann", "bob"]


def test_a_participants_changes_are_kept_and_seen_by_the_user(stage: Stage) -> None:
    saw = stage.saw("keeping_participants")
    updated = saw["updated"]
    assert updated["attributes"] == '{"seat": 2}'
    assert updated["last_read_message_index"] == 0
    assert updated["last_read_timestamp"] == "2026-01-01T12:00:00Z"
    assert saw["read_back"] == updated
    assert saw["unread"]["last_read_message_index"] == 0
    assert saw["unread"]["unread_messages_count"] == 0


def test_a_removed_participant_is_gone_but_for_their_messages(stage: Stage) -> None:
    saw = stage.saw("removing_a_participant")
    assert saw["answer"] is True
    assert why(saw["fetch"]) == why(saw["delete"]) == refusal(404, 20404)
    assert saw["listed"] == ["bob"]
    assert saw["anns"] == 0
    [message] = saw["messages"]
    assert (message["author"], message["participant_sid"]) == ("ann", saw["ann"])
