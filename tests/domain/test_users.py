"""Users: identities known to a service."""

import pytest

from domain.scenes import (
    NOBODY,
    elsewhere,
    kinds,
    later,
    payload,
    refused,
    talk,
    unchanged,
    written,
)
from partywire import errors, sids
from partywire.domain import configuration, conversations, messages, participants, services, users
from partywire.domain.call import Call
from partywire.model.bindings import Binding
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.services import ServiceChanges
from partywire.model.users import Reachability, User, UserChanges
from partywire.storage import bindings as binding_store

TOO_MUCH = '"' + "x" * 16 * 1024 + '"'

UNACCEPTABLE = pytest.mark.parametrize(
    ("changes", "error"),
    [
        (UserChanges(friendly_name="x" * 257), errors.FriendlyNameTooLong),
        (UserChanges(attributes="{"), errors.AttributesNotJson),
        (UserChanges(attributes=TOO_MUCH), errors.AttributesTooLong),
        (UserChanges(role_sid="RL" + NOBODY), errors.RoleNotFound),
    ],
    ids=["long name", "broken attributes", "long attributes", "no such role"],
)


async def test_a_user_starts_plain_with_the_service_s_role(call: Call) -> None:
    user = await users.create(call, "ada", UserChanges())
    service = await services.fetch(call, call.service_sid)
    assert sids.is_sid(user.sid, sids.USER)
    assert (user.identity, user.friendly_name, user.attributes) == ("ada", None, "{}")
    assert user.role_sid == service.default_chat_service_role_sid
    assert user.date_created == user.date_updated == call.now


async def test_a_user_takes_what_is_given_at_birth(call: Call) -> None:
    service = await services.fetch(call, call.service_sid)
    given = UserChanges(
        friendly_name="Ada", attributes='{ "a":1}', role_sid=service.default_chat_service_role_sid
    )
    user = await users.create(call, "ada", given)
    assert given.applied_to(user) == user
    assert await users.fetch(call, "ada") == user


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (None, errors.IdentityMissing),
        ("", errors.IdentityMissing),
        ("x" * 257, errors.IdentityTooLong),
        ("US" + "0aA" + "0" * 29, errors.IdentityLooksLikeSid),
    ],
)
async def test_what_cannot_be_an_identity_is_refused(
    call: Call, identity: str | None, error: type[errors.ApiError]
) -> None:
    with refused(call, error):
        await users.create(call, identity, UserChanges())


@pytest.mark.parametrize("identity", ["x" * 256, " ", "US", "US" + "0" * 31, "CH" + "0" * 32, "/é"])
async def test_an_identity_may_be_almost_anything(call: Call, identity: str) -> None:
    user = await users.create(call, identity, UserChanges())
    assert await users.fetch(call, identity) == user
    assert await users.resolve(call, identity) == user.sid


async def test_an_identity_is_told_apart_by_case(call: Call) -> None:
    lower = await users.create(call, "ada", UserChanges())
    upper = await users.create(call, "Ada", UserChanges())
    assert lower.sid != upper.sid


@UNACCEPTABLE
async def test_a_user_is_not_born_with_unacceptable_values(
    call: Call, changes: UserChanges, error: type[errors.ApiError]
) -> None:
    with refused(call, error):
        await users.create(call, "ada", changes)


@UNACCEPTABLE
async def test_a_user_is_not_changed_to_unacceptable_values(
    call: Call, changes: UserChanges, error: type[errors.ApiError]
) -> None:
    await users.create(call, "ada", UserChanges())
    with refused(call, error):
        await users.update(later(call), "ada", changes)


async def test_a_conversation_role_is_none_for_a_user(call: Call) -> None:
    service = await services.fetch(call, call.service_sid)
    with refused(call, errors.RoleNotFound):
        changes = UserChanges(role_sid=service.default_conversation_role_sid)
        await users.create(call, "ada", changes)


async def test_an_identity_is_taken_once_in_a_service(call: Call) -> None:
    first = await users.create(call, "ada", UserChanges())
    with refused(call, errors.UserAlreadyExists):
        await users.create(call, "ada", UserChanges())
    there = await elsewhere(call)
    assert (await users.create(there, "ada", UserChanges())).sid != first.sid


async def test_nobody_is_born_into_a_service_that_is_gone(call: Call) -> None:
    there = await elsewhere(call)
    await services.delete(call, there.service_sid)
    with refused(call, errors.NotFound):
        await users.create(there, "ada", UserChanges())


async def test_ensuring_a_user_makes_them_once(call: Call) -> None:
    async with written(call) as found, call.database.transaction() as transaction:
        first = await users.ensure(call, transaction, "ada")
        again = await users.ensure(later(call), transaction, "ada")
    assert first == again
    assert kinds(found) == ["user.added"]
    assert found[0].payload == payload(first)


async def test_an_update_changes_what_is_given_and_the_date(call: Call) -> None:
    before = await users.create(call, "ada", UserChanges(attributes="[1]"))
    after = await users.update(later(call), before.sid, UserChanges(friendly_name="Ada"))
    assert (after.friendly_name, after.attributes) == ("Ada", "[1]")
    assert (after.date_created, after.date_updated) == (call.now, later(call).now)
    assert await users.fetch(call, "ada") == after


