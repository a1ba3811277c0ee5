"""Roles: the four that every service has, and who may hold which."""

import msgspec
import pytest
from msgspec import UNSET

from domain.scenes import NOBODY, elsewhere
from partywire import errors, sids
from partywire.clock import FrozenClock
from partywire.domain import roles, services
from partywire.domain.call import Call
from partywire.model.roles import RoleType


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
