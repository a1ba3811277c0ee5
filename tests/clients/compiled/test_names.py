"""Names that are not plain words, in the paths of the libraries that put them there themselves."""

import pytest

from clients.compiled.stage import Door, each

NAMES = ["ann lee", "jörg", "名前", "a+b", "ann@example.com", "user.42", "x/y", "50%"]
# A slash splits the path in every library. Java escapes all else; Go refuses what is no escape.
NOT_AS_THEY_ARE = {"java": {"x/y"}, "go": {"x/y", "50%"}}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_to_its_things(stage: Door, name: str) -> None:
    found = stage.saw("naming")[name]
    assert found["made"]["unique_name"] == name
    leads = found["as_it_is"] == found["made"]["sid"]
    assert leads == (name not in NOT_AS_THEY_ARE[stage.library])


@pytest.mark.parametrize("name", NAMES)
def test_an_escaped_name_leads_there_unless_the_library_escapes_it_again(
    stage: Door, name: str
) -> None:
    found = stage.saw("naming")[name]
    leads = found["escaped"] == found["made"]["sid"]
    assert leads == (stage.library == "go" or name == "user.42")


def test_lists_below_names_come_whole_in_pages(stage: Door) -> None:
    saw = stage.saw("paging_below_names")
    assert sorted(each("unique_name", saw["conversations"])) == ["a b", "c+d", "é"]
    assert each("identity", saw["participants"]) == ["ann@example.com", "bob"]
    assert each("body", saw["messages"]) == ["0", "1"]
