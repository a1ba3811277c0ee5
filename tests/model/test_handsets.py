"""A handset and what it holds."""

from typing import get_args

from model.structs import assert_row_of
from partywire.model.handsets import Direction, Handset, HandsetMessage


def test_a_handset_is_a_row_of_its_table() -> None:
    assert_row_of(Handset, "handsets")


def test_a_handset_of_which_nothing_was_said_delivers() -> None:
    assert Handset("AC1", "+15550001") == Handset("AC1", "+15550001", "delivered", 0)


def test_a_message_of_a_handset_has_no_status_by_itself() -> None:
    assert HandsetMessage.__struct_fields__[-3:] == ("number", "status", "error_code")
    assert HandsetMessage.__struct_defaults__ == (None, 0, None, None)
    assert get_args(Direction) == ("received", "written")
