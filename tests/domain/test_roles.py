"""Roles: the four that every service has, and who may hold which."""

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from domain.scenes import NOBODY, elsewhere, later, refused, talk
from partywire import errors, sids
from partywire.clock import FrozenClock
from partywire.domain import configuration, participants, roles, services, users
from partywire.domain.call import Call
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant
from partywire.model.roles import Role, RoleType
from partywire.model.services import ServiceChanges
from partywire.model.users import UserChanges


def test_a_new_service_gets_two_roles_of_each_type() -> None:
    made = roles.defaults("IS1", sids.Mint(FrozenClock(5)), 5)
    assert [(role.friendly_name, role.type) for role in made] == [
        ("service admin", "service"),
        ("service user", "service"),
        ("channel admin", "conversation"),
        ("channel user", "conversation"),
    ]
    assert len({role.sid for role in made}) == 4
    assert all(sids.is_sid(role.sid, sids.ROLE) for role in made)
    assert all(role.service_sid == "IS1" for role in made)
    assert all(role.date_created == role.date_updated == 5 for role in made)


def test_permissions_are_stored_as_a_json_array_of_words() -> None:
    made = roles.defaults("IS1", sids.Mint(FrozenClock(5)), 5)
    for role, (_, _, permissions) in zip(made, roles.DEFAULTS, strict=True):
        assert msgspec.json.decode(role.permissions) == list(permissions)
        assert len(set(permissions)) == len(permissions)


def test_a_user_may_do_nothing_to_what_is_others() -> None:
    permissions = {name: set(words) for name, _, words in roles.DEFAULTS}
    assert not [word for word in permissions["channel user"] if "Any" in word]
    assert not [word for word in permissions["service user"] if "Any" in word]
    assert "editAnyMessage" in permissions["channel admin"]
    assert "editAnyUserInfo" in permissions["service admin"]


@pytest.mark.parametrize("sid", [UNSET, None])
async def test_a_role_that_is_not_given_passes(call: Call, sid: object) -> None:
    await roles.check(call, call.database, sid, "service")


async def test_a_role_of_the_right_type_passes(call: Call) -> None:
    service = await services.fetch(call, call.service_sid)
    await roles.check(call, call.database, service.default_chat_service_role_sid, "service")
    await roles.check(call, call.database, service.default_conversation_role_sid, "conversation")


@pytest.mark.parametrize(
    ("kind", "error"),
    [("service", errors.RoleNotFound), ("conversation", errors.ConversationRoleNotFound)],
)
async def test_a_role_of_the_other_type_is_refused(
    call: Call, kind: RoleType, error: type[errors.ApiError]
) -> None:
    service = await services.fetch(call, call.service_sid)
    other = {
        "service": service.default_conversation_role_sid,
        "conversation": service.default_chat_service_role_sid,
    }[kind]
    with pytest.raises(error, match=f"{other} is not a {kind} role"):
        await roles.check(call, call.database, other, kind)


@pytest.mark.parametrize("sid", ["", "RL" + NOBODY, "no such thing"])
async def test_a_role_that_nobody_has_is_refused(call: Call, sid: str) -> None:
    with pytest.raises(errors.RoleNotFound):
        await roles.check(call, call.database, sid, "service")


async def test_a_role_of_another_service_is_refused(call: Call) -> None:
    there = await elsewhere(call)
    service = await services.fetch(call, there.service_sid)
    await roles.check(there, call.database, service.default_conversation_role_sid, "conversation")
    with pytest.raises(errors.ConversationRoleNotFound):
        await roles.check(
            call, call.database, service.default_conversation_role_sid, "conversation"
        )


async def made(call: Call, kind: RoleType = "conversation", *words: str) -> Role:
    return await roles.create(call, "helper", kind, list(words or ("editOwnMessage",)))


@pytest.mark.parametrize("kind", ["service", "conversation"])
async def test_a_new_role_holds_each_of_its_words_once(call: Call, kind: RoleType) -> None:
    role = await made(call, kind, "editOwnMessage", "addParticipant", "editOwnMessage")
    assert sids.is_sid(role.sid, sids.ROLE)
    assert (role.friendly_name, role.type) == ("helper", kind)
    assert role.permissions == '["editOwnMessage","addParticipant"]'
    assert role.date_created == role.date_updated == call.now
    assert await roles.fetch(call, role.sid) == role


