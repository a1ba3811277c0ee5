"""A service."""

from model.structs import assert_row_of
from partywire.model.services import Service


def test_a_service_is_a_row_of_its_table() -> None:
    assert_row_of(Service, "services")
