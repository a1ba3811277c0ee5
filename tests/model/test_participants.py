"""A participant, and what may be set on them."""

from typing import get_args

from model.structs import assert_changes_of, assert_row_of
from partywire.model.participants import NotificationLevel, Participant, ParticipantChanges


def test_a_participant_is_a_row_of_its_table() -> None:
    assert_row_of(Participant, "participants")


def test_changes_set_fields_of_a_participant_and_never_who_they_are() -> None:
    assert_changes_of(ParticipantChanges, Participant)
    assert not {"identity", "user_sid", "conversation_sid"} & set(
        ParticipantChanges.__struct_fields__
    )


def test_there_are_the_documented_notification_levels() -> None:
    assert get_args(NotificationLevel) == ("default", "muted")
