"""Lists, as the libraries walk them."""

import pytest

from clients.runs import Stage


@pytest.mark.parametrize(
    "how", ["everything", "limit_above_all", "small_pages", "oversized_pages", "one_by_one"]
)
def test_a_long_list_comes_whole_and_in_one_order(stage: Stage, how: str) -> None:
    saw = stage.saw("walking_a_long_list")
    assert len(saw["made"]) == 60
    assert saw[how] == sorted(saw["made"])


@pytest.mark.parametrize(
    ("how", "limit"),
    [
        ("limit_below_a_page", 10),
        ("limit_above_a_page", 55),
        ("limit_within_small_pages", 45),
        ("one_by_one_up_to_a_limit", 30),
    ],
)
def test_a_limit_ends_the_list(stage: Stage, how: str, limit: int) -> None:
    saw = stage.saw("walking_a_long_list")
    assert saw[how] == sorted(saw["made"])[:limit]


def test_pages_lead_forth_and_back(stage: Stage) -> None:
    saw = stage.saw("walking_a_long_list")
    every = sorted(saw["made"])
    assert saw["forth"] == [every[:25], every[25:50], every[50:]]
    assert saw["back"] == saw["forth"][::-1]
    assert saw["before_the_first"] is None


@pytest.mark.parametrize(
    "what",
    [
        "users",
        "conversations",
        "conversations_of_a_state",
        "participants",
        "messages",
        "messages_backwards",
        "services",
    ],
)
def test_pages_of_two_hold_what_one_page_holds(stage: Stage, what: str) -> None:
    walked = stage.saw("walking_each_list")[what]
    extra = what == "services" and stage.door == "service"  # the one that the scenario plays in
    assert len(walked["at_once"]) == len(set(walked["at_once"])) == 5 + extra
    assert walked["pages"] == walked["at_once"]


def test_messages_backwards_are_the_messages_reversed(stage: Stage) -> None:
    saw = stage.saw("walking_each_list")
    assert saw["messages_backwards"]["pages"] == saw["messages"]["pages"][::-1]
