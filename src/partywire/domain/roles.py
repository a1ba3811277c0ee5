"""Roles: the four that every service is born with, and who may hold which."""

from typing import Final

import msgspec

from partywire import errors, sids
from partywire.domain.call import Call
from partywire.model.roles import Role, RoleType
from partywire.storage import roles as store
from partywire.storage.database import Reader, Transaction

# Source: the permissions page of the Chat docs, its words translated; what that page leaves
# open about "channel user" is decided in decisions/0009.
DEFAULTS: Final[tuple[tuple[str, RoleType, tuple[str, ...]], ...]] = (
    (
        "service admin",
        "service",
        (
            "createConversation",
            "joinConversation",
            "deleteConversation",
            "editConversationAttributes",
            "editConversationName",
            "addParticipant",
            "removeParticipant",
            "editAnyParticipantAttributes",
            "editAnyMessage",
            "deleteAnyMessage",
            "editAnyMessageAttributes",
            "editAnyUserInfo",
        ),
    ),
    ("service user", "service", ("createConversation", "joinConversation", "editOwnUserInfo")),
    (
        "channel admin",
        "conversation",
        (
            "deleteConversation",
            "removeParticipant",
            "addParticipant",
            "editConversationName",
            "editConversationAttributes",
            "sendMessage",
            "sendMediaMessage",
            "leaveConversation",
            "editAnyMessage",
            "editAnyMessageAttributes",
            "editAnyParticipantAttributes",
            "deleteAnyMessage",
            "editNotificationLevel",
        ),
    ),
    (
        "channel user",
        "conversation",
        (
            "sendMessage",
            "sendMediaMessage",
            "leaveConversation",
            "editOwnMessage",
            "editOwnMessageAttributes",
            "deleteOwnMessage",
            "editNotificationLevel",
        ),
    ),
)


def defaults(service_sid: str, mint: sids.Mint, now: int) -> list[Role]:
    """A new service's roles: service admin, service user, channel admin, channel user."""
    return [
        Role(
            sid=mint.sid(sids.ROLE),
            service_sid=service_sid,
            friendly_name=name,
            type=kind,
            permissions=msgspec.json.encode(permissions).decode(),
            date_created=now,
            date_updated=now,
        )
        for name, kind, permissions in DEFAULTS
    ]


async def add_all(transaction: Transaction, roles: list[Role]) -> None:
    """Writes the roles of a new service."""
    for role in roles:
        await store.add(transaction, role)


async def check(call: Call, reader: Reader, sid: object, kind: RoleType) -> None:
    """Refuses a role that the service does not have, or that is of the other type.

    What is not given passes.

    Raises:
        RoleNotFound, ConversationRoleNotFound: for a service role, for a conversation role.
    """
    if not isinstance(sid, str):
        return
    role = await store.fetch(reader, call.service_sid, sid)
    if role is None or role.type != kind:
        missing = errors.RoleNotFound if kind == "service" else errors.ConversationRoleNotFound
        raise missing(f"RoleSid {sid} is not a {kind} role of this service")
