"""Refusals, as the libraries' exceptions show them."""

import pytest

from clients.runs import Stage, refusal, why

REFUSALS = {
    "unknown_user": (404, 20404, "/Users/nobody was not found"),
    "unknown_conversation": (404, 20404, "/Conversations/nowhere was not found"),
    "unknown_user_conversation": (404, 20404, "/Users/ann/Conversations/dinner was not found"),
    "participant_twice": (409, 50433, "Participant already exists"),
    "user_twice": (409, 50201, "User already exists"),
    "name_taken_at_creation": (409, 50353, "unique name already exists"),
    "name_taken_at_update": (409, 50353, "unique name already exists"),
    "bad_level": (400, 50210, "NotificationLevel"),
    "bad_index": (400, 50421, "LastReadMessageIndex"),
    "bad_attributes": (400, 50304, "not valid JSON"),
    "no_body": (400, 50503, "body"),
}


@pytest.mark.parametrize("act", REFUSALS)
def test_a_refusal_shows_status_code_and_reason(stage: Stage, act: str) -> None:
    status, code, reason = REFUSALS[act]
    shown = stage.saw("being_refused")[act]
    assert why(shown) == refusal(status, code)
    assert reason in shown["message"]


@pytest.mark.parametrize("act", ["message", "edit", "participant", "update", "reopen"])
def test_a_closed_conversation_refuses_to_change(stage: Stage, act: str) -> None:
    shown = stage.saw("writing_to_a_closed_conversation")[act]
    assert why(shown) == refusal(400, 50377)


def test_a_closed_conversation_can_be_read_muted_and_left(stage: Stage) -> None:
    saw = stage.saw("writing_to_a_closed_conversation")
    assert saw["muted"] == ["muted", 0]
    assert saw["left"] is True
