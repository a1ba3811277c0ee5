"""A change: fields that are given or not, applied to a thing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes


class Thing(Struct, frozen=True):
    name: str
    note: str | None
    size: int


class ThingChanges(Changes, frozen=True, kw_only=True):
    name: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET


THING = Thing("a", "b", 3)


def test_nothing_given_is_nothing() -> None:
    assert ThingChanges().given() == {}
    assert ThingChanges().applied_to(THING) == THING


def test_none_is_given_and_so_is_an_empty_text() -> None:
    assert ThingChanges(note=None).given() == {"note": None}
    assert ThingChanges(name="").given() == {"name": ""}


@settings(deadline=None)
@given(st.just(UNSET) | st.text(), st.just(UNSET) | st.none() | st.text())
def test_what_is_given_replaces_and_the_rest_stays(name: str | UnsetType, note: object) -> None:
    changed = ThingChanges(name=name, note=note).applied_to(THING)  # type: ignore[arg-type]
    assert changed.name == (THING.name if name is UNSET else name)
    assert changed.note == (THING.note if note is UNSET else note)
    assert changed.size == THING.size


def test_the_thing_itself_stays_as_it_was() -> None:
    ThingChanges(name="other").applied_to(THING)
    assert Thing("a", "b", 3) == THING


def test_a_change_does_not_fit_what_lacks_its_fields() -> None:
    class Other(Struct):
        size: int

    with pytest.raises(TypeError, match="name"):
        ThingChanges(name="a").applied_to(Other(3))
