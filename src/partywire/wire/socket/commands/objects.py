"""Which objects of Sync show what a command is about."""

from msgspec import Struct


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
    return ConversationObjects(f"{sid}.channel", f"{sid}.messages", f"{sid}.roster")


def of_user(sid: str) -> UserObjects:
    """A user's."""
    return UserObjects(info(sid))


def info(user_sid: str) -> str:
    """The name of a user's map of properties."""
    return f"{user_sid}.info"


def conversations(identity: str) -> str:
    """The name of a user's map of conversations."""
    return f"{identity}.channels"
