"""The words of permissions: which a role may hold.

Source: the Role resource's documents list the words for each type of role; the last four are
accepted although no list has them (decided: decisions/0013).
"""

from typing import Final

from partywire.errors import UnknownPermission
from partywire.model.roles import RoleType

_BOTH: Final = frozenset(
    {
        "addParticipant",
        "deleteAnyMessage",
        "deleteConversation",
        "editAnyMessage",
        "editAnyMessageAttributes",
        "editAnyUserInfo",
        "editConversationAttributes",
        "editConversationName",
        "editOwnMessage",
        "editOwnMessageAttributes",
        "editOwnUserInfo",
        "removeParticipant",
        "addNonChatParticipant",
        "editAnyParticipantAttributes",
        "editOwnParticipantAttributes",
        "editNotificationLevel",
    }
)
WORDS: Final[dict[RoleType, frozenset[str]]] = {
    "service": _BOTH | {"createConversation", "joinConversation"},
    "conversation": _BOTH
    | {"deleteOwnMessage", "leaveConversation", "sendMediaMessage", "sendMessage"},
}


def check(kind: RoleType, permissions: list[str]) -> None:
    """Refuses a word that a role of this type cannot hold.

    Raises:
        UnknownPermission: there is one.
    """
    for word in permissions:
        if word not in WORDS[kind]:
            raise UnknownPermission(f"Unknown permission {word!r} for a {kind} role")
