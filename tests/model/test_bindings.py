"""A binding, and how bindings are looked for."""

from typing import get_args

from model.structs import assert_frozen, assert_row_of
from partywire.model.bindings import Binding, BindingFilter, BindingType


def test_a_binding_is_a_row_of_its_table() -> None:
    assert_row_of(Binding, "bindings")


def test_a_filter_asks_for_nothing_by_itself() -> None:
    assert BindingFilter() == BindingFilter(types=(), identities=())
    assert_frozen(Binding)


def test_there_are_the_documented_types_and_our_own() -> None:
    assert get_args(BindingType) == ("apn", "gcm", "fcm", "twilsock", "webpush")
