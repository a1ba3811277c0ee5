"""Who is online: at which nodes users have sockets."""

from model.structs import assert_frozen, assert_row_of
from partywire.model.presences import Node, Presence, Reached


def test_presences_and_nodes_are_rows_of_their_tables() -> None:
    assert_row_of(Presence, "presences")
    assert_row_of(Node, "nodes")


def test_that_somebody_came_is_told_of_one_user() -> None:
    assert Reached.__struct_fields__[0] == "user_sid"
    assert_frozen(Reached)
