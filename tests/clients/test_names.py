"""Names that are not plain words, sent and found again by the official libraries."""

from typing import Any

import pytest

from clients.runs import Stage

PLAIN_ENOUGH = [
    "ann lee",
    "jörg",
    "名前",
    "a+b",
    "ann@example.com",
    "a&b=c;d",
    "(it's) *fine*!",
    "50%",
]
# The libraries put names into paths as they are; these end or split the path, or are decoded.
TO_BE_QUOTED = ["x/y", "who?", "#1", "100%41"]
REFUSED_BY_NODE = ["x/y", "who?"]


def tried(stage: Stage, name: str) -> Any:
    [found] = [one for one in stage.saw("naming")["tried"] if one["name"] == name]
    return found


@pytest.mark.parametrize("name", PLAIN_ENOUGH + TO_BE_QUOTED)
def test_a_name_arrives_as_it_was_sent(stage: Stage, name: str) -> None:
    found = tried(stage, name)
    assert (found["identity"], found["unique_name"]) == (name, name)


@pytest.mark.parametrize("name", PLAIN_ENOUGH)
def test_a_name_leads_to_its_things(stage: Stage, name: str) -> None:
    found = tried(stage, name)
    sid = found["conversation_sid"]
    things = {"conversation": sid, "participant": name, "user": name, "user_conversation": sid}
    assert found["as_it_is"] == things


@pytest.mark.parametrize("name", PLAIN_ENOUGH + TO_BE_QUOTED)
def test_a_quoted_name_leads_to_its_things(stage: Stage, name: str) -> None:
    found = tried(stage, name)
    sid = found["conversation_sid"]
    things = {"conversation": sid, "participant": name, "user": name, "user_conversation": sid}
    assert found["quoted"] == things


@pytest.mark.parametrize("name", TO_BE_QUOTED)
def test_an_unquoted_name_that_means_something_in_a_path_finds_nothing(
    stage: Stage, name: str
) -> None:
    found = tried(stage, name)["as_it_is"]
    by_library = stage.library == "node" and name in REFUSED_BY_NODE
    assert set(found.values()) == {"Parameter 'sid' is not valid." if by_library else 404}
