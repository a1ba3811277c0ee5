"""A role."""

from typing import get_args

from model.structs import assert_row_of
from partywire.model.roles import Role, RoleType


def test_a_role_is_a_row_of_its_table() -> None:
    assert_row_of(Role, "roles")


def test_there_are_the_documented_types() -> None:
    assert get_args(RoleType) == ("conversation", "service")
