"""A participant, and what may be set on them."""

from typing import get_args

from model.structs import assert_changes_of, assert_row_of
from partywire.model.participants import (
    NewParticipant,
    NotificationLevel,
    Participant,
    ParticipantChanges,
)


def test_a_participant_is_a_row_of_its_table() -> None:
    assert_row_of(Participant, "participants")


def test_changes_set_fields_of_a_participant_and_never_where_they_are() -> None:
    assert_changes_of(ParticipantChanges, Participant)
    assert not {"user_sid", "conversation_sid", "address"} & set(
        ParticipantChanges.__struct_fields__
    )


def test_who_joins_brings_fields_of_a_participant_and_has_read_nothing() -> None:
    assert_changes_of(NewParticipant, Participant)
    assert not {"last_read_message_index", "sid"} & set(NewParticipant.__struct_fields__)


def test_there_are_the_documented_notification_levels() -> None:
    assert get_args(NotificationLevel) == ("default", "muted")