async def test_an_empty_update_changes_nothing(call: Call) -> None:
    user = await users.create(call, "ada", UserChanges())
    with unchanged(call):
        assert await users.update(later(call), "ada", UserChanges()) == user


@pytest.mark.parametrize("key", ["ada", "US" + NOBODY])
async def test_a_user_who_is_not_there_is_not_found(call: Call, key: str) -> None:
    await users.create(await elsewhere(call), "ada", UserChanges())
    with refused(call, errors.NotFound):
        await users.fetch(call, key)
    for changes in (UserChanges(), UserChanges(friendly_name="Ada")):
        with refused(call, errors.NotFound):
            await users.update(call, key, changes)
    with refused(call, errors.NotFound):
        await users.delete(call, key)


async def test_a_user_of_another_service_is_not_found_by_sid_either(call: Call) -> None:
    there = await elsewhere(call)
    user = await users.create(there, "ada", UserChanges())
    assert await users.fetch(there, user.sid) == user
    with refused(call, errors.NotFound):
        await users.fetch(call, user.sid)
    with refused(call, errors.NotFound):
        await users.update(call, user.sid, UserChanges(friendly_name="Ada"))
    with refused(call, errors.NotFound):
        await users.delete(call, user.sid)


async def test_a_sid_resolves_to_itself_and_an_unknown_identity_to_nobody(call: Call) -> None:
    assert await users.resolve(call, "US" + NOBODY) == "US" + NOBODY
    with pytest.raises(errors.NotFound):
        await users.resolve(call, "ada")


async def test_users_are_listed_in_the_order_of_their_sids(call: Call) -> None:
    made = [await users.create(call, name, UserChanges()) for name in ("cy", "ada", "bob")]
    await users.create(await elsewhere(call), "dan", UserChanges())
    first = await users.page(call, PageRequest(2))
    assert first.items == made[:2]
    rest = await users.page(call, PageRequest(2, first.next))
    assert (rest.items, rest.next) == (made[2:], None)


async def test_a_deleted_user_leaves_every_conversation(call: Call) -> None:
    rooms = [await talk(call, "ada", "bob") for _ in range(2)]
    gone = [await participants.fetch(call, room.sid, "ada") for room in rooms]
    user = await users.fetch(call, "ada")
    async with written(call) as found:
        await users.delete(call, "ada")
    assert kinds(found) == ["participant.removed", "participant.removed", "user.removed"]
    told = {event.conversation_sid: event.payload for event in found}
    assert told == {one.conversation_sid: payload(one) for one in gone} | {None: payload(user)}
    for room in rooms:
        left = (await participants.page(call, room.sid, PageRequest(10))).items
        assert [one.identity for one in left] == ["bob"]


async def test_a_deleted_user_s_messages_stay(call: Call) -> None:
    room = await talk(call, "ada")
    message = await messages.create(call, room.sid, MessageChanges(author="ada", body="hello"))
    await users.delete(call, "ada")
    assert await messages.fetch(call, room.sid, message.sid) == message
    assert (await conversations.fetch(call, room.sid)).next_message_index == 1


async def test_a_deleted_identity_may_come_back_as_somebody_new(call: Call) -> None:
    first = await users.create(call, "ada", UserChanges(friendly_name="Ada"))
    await users.delete(call, first.sid)
    second = await users.create(call, "ada", UserChanges())
    assert second.sid > first.sid
    assert second.friendly_name is None


async def test_reachability_is_shown_while_the_service_shows_it(call: Call) -> None:
    user = await users.create(call, "ada", UserChanges())
    assert await users.reachability(call, user) is None
    for switched, seen in ((1, Reachability(is_online=False, is_notifiable=False)), (0, None)):
        changes = ServiceChanges(reachability_enabled=switched)
        await configuration.update_service(call, changes)
        assert await users.reachability(call, user) == seen


async def test_who_has_a_device_can_be_notified(call: Call) -> None:
    await configuration.update_service(call, ServiceChanges(reachability_enabled=1))
    ada = await users.create(call, "ada", UserChanges())
    ben = await users.create(call, "ben", UserChanges())
    await with_device(call, ada)
    assert await users.reachability(call, ada) == Reachability(is_online=False, is_notifiable=True)
    assert await users.reachability(call, ben) == Reachability(is_online=False, is_notifiable=False)


async def with_device(call: Call, user: User) -> None:
    """Gives the user a device, which no request can do yet."""
    binding = Binding(
        sid=call.sid(sids.BINDING),
        service_sid=call.service_sid,
        user_sid=user.sid,
        identity=user.identity,
        binding_type="fcm",
        endpoint="a device",
        credential_sid=None,
        message_types='["new_message"]',
        date_created=call.now,
        date_updated=call.now,
    )
    async with call.database.transaction() as transaction:
        await binding_store.add(transaction, binding)
