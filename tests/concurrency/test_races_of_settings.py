"""One node stops amid a change to what others rely on: accounts, services, roles, webhooks."""

from typing import Any

import pytest

from concurrency.stepping import Act, Nodes, succeeded
from concurrency.test_races_of_people import joins, talk
from partywire import errors
from partywire.domain import (
    accounts,
    configuration,
    configuration_webhooks,
    conversations,
    notifications,
    participants,
    roles,
    services,
    users,
    webhooks,
)
from partywire.domain.call import Call
from partywire.model.accounts import AccountChanges
from partywire.model.configuration_webhooks import ServiceWebhooksChanges
from partywire.model.conversations import ConversationChanges
from partywire.model.notifications import Notifications
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.roles import RoleType
from partywire.model.services import ServiceChanges
from partywire.model.users import UserChanges
from partywire.model.webhooks import WebhookChanges

WORDS: dict[RoleType, list[str]] = {
    "service": ["createConversation"],
    "conversation": ["sendMessage"],
}
KEPT = "FOR KEY SHARE"


async def role(call: Call, kind: RoleType = "conversation") -> str:
    return (await roles.create(call, "a role", kind, WORDS[kind])).sid


def removes(sid: str) -> Act:
    return lambda call: roles.delete(call, sid)


def configures(**changes: Any) -> Act:
    return lambda call: configuration.update_service(call, ServiceChanges(**changes))


async def test_requests_to_two_nodes_open_one_account(nodes: Nodes) -> None:
    stranger = "AC" + "2" * 32

    def come(call: Call) -> Any:
        return accounts.authenticate(call.resources, stranger, "token")

    first, second = await nodes.race(come, "INSERT INTO accounts", come)

    assert first is not None
    assert first.account == second.account
    count = f"SELECT count(*) FROM accounts WHERE sid = '{stranger}'"
    assert nodes.rows(count) == [(1,)]


async def test_a_role_that_is_deleted_while_a_newcomer_gets_it_is_taken_from_them(
    nodes: Nodes,
) -> None:
    here, doomed = await talk(nodes.one), await role(nodes.one)
    newcomer = NewParticipant(identity="ann", role_sid=doomed)

    outcomes = await nodes.race(
        lambda call: participants.create(call, here, newcomer), KEPT, removes(doomed)
    )

    # That every role which is held is there, is looked at after every race.
    assert succeeded(*outcomes) == [True, True]


async def test_a_role_that_is_being_deleted_is_given_to_nobody(nodes: Nodes) -> None:
    here, doomed = await talk(nodes.one), await role(nodes.one)
    newcomer = NewParticipant(identity="ann", role_sid=doomed)

    first, second = await nodes.race(
        removes(doomed),
        "FOR UPDATE",
        lambda call: participants.create(call, here, newcomer),
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.ConversationRoleNotFound)


async def test_a_role_given_by_a_change_and_its_deletion_do_not_wait_for_each_other(
    nodes: Nodes,
) -> None:
    here, doomed = await talk(nodes.one, "ann"), await role(nodes.one)
    change = ParticipantChanges(role_sid=doomed)
    await participants.update(nodes.one, here, "ann", change)

    outcomes = await nodes.race(
        lambda call: participants.update(call, here, "ann", change), KEPT, removes(doomed)
    )

    assert succeeded(*outcomes) == [True, True]


async def test_a_users_role_given_by_a_change_and_its_deletion_do_not_wait_for_each_other(
    nodes: Nodes,
) -> None:
    await talk(nodes.one, "ann")
    doomed = await role(nodes.one, "service")
    change = UserChanges(role_sid=doomed)
    await users.update(nodes.one, "ann", change)

    outcomes = await nodes.race(
        lambda call: users.update(call, "ann", change), KEPT, removes(doomed)
    )

    assert succeeded(*outcomes) == [True, True]