@pytest.mark.parametrize(
    ("name", "kind", "permissions", "error"),
    [
        (None, "service", ["addParticipant"], errors.FriendlyNameMissing),
        ("", "service", ["addParticipant"], errors.FriendlyNameMissing),
        ("x" * 257, "service", ["addParticipant"], errors.FriendlyNameTooLong),
        ("helper", None, ["addParticipant"], errors.BadRoleType),
        ("helper", "service", None, errors.BadRequest),
        ("helper", "service", [], errors.BadRequest),
        ("helper", "service", ["addParticipant", "fly"], errors.UnknownPermission),
        ("helper", "service", ["sendMessage"], errors.UnknownPermission),
    ],
)
async def test_a_role_is_not_made_of_unacceptable_values(
    call: Call,
    name: str | None,
    kind: RoleType | None,
    permissions: list[str] | None,
    error: type[errors.ApiError],
) -> None:
    with refused(call, error):
        await roles.create(call, name, kind, permissions)


async def test_a_role_s_name_may_have_256_characters(call: Call) -> None:
    role = await roles.create(call, "é" * 256, "service", ["addParticipant"])
    assert role.friendly_name == "é" * 256


async def test_an_update_replaces_all_permissions_and_nothing_else(call: Call) -> None:
    role = await made(call, "conversation", "sendMessage", "leaveConversation")
    after = await roles.update(later(call), role.sid, ["sendMediaMessage"])
    assert after == replace(role, permissions='["sendMediaMessage"]', date_updated=later(call).now)
    assert await roles.fetch(call, role.sid) == after


async def test_an_update_is_refused_as_a_creation_is(call: Call) -> None:
    role = await made(call, "service", "createConversation")
    for permissions in (None, []):
        with refused(call, errors.BadRequest, "Permission is missing"):
            await roles.update(call, role.sid, permissions)
    with refused(call, errors.UnknownPermission, "sendMessage.* for a service role"):
        await roles.update(call, role.sid, ["createConversation", "sendMessage"])


async def test_a_role_is_reached_through_its_own_service_only(call: Call) -> None:
    role, there = await made(call), await elsewhere(call)
    for caller, sid in ((there, role.sid), (call, "RL" + NOBODY), (call, "helper")):
        with refused(call, errors.NotFound):
            await roles.fetch(caller, sid)
        with refused(call, errors.NotFound):
            await roles.update(caller, sid, ["sendMessage"])
        with refused(call, errors.NotFound):
            await roles.delete(caller, sid)


async def test_a_service_lists_its_own_roles_only(call: Call) -> None:
    role, there = await made(call), await elsewhere(call)
    listed = (await roles.page(call, PageRequest(10))).items
    assert len(listed) == 5
    assert listed[-1] == role
    assert len((await roles.page(there, PageRequest(10))).items) == 4


async def test_the_users_of_a_deleted_role_fall_back_to_the_default(call: Call) -> None:
    role = await made(call, "service", "editOwnUserInfo")
    ada = await users.create(call, "ada", UserChanges(role_sid=role.sid))
    ben = await users.create(call, "ben", UserChanges())
    default = (await services.fetch(call, call.service_sid)).default_chat_service_role_sid
    await roles.delete(later(call), role.sid)
    assert await users.fetch(call, "ada") == replace(ada, role_sid=default)
    assert await users.fetch(call, "ben") == ben
    with refused(call, errors.NotFound):
        await roles.delete(call, role.sid)


async def test_the_participants_of_a_deleted_role_fall_back_to_the_default(call: Call) -> None:
    role = await made(call)
    room = await talk(call, "ada")
    chosen = NewParticipant(identity="ben", role_sid=role.sid)
    ben = await participants.create(call, room.sid, chosen)
    phone = NewParticipant(address="+15550001", proxy_address="+15550100")
    without = await participants.create(call, room.sid, phone)
    default = (await services.fetch(call, call.service_sid)).default_conversation_role_sid
    await roles.delete(later(call), role.sid)
    assert await participants.fetch(call, room.sid, "ben") == replace(ben, role_sid=default)
    assert (await participants.fetch(call, room.sid, without.sid)).role_sid is None


async def test_a_default_role_is_protected_until_another_takes_its_place(call: Call) -> None:
    service = await services.fetch(call, call.service_sid)
    for sid in (
        service.default_conversation_creator_role_sid,
        service.default_conversation_role_sid,
        service.default_chat_service_role_sid,
    ):
        with refused(call, errors.Conflict, f"{sid} is a default role"):
            await roles.delete(call, sid)
    other = await made(call)
    changes = ServiceChanges(default_conversation_role_sid=other.sid)
    await configuration.update_service(call, changes)
    await roles.delete(call, service.default_conversation_role_sid)
    with refused(call, errors.Conflict):
        await roles.delete(call, other.sid)


async def test_a_role_that_is_no_default_may_go_though_a_service_was_born_with_it(
    call: Call,
) -> None:
    admin, *_ = (await roles.page(call, PageRequest(10))).items
    assert admin.friendly_name == "service admin"
    await roles.delete(call, admin.sid)
    assert len((await roles.page(call, PageRequest(10))).items) == 3
