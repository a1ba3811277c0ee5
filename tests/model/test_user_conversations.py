"""A conversation as one of its users sees it."""

from model.structs import assert_frozen
from partywire.model.changes import Changes
from partywire.model.conversations import Conversation
from partywire.model.participants import Participant, ParticipantChanges
from partywire.model.user_conversations import UserConversation, UserConversationChanges


def test_it_holds_the_conversation_s_fields_and_the_participant_s_under_their_own_names() -> None:
    own = {"conversation_sid", "participant_sid", "conversation_state", "unread_deleted"}
    known = {*Conversation.__struct_fields__, *Participant.__struct_fields__}
    assert set(UserConversation.__struct_fields__) - known == own - known
    assert_frozen(UserConversation)


def test_a_user_sets_no_more_than_a_participant_may() -> None:
    assert issubclass(UserConversationChanges, Changes)
    assert set(UserConversationChanges.__struct_fields__) == {
        "notification_level",
        "last_read_message_index",
        "last_read_timestamp",
    }
    given = UserConversationChanges(last_read_message_index=None, notification_level="muted")
    assert ParticipantChanges(**given.given()).given() == given.given()
