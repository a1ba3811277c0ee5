"""Whose data a request may touch."""

import pytest

from model.structs import assert_frozen
from partywire.model.scope import Scope


def test_a_scope_cannot_be_widened_on_its_way() -> None:
    assert_frozen(Scope)


def test_a_scope_is_never_without_account_and_service() -> None:
    with pytest.raises(TypeError, match="service_sid"):
        Scope("AC1", "AC1")  # type: ignore[call-arg]
