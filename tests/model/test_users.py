"""A user, and what may be set on them."""

from model.structs import assert_changes_of, assert_row_of
from partywire.model.users import User, UserChanges


def test_a_user_is_a_row_of_its_table() -> None:
    assert_row_of(User, "users")


def test_changes_set_fields_of_a_user_and_never_the_identity() -> None:
    assert_changes_of(UserChanges, User)
    assert "identity" not in UserChanges.__struct_fields__
