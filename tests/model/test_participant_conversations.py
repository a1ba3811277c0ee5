"""A conversation as the list of somebody's conversations shows it."""

from model.structs import assert_frozen
from partywire.model.conversations import Conversation
from partywire.model.participant_conversations import ParticipantConversation
from partywire.model.participants import Participant


def test_it_holds_the_conversation_s_fields_and_the_participant_s_under_their_own_names() -> None:
    own = {"conversation_sid", "participant_sid", "conversation_state"}
    known = {*Conversation.__struct_fields__, *Participant.__struct_fields__}
    assert set(ParticipantConversation.__struct_fields__) - known == own - known
    assert_frozen(ParticipantConversation)


def test_it_says_all_that_there_is_of_an_address() -> None:
    binding = {"messaging_type", "address", "proxy_address", "projected_address"}
    assert binding <= set(ParticipantConversation.__struct_fields__)


def test_it_holds_nothing_of_what_only_the_participant_sees() -> None:
    private = {"last_read_message_index", "last_read_timestamp", "notification_level"}
    assert not private & set(ParticipantConversation.__struct_fields__)
