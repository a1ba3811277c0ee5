"""Conversations, in the words of the official libraries."""

from datetime import datetime, timedelta

import pytest

from clients.runs import Stage, date, refusal, why


def test_a_conversation_is_kept_as_it_was_made(stage: Stage) -> None:
    saw = stage.saw("keeping_conversations")
    made = saw["made"]
    assert (made["unique_name"], made["friendly_name"]) == ("lunch", "Lunch")
    assert (made["state"], made["attributes"]) == ("active", '{"table": 4}')
    assert made["date_created"] == date("2024-02-29T12:30:15Z")
    assert made["url"] == f"{stage.root(made['chat_service_sid'])}/Conversations/{made['sid']}"
    assert made["links"]["messages"] == f"{made['url']}/Messages"
    assert saw["by_sid"] == saw["by_name"] == made


def test_a_unique_name_can_change_and_go(stage: Stage) -> None:
    saw = stage.saw("keeping_conversations")
    assert saw["updated"]["unique_name"] == "late"
    assert saw["updated"]["friendly_name"] == "Late lunch"
    assert saw["by_new_name"] == saw["updated"]
    assert why(saw["by_old_name"]) == refusal(404, 20404)
    assert saw["cleared"] is None


def test_a_deleted_conversation_is_gone_and_its_name_free(stage: Stage) -> None:
    saw = stage.saw("deleting_a_conversation")
    assert saw["answer"] is True
    for act in ("fetch", "fetch_by_sid", "delete", "message"):
        assert why(saw[act]) == refusal(404, 20404)
    assert (saw["listed"], saw["anns"]) == (0, 0)
    assert saw["same_name_again"] is True


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("active", [1, 3]),
        ("inactive", [2]),
        ("closed", [4]),
        ("from", [4, 3, 2]),
        ("until", [2, 1]),
        ("between", [3, 2]),
        ("between_active", [3]),
        ("between_in_pages", [4, 3, 2, 1]),
    ],
)
def test_states_and_dates_filter_conversations(stage: Stage, asked: str, found: list[int]) -> None:
    assert stage.saw("filtering_conversations")[asked] == [f"month {month}" for month in found]


def test_timers_show_when_they_end(stage: Stage) -> None:
    saw = stage.saw("setting_timers")
    started = datetime.fromisoformat(saw["made"]["date_created"]["$date"])
    ends = {name: datetime.fromisoformat(end) for name, end in saw["made"]["timers"].items()}
    assert ends == {
        "date_inactive": started + timedelta(minutes=5),
        "date_closed": started + timedelta(days=1),
    }
    assert saw["fetched"] == saw["users_view"] == saw["made"]["timers"]


def test_timers_can_be_switched_off(stage: Stage) -> None:
    saw = stage.saw("setting_timers")
    assert saw["cleared"] == saw["read_back"] == {}


def test_the_state_follows_messages_and_updates(stage: Stage) -> None:
    saw = stage.saw("changing_state")
    assert saw["states"] == [["inactive"] * 2, ["active"] * 2, ["closed"] * 2]
    assert saw["messages"] == ["wake up"]
