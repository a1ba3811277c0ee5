"""A page of a list, and a position in it."""

from model.structs import assert_frozen
from partywire.model.pages import Page, PageRequest, Position


def test_a_request_without_a_position_starts_at_the_start() -> None:
    assert PageRequest(50).position is None


def test_a_page_has_no_neighbours_unless_they_are_named() -> None:
    page = Page([1, 2])
    assert (page.previous, page.next) == (None, None)


def test_positions_with_the_same_side_and_key_are_the_same() -> None:
    assert Position("after", ("CH1", 5)) == Position("after", ("CH1", 5))
    assert Position("after", ("CH1", 5)) != Position("before", ("CH1", 5))


def test_pages_and_positions_cannot_be_changed() -> None:
    for struct in (Page, PageRequest, Position):
        assert_frozen(struct)