async def test_a_role_that_was_the_default_is_deleted_while_a_newcomer_gets_it(
    nodes: Nodes,
) -> None:
    here, doomed = await talk(nodes.one), await role(nodes.one)
    user_role, heir = await role(nodes.one, "service"), await role(nodes.one)
    await configures(default_conversation_role_sid=doomed, default_chat_service_role_sid=user_role)(
        nodes.one
    )

    async def replace_and_remove(call: Call) -> None:
        await configures(default_conversation_role_sid=heir)(call)
        await roles.delete(call, doomed)

    outcomes = await nodes.race(
        joins(here, "ann"), "default_conversation_role_sid WHERE", replace_and_remove
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT role_sid FROM participants") == [(heir,)]


async def test_a_role_becomes_a_default_or_is_deleted(nodes: Nodes) -> None:
    wanted = await role(nodes.one)

    first, second = await nodes.race(
        configures(default_conversation_role_sid=wanted), KEPT, removes(wanted)
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.Conflict)


async def test_a_role_is_deleted_or_becomes_a_default(nodes: Nodes) -> None:
    wanted = await role(nodes.one)

    first, second = await nodes.race(
        removes(wanted), "FOR UPDATE", configures(default_conversation_role_sid=wanted)
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.ConversationRoleNotFound)


async def test_a_service_becomes_the_default_or_is_deleted(nodes: Nodes) -> None:
    service = (await services.create(nodes.one, "Elsewhere")).sid
    wanted = AccountChanges(default_service_sid=service)

    first, second = await nodes.race(
        lambda call: configuration.update_account(call, wanted),
        "FROM services",
        lambda call: services.delete(call, service),
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.Conflict)


async def test_two_settings_of_a_service_are_both_kept(nodes: Nodes) -> None:
    wanted = await role(nodes.one)

    outcomes = await nodes.race(
        configures(default_conversation_role_sid=wanted),
        "FOR NO KEY UPDATE",
        configures(reachability_enabled=1),
    )

    assert succeeded(*outcomes) == [True, True]
    query = "SELECT default_conversation_role_sid, reachability_enabled FROM services"
    assert nodes.rows(query) == [(wanted, 1)]


@pytest.mark.parametrize("already", [False, True])
async def test_what_two_say_of_notifications_is_both_kept(nodes: Nodes, already: bool) -> None:
    def says(**settings: Any) -> Act:
        return lambda call: notifications.update(call, Notifications(**settings))

    if already:
        await says(log_enabled=1)(nodes.one)
    outcomes = await nodes.race(
        says(new_message_template="one"),
        "FROM service_notifications",
        says(new_message_sound="two"),
    )

    assert succeeded(*outcomes) == [True, True]
    kept = await notifications.fetch(nodes.one)
    assert (kept.new_message_template, kept.new_message_sound) == ("one", "two")


@pytest.mark.parametrize("already", [False, True])
async def test_what_two_say_of_a_services_webhooks_is_both_kept(
    nodes: Nodes, already: bool
) -> None:
    def says(**settings: Any) -> Act:
        changes = ServiceWebhooksChanges(**settings)
        return lambda call: configuration_webhooks.update_service(call, changes)

    if already:
        await says(method="POST")(nodes.one)
    outcomes = await nodes.race(
        says(pre_webhook_url="http://one"),
        "INSERT INTO service_webhooks",
        says(post_webhook_url="http://two"),
    )

    assert succeeded(*outcomes) == [True, True]
    kept = await configuration_webhooks.fetch_service(nodes.one)
    assert (kept.pre_webhook_url, kept.post_webhook_url) == ("http://one", "http://two")


async def test_no_conversation_gets_more_webhooks_than_it_may(nodes: Nodes) -> None:
    here = await talk(nodes.one)

    def add(call: Call) -> Any:
        return webhooks.create(call, here, "studio", WebhookChanges(flow_sid="FW" + "1" * 32))

    for _ in range(4):
        await add(nodes.one)

    first, second = await nodes.race(add, "INSERT INTO conversation_webhooks", add)

    assert succeeded(first) == [True]
    assert isinstance(second, errors.TooManyWebhooks)


async def test_two_changes_of_a_conversation_are_both_kept(nodes: Nodes) -> None:
    here = await talk(nodes.one)

    def says(**given: str) -> Act:
        return lambda call: conversations.update(call, here, ConversationChanges(**given))

    outcomes = await nodes.race(
        says(friendly_name="one"), "FOR NO KEY UPDATE", says(attributes='{"two":2}')
    )

    assert succeeded(*outcomes) == [True, True]
    kept = await conversations.fetch(nodes.one, here)
    assert (kept.friendly_name, kept.attributes) == ("one", '{"two":2}')


async def test_a_unique_name_is_had_once_across_nodes(nodes: Nodes) -> None:
    def make(call: Call) -> Any:
        return conversations.create(call, ConversationChanges(unique_name="the one"))

    first, second = await nodes.race(make, "INSERT INTO conversations", make)

    assert succeeded(first) == [True]
    assert isinstance(second, errors.UniqueNameTaken)


async def test_nobody_joins_a_conversation_that_is_being_deleted(nodes: Nodes) -> None:
    here = await talk(nodes.one)

    first, second = await nodes.race(
        lambda call: conversations.delete(call, here),
        "DELETE FROM conversations",
        joins(here, "ann"),
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.NotFound)
