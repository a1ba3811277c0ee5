"""Which objects of Sync show what a command is about."""

from msgspec import Struct

from partywire.wire.socket.sync import names


class ConversationObjects(Struct, frozen=True):
    """The names of a conversation's document, list of messages and map of participants."""

    conversation: str
    messages: str
    participants: str


class UserObjects(Struct, frozen=True):
    """The name of a user's map of properties."""

    user_info_map: str


def of_conversation(sid: str) -> ConversationObjects:
    """A conversation's."""
    return ConversationObjects(names.conversation(sid), names.messages(sid), names.roster(sid))


def of_user(sid: str) -> UserObjects:
    """A user's."""
    return UserObjects(names.info(sid))
