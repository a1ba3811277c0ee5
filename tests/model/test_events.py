"""An event: what happened, and to what."""

from typing import get_args

from model.structs import assert_frozen, columns
from partywire.model.events import Event, EventKind, PreEventKind


def test_an_event_is_a_row_of_the_outbox_that_does_not_say_when_it_arrived() -> None:
    assert columns("events") == ["arrival", *Event.__struct_fields__]
    assert_frozen(Event)


NOUNS = {"service", "user", "conversation", "participant", "message", "receipt", "webhook"}


def test_a_kind_is_a_noun_and_what_happened_to_it() -> None:
    pairs = [kind.split(".") for kind in get_args(EventKind)]
    assert {noun for noun, _ in pairs} == NOUNS
    assert {what for _, what in pairs} == {
        "added",
        "updated",
        "removed",
        "reached",
        "state_updated",
    }
    assert len(set(get_args(EventKind))) == len(pairs)


def test_what_is_about_to_happen_is_named_alike() -> None:
    pairs = [kind.split(".") for kind in get_args(PreEventKind)]
    assert {noun for noun, _ in pairs} < NOUNS
    assert {what for _, what in pairs} == {"add", "update", "remove"}
    assert not set(get_args(PreEventKind)) & set(get_args(EventKind))
