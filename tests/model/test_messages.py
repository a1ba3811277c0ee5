"""A message, and what may be set on it."""

from model.structs import assert_changes_of, assert_row_of
from partywire.model.messages import Message, MessageChanges


def test_a_message_is_a_row_of_its_table() -> None:
    assert_row_of(Message, "messages")


def test_changes_set_fields_of_a_message_and_never_its_place() -> None:
    assert_changes_of(MessageChanges, Message)
    assert not {"index", "conversation_sid", "participant_sid"} & set(
        MessageChanges.__struct_fields__
    )
