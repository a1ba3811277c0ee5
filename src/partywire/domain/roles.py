"""Roles: the four that every service is born with, those that it makes, and who may hold which."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import permissions as words
from partywire.domain.call import Call
from partywire.domain.texts import check_length
from partywire.model.pages import Page, PageRequest
from partywire.model.roles import Role, RoleType
from partywire.storage import roles as store
from partywire.storage import services as service_store
from partywire.storage.database import Again, Transaction
from partywire.storage.services import Newcomer

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


def _written(permissions: Iterable[str]) -> str:
    """As they are stored: a JSON array, each word once, in the order in which they came."""
    return msgspec.json.encode(list(dict.fromkeys(permissions))).decode()


def defaults(service_sid: str, mint: sids.Mint, now: int) -> list[Role]:
    """A new service's roles: service admin, service user, channel admin, channel user."""
    return [
        Role(
            sid=mint.sid(sids.ROLE),
            service_sid=service_sid,
            friendly_name=name,
            type=kind,
            permissions=_written(permissions),
            date_created=now,
            date_updated=now,
        )
        for name, kind, permissions in DEFAULTS
    ]


async def add_all(transaction: Transaction, roles: list[Role]) -> None:
    """Writes the roles of a new service."""
    for role in roles:
        await store.add(transaction, role)


async def check(call: Call, transaction: Transaction, sid: object, kind: RoleType) -> None:
    """Refuses a role that the service does not have, or that is of the other type.

    What is not given passes. What passes is not deleted until the transaction ends.

    Raises:
        RoleNotFound, ConversationRoleNotFound: for a service role, for a conversation role.
    """
    if isinstance(sid, str):
        _check(await store.keep(transaction, call.service_sid, sid), sid, kind)


async def look(call: Call, sid: object, kind: RoleType) -> None:
    """Refuses like ``check``, as far as can be seen before a transaction.

    Raises:
        RoleNotFound, ConversationRoleNotFound: as ``check``.
    """
    if isinstance(sid, str):
        _check(await store.fetch(call.database, call.service_sid, sid), sid, kind)


def _check(role: Role | None, sid: str, kind: RoleType) -> None:
    if role is None or role.type != kind:
        missing = errors.RoleNotFound if kind == "service" else errors.ConversationRoleNotFound
        raise missing(f"RoleSid {sid} is not a {kind} role of this service")


async def default(call: Call, transaction: Transaction, kind: Newcomer) -> str:
    """SID of the role that the service's newcomers get; it is not deleted until the end.

    Raises:
        NotFound: the account has no such service.
        Again: it was replaced and deleted in this moment.
    """
    key = (call.scope.account, call.service_sid)
    sid = await service_store.default_role(transaction, *key, kind)
    if sid is not None:
        return sid
    if await service_store.fetch(transaction, *key) is None:
        raise errors.NotFound
    raise Again(f"the default {kind} role of {call.service_sid} was just replaced")


def _checked(kind: RoleType, permissions: list[str] | None) -> str:
    if not permissions:
        raise errors.BadRequest("Permission is missing")
    words.check(kind, permissions)
    return _written(permissions)


async def create(
    call: Call, friendly_name: str | None, kind: RoleType | None, permissions: list[str] | None
) -> Role:
    """Makes a role.

    Raises:
        FriendlyNameMissing, FriendlyNameTooLong: of the name.
        BadRoleType: it is not said of which type.
        UnknownPermission: a role of this type cannot hold one of the permissions.
        BadRequest: there is no permission.
    """
    if not friendly_name:
        raise errors.FriendlyNameMissing
    check_length(friendly_name, call.limits.name_characters, errors.FriendlyNameTooLong)
    if kind is None:
        raise errors.BadRoleType
    role = Role(
        sid=call.sid(sids.ROLE),
        service_sid=call.service_sid,
        friendly_name=friendly_name,
        type=kind,
        permissions=_checked(kind, permissions),
        date_created=call.now,
        date_updated=call.now,
    )
    async with call.database.transaction() as transaction:
        await store.add(transaction, role)
    return role


async def page(call: Call, request: PageRequest) -> Page[Role]:
    """The service's roles, in the order of their SIDs."""
    return await store.page(call.database, call.service_sid, request)


async def fetch(call: Call, sid: str) -> Role:
    """One role.

    Raises:
        NotFound: the service has no such role.
    """
    role = await store.fetch(call.database, call.service_sid, sid)
    if role is None:
        raise errors.NotFound
    return role


async def update(call: Call, sid: str, permissions: list[str] | None) -> Role:
    """Replaces all permissions of a role.

    Raises:
        NotFound: the service has no such role.
        UnknownPermission: a role of this type cannot hold one of the permissions.
        BadRequest: there is no permission.
    """
    async with call.database.transaction() as transaction:
        role = await store.lock(transaction, call.service_sid, sid)
        if role is None:
            raise errors.NotFound
        written = _checked(role.type, permissions)
        role = replace(role, permissions=written, date_updated=call.now)
        await store.save(transaction, role)
    return role


async def delete(call: Call, sid: str) -> None:
    """Deletes a role; its holders fall back to the service's default (decided: decisions/0013).

    Raises:
        NotFound: the service has no such role.
        Conflict: newcomers get it by default.
    """
    async with call.database.transaction() as transaction:
        service = await service_store.lock(transaction, call.scope.account, call.service_sid)
        role = await store.lock_to_delete(transaction, call.service_sid, sid)
        if service is None or role is None:
            raise errors.NotFound
        creator = service.default_conversation_creator_role_sid
        member = service.default_conversation_role_sid
        user = service.default_chat_service_role_sid
        if sid in {creator, member, user}:
            raise errors.Conflict(f"Role {sid} is a default role of its service")
        await store.delete(transaction, role, user if role.type == "service" else member)
