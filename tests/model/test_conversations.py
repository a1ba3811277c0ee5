"""A conversation, what may be set on it, and how it is looked for."""

from typing import get_args

from model.structs import assert_changes_of, assert_frozen, assert_row_of
from partywire.model.conversations import (
    Conversation,
    ConversationChanges,
    ConversationFilter,
    State,
)


def test_a_conversation_is_a_row_of_its_table() -> None:
    assert_row_of(Conversation, "conversations")


def test_changes_set_fields_of_a_conversation() -> None:
    assert_changes_of(ConversationChanges, Conversation)


def test_counters_and_dates_that_follow_from_others_cannot_be_set() -> None:
    derived = {"sid", "service_sid", "created_by", "next_message_index", "messages_deleted"}
    derived |= {"date_inactive", "date_closed", "date_active"}
    assert not derived & set(ConversationChanges.__struct_fields__)


def test_a_filter_asks_for_nothing_by_itself() -> None:
    assert ConversationFilter() == ConversationFilter(state=None, start_date=None, end_date=None)


def test_a_conversation_has_the_documented_states() -> None:
    assert get_args(State) == ("initializing", "active", "inactive", "closed")
    assert_frozen(Conversation)
