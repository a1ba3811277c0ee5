"""Configuration: an account's defaults, and a service's, which take effect at once."""

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import MINUTE, NOBODY, elsewhere, refused, talk, unchanged
from harness import account
from partywire import errors
from partywire.domain import (
    accounts,
    configuration,
    conversations,
    participants,
    roles,
    services,
    users,
)
from partywire.domain.call import Call
from partywire.model.accounts import AccountChanges
from partywire.model.conversations import ConversationChanges
from partywire.model.participants import NewParticipant
from partywire.model.roles import RoleType
from partywire.model.services import ServiceChanges
from partywire.model.users import UserChanges

MESSAGING = "MG" + "1" * 32


async def test_a_new_account_has_the_server_s_messaging_service_and_no_timers(call: Call) -> None:
    found = await configuration.of_account(call)
    assert found.default_service_sid == call.service_sid
    assert found.default_messaging_service_sid == call.resources.config.messaging_service_sid
    assert (found.default_inactive_timer, found.default_closed_timer) == (None, None)


async def test_an_account_is_configured_as_a_whole_and_bit_by_bit(call: Call) -> None:
    there = await elsewhere(call)
    given = AccountChanges(
        default_service_sid=there.service_sid,
        default_messaging_service_sid=MESSAGING,
        default_inactive_timer="PT1M",
        default_closed_timer="PT600S",
    )
    whole = await configuration.update_account(call, given)
    assert given.applied_to(whole) == whole
    assert await configuration.of_account(call) == whole
    off = await configuration.update_account(call, AccountChanges(default_inactive_timer=None))
    assert off == replace(whole, default_inactive_timer=None)
    with unchanged(call):
        assert await configuration.update_account(call, AccountChanges()) == off


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (AccountChanges(default_service_sid="IS" + NOBODY), errors.ServiceNotFound),
        (AccountChanges(default_inactive_timer="PT59S"), errors.InactiveTimerTooShort),
        (AccountChanges(default_closed_timer="PT9M59S"), errors.ClosedTimerTooShort),
    ],
)
async def test_an_account_is_not_configured_with_unacceptable_values(
    call: Call, changes: AccountChanges, error: type[errors.ApiError]
) -> None:
    with refused(call, error):
        await configuration.update_account(
            call, replace(changes, default_messaging_service_sid=MESSAGING)
        )


async def test_another_account_s_service_is_none_of_ours(call: Call) -> None:
    stranger = await call_of(call.resources, account()[0])
    changes = AccountChanges(default_service_sid=stranger.service_sid)
    with refused(call, errors.ServiceNotFound):
        await configuration.update_account(call, changes)
    with refused(call, errors.NotFound):
        await configuration.of_service(
            replace(call, scope=replace(call.scope, service_sid=stranger.service_sid))
        )


async def test_who_signs_in_next_is_in_the_new_default_service(call: Call) -> None:
    there = await elsewhere(call)
    changes = AccountChanges(default_service_sid=there.service_sid)
    await configuration.update_account(call, changes)
    found = await accounts.authenticate(call.resources, call.scope.account_sid, "token")
    assert found is not None
    assert found.default_service_sid == there.service_sid


async def test_the_new_default_service_is_protected_and_the_old_one_is_not(call: Call) -> None:
    there = await elsewhere(call)
    changes = AccountChanges(default_service_sid=there.service_sid)
    await configuration.update_account(call, changes)
    with refused(call, errors.Conflict):
        await services.delete(call, there.service_sid)
    await services.delete(call, call.service_sid)
    with refused(call, errors.ServiceNotFound):
        changes = AccountChanges(default_service_sid=call.service_sid)
        await configuration.update_account(call, changes)


async def test_default_timers_reach_new_conversations_only(call: Call) -> None:
    old = await talk(call)
    given = AccountChanges(default_inactive_timer="PT1M", default_closed_timer="P1D")
    await configuration.update_account(call, given)
    new = await talk(call)
    assert (new.inactive_timer, new.closed_timer) == (MINUTE, 24 * 60 * MINUTE)
    assert await conversations.fetch(call, old.sid) == old
    await configuration.update_account(call, AccountChanges(default_inactive_timer=None))
    assert (await talk(call)).inactive_timer is None
    assert await conversations.fetch(call, new.sid) == new


async def test_default_timers_are_the_account_s_own(call: Call) -> None:
    given = AccountChanges(default_inactive_timer="PT1M", default_messaging_service_sid=MESSAGING)
    await configuration.update_account(call, given)
    for caller, timer, messaging in (
        (await elsewhere(call), MINUTE, MESSAGING),
        (
            await call_of(call.resources, account()[0]),
            None,
            call.resources.config.messaging_service_sid,
        ),
    ):
        made = await conversations.create(caller, ConversationChanges())
        assert (made.inactive_timer, made.messaging_service_sid) == (timer, messaging)


async def role_of(call: Call, kind: RoleType) -> str:
    return (await roles.create(call, f"new {kind}", kind, ["editOwnMessage"])).sid


async def test_default_roles_reach_newcomers_only(call: Call) -> None:
    room = await talk(call, "ada")
    before = await users.fetch(call, "ada"), await participants.fetch(call, room.sid, "ada")
    given = ServiceChanges(
        default_conversation_creator_role_sid=await role_of(call, "conversation"),
        default_conversation_role_sid=await role_of(call, "conversation"),
        default_chat_service_role_sid=await role_of(call, "service"),
        reachability_enabled=1,
    )
    changed = await configuration.update_service(call, given)
    assert given.applied_to(changed) == changed == await configuration.of_service(call)
    ben = await participants.create(call, room.sid, NewParticipant(identity="ben"))
    assert ben.role_sid == given.default_conversation_role_sid
    assert (await users.fetch(call, "ben")).role_sid == given.default_chat_service_role_sid
    cy = await users.create(call, "cy", UserChanges())
    assert cy.role_sid == given.default_chat_service_role_sid
    after = await users.fetch(call, "ada"), await participants.fetch(call, room.sid, "ada")
    assert after == before


@pytest.mark.parametrize(
    ("name", "right", "error"),
    [
        ("default_conversation_creator_role_sid", "conversation", errors.CreatorRoleNotFound),
        ("default_conversation_role_sid", "conversation", errors.ConversationRoleNotFound),
        ("default_chat_service_role_sid", "service", errors.RoleNotFound),
    ],
)
async def test_a_default_role_is_the_service_s_own_and_of_the_right_type(
    call: Call, name: str, right: RoleType, error: type[errors.ApiError]
) -> None:
    wrong: RoleType = "service" if right == "conversation" else "conversation"
    foreign = await role_of(await elsewhere(call), right)
    for sid in (foreign, await role_of(call, wrong), "RL" + NOBODY):
        changes = ServiceChanges(reachability_enabled=1, **{name: sid})  # type: ignore[arg-type]
        with refused(call, error, f"RoleSid {sid} is not a {right} role"):
            await configuration.update_service(call, changes)


async def test_an_empty_update_of_a_service_changes_nothing(call: Call) -> None:
    before = await configuration.of_service(call)
    with unchanged(call):
        assert await configuration.update_service(call, ServiceChanges()) == before


async def test_a_missing_service_has_no_configuration(call: Call) -> None:
    nowhere = replace(call, scope=replace(call.scope, service_sid="IS" + NOBODY))
    with refused(call, errors.NotFound):
        await configuration.of_service(nowhere)
    with refused(call, errors.NotFound):
        await configuration.update_service(nowhere, ServiceChanges(reachability_enabled=1))
