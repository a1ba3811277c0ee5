"""Bindings: registered, looked for by type and user, and deleted."""

import asyncio
import json

import pytest

from conftest import call_of
from domain.deliveries import registered
from domain.scenes import NOBODY, elsewhere, later, refused, written
from harness import account
from partywire import errors
from partywire.domain import bindings, configuration, credentials, services, users
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingFilter, BindingType, NewBinding
from partywire.model.credentials import PushCredentialChanges, PushType
from partywire.model.pages import PageRequest
from partywire.model.services import ServiceChanges
from partywire.model.users import UserChanges

ALL = BindingFilter()


async def listed(call: Call, wanted: BindingFilter = ALL) -> list[Binding]:
    return (await bindings.page(call, wanted, PageRequest(100))).items


async def test_a_binding_is_found_by_its_sid_in_its_service(call: Call) -> None:
    binding = await registered(call, "ada")
    assert await bindings.fetch(call, binding.sid) == binding
    stranger = await call_of(call.resources, account()[0])
    for other in (await elsewhere(call), stranger):
        assert await listed(other) == []
        with refused(call, errors.NotFound):
            await bindings.fetch(other, binding.sid)
        with refused(call, errors.NotFound):
            await bindings.delete(other, binding.sid)


@pytest.mark.parametrize("sid", ["BS" + NOBODY, "ada", ""])
async def test_a_binding_that_is_not_there_is_not_found(call: Call, sid: str) -> None:
    await registered(call, "ada")
    with refused(call, errors.NotFound):
        await bindings.fetch(call, sid)
    with refused(call, errors.NotFound):
        await bindings.delete(call, sid)


async def test_bindings_are_looked_for_by_type_and_by_user(call: Call) -> None:
    phone = await registered(call, "ada", "apn")
    tablet = await registered(call, "ada", "fcm")
    other = await registered(call, "bob", "fcm")
    assert await listed(call) == [phone, tablet, other]
    assert await listed(call, BindingFilter(types=("fcm",))) == [tablet, other]
    assert await listed(call, BindingFilter(identities=("ada",))) == [phone, tablet]
    both = BindingFilter(types=("apn", "gcm"), identities=("bob", "ada"))
    assert await listed(call, both) == [phone]
    assert await listed(call, BindingFilter(identities=("Ada",))) == []


async def test_100_users_are_looked_for_at_once_and_no_more(call: Call) -> None:
    binding = await registered(call, "user 99")
    hundred = tuple(f"user {number}" for number in range(100))
    assert await listed(call, BindingFilter(identities=hundred)) == [binding]
    with refused(call, errors.BadRequest, "at most 100"):
        await listed(call, BindingFilter(identities=(*hundred, "one more")))


async def test_a_binding_is_deleted_once(call: Call) -> None:
    binding, kept = await registered(call, "ada"), await registered(call, "ada")
    await bindings.delete(call, binding.sid)
    assert await listed(call) == [kept]
    with refused(call, errors.NotFound):
        await bindings.delete(call, binding.sid)


async def test_a_deleted_user_has_no_bindings(call: Call) -> None:
    binding, kept = await registered(call, "ada"), await registered(call, "bob")
    await users.delete(call, "ada")
    await users.create(call, "ada", UserChanges())
    assert await listed(call) == [kept]
    with refused(call, errors.NotFound):
        await bindings.fetch(call, binding.sid)


async def test_a_deleted_service_has_no_bindings(call: Call) -> None:
    there = await elsewhere(call)
    await registered(there, "ada")
    kept = await registered(call, "ada")
    await services.delete(call, there.service_sid)
    assert await listed(there) == []
    assert await listed(call) == [kept]


BROWSER = json.dumps(
    {
        "endpoint": "https://push.example/x",
        "keys": {"p256dh": "BA" + "A" * 85, "auth": "A" * 22},
    }
)


async def credential(call: Call, kind: PushType) -> str:
    return (await credentials.create(call, PushCredentialChanges(type=kind), {})).sid


def new(kind: BindingType, endpoint: str, sid: str | None = None, *wants: str) -> NewBinding:
    return NewBinding(
        binding_type=kind,
        endpoint=endpoint,
        credential_sid=sid,
        message_types=wants or ("new_message",),
    )


async def test_a_device_is_registered_for_what_it_wants(call: Call) -> None:
    user = await users.create(call, "ada", UserChanges())
    sid = await credential(call, "apn")
    wants = ("new_message", "added_to_conversation", "new_message")
    made = await bindings.create(call, "ada", new("apn", "aB" * 32, sid, *wants))
    assert await listed(call) == [made]
    assert (made.user_sid, made.identity, made.credential_sid) == (user.sid, "ada", sid)
    assert made.message_types == '["new_message","added_to_conversation"]'
    browser = await bindings.create(call, "ada", new("webpush", BROWSER))
    assert await listed(call) == [made, browser]


async def test_a_device_that_is_registered_again_is_the_same(call: Call) -> None:
    await users.create(call, "ada", UserChanges())
    first, other = await credential(call, "fcm"), await credential(call, "gcm")
    made = await bindings.create(call, "ada", new("fcm", "phone", first))
    afterwards = later(call)
    wants = ("removed_from_conversation",)
    again = await bindings.create(afterwards, "ada", new("fcm", "phone", other, *wants))
    assert (again.sid, again.date_created) == (made.sid, made.date_created)
    assert again.date_updated == afterwards.now
    assert await listed(call) == [again]


@pytest.mark.parametrize(
    ("kind", "endpoint", "of", "wants", "match"),
    [
        ("fcm", "phone", "fcm", ("new_channel",), "message types must be"),
        ("fcm", "", "fcm", (), "endpoint is empty"),
        ("fcm", "x" * 5000, "fcm", (), "too long"),
        ("fcm", "a\nb", "fcm", (), "control characters"),
        ("apn", "phone", "apn", (), "hexadecimal"),
        ("apn", "ab", "fcm", (), "is a credential of type fcm, not apn"),
        ("fcm", "phone", "apn", (), "is a credential of type apn, not fcm"),
        ("fcm", "phone", None, (), "the account has no credential"),
        ("webpush", BROWSER, "fcm", (), "takes no credential"),
        ("webpush", "https://push.example", None, (), "not the JSON of a subscription"),
        ("twilsock", "x", "fcm", (), "takes no credential"),
    ],
)
async def test_what_cannot_be_registered_is_refused(
    call: Call,
    kind: BindingType,
    endpoint: str,
    of: PushType | None,
    wants: tuple[str, ...],
    match: str,
) -> None:
    await users.create(call, "ada", UserChanges())
    sid = None if of is None else await credential(call, of)
    with refused(call, errors.BadRequest, match):
        await bindings.create(call, "ada", new(kind, endpoint, sid, *wants))


async def test_another_account_s_credential_is_none(call: Call) -> None:
    await users.create(call, "ada", UserChanges())
    sid = await credential(await call_of(call.resources, account()[0]), "fcm")
    with refused(call, errors.BadRequest, f"the account has no credential {sid}"):
        await bindings.create(call, "ada", new("fcm", "phone", sid))


async def test_nobody_has_a_device(call: Call) -> None:
    sid = await credential(call, "fcm")
    with refused(call, errors.NotFound):
        await bindings.create(call, "ada", new("fcm", "phone", sid))


async def test_a_device_that_wants_nothing_is_refused(call: Call) -> None:
    await users.create(call, "ada", UserChanges())
    nothing = NewBinding(binding_type="webpush", endpoint=BROWSER, message_types=())
    with refused(call, errors.BadRequest, "message types must be"):
        await bindings.create(call, "ada", nothing)


async def test_a_device_is_forgotten_as_often_as_it_wants(call: Call) -> None:
    binding = await registered(call, "ada", "fcm")
    await bindings.forget(call, "ada", "fcm", "another")
    await bindings.forget(call, "bob", "fcm", binding.endpoint)
    assert await listed(call) == [binding]
    for _ in range(2):
        await bindings.forget(call, "ada", "fcm", binding.endpoint)
        assert await listed(call) == []


async def test_the_first_device_and_the_end_of_the_last_are_told_where_it_is_shown(
    call: Call,
) -> None:
    user = await users.create(call, "ada", UserChanges())
    sid = await credential(call, "fcm")
    async with written(call) as told:
        await bindings.create(call, "ada", new("fcm", "hidden", sid))
        await bindings.forget(call, "ada", "fcm", "hidden")
    assert told == []
    await configuration.update_service(call, ServiceChanges(reachability_enabled=1))
    async with written(call) as told:
        first = await bindings.create(call, "ada", new("fcm", "phone", sid))
        await bindings.create(call, "ada", new("fcm", "phone", sid))
        await bindings.create(call, "ada", new("fcm", "tablet", sid))
        await bindings.delete(call, first.sid)
        await bindings.forget(call, "ada", "fcm", "tablet")
        await bindings.forget(call, "ada", "fcm", "tablet")
    reached = [json.loads(each.payload) for each in told]
    assert [each["is_notifiable"] for each in reached] == [True, False]
    assert {(each["user_sid"], each["is_online"]) for each in reached} == {(user.sid, False)}
    assert {(each.kind, each.user_sid) for each in told} == {("user.reached", user.sid)}


def phone(endpoint: str, kind: BindingType = "webpush") -> NewBinding:
    """A device as it is registered, of a kind that wants no credential."""
    keys = {"p256dh": "BA" + "A" * 85, "auth": "A" * 22}
    named = json.dumps({"endpoint": f"https://push.example/{endpoint}", "keys": keys})
    return NewBinding(binding_type=kind, endpoint=named, message_types=("new_message",))


async def test_a_device_that_changes_hands_is_its_former_user_s_no_more(call: Call) -> None:
    """Who has the phone now is not to read what is written to who had it before."""
    for identity in ("ada", "bob"):
        await users.create(call, identity, UserChanges())
    first = await bindings.create(call, "ada", phone("x"))
    kept = await bindings.create(call, "ada", phone("y"))
    second = await bindings.create(call, "bob", phone("x"))
    assert await listed(call) == [kept, second]
    assert await bindings.create(call, "bob", phone("x")) == second
    third = await bindings.create(call, "ada", phone("x"))
    assert await listed(call) == [kept, third]
    assert len({first.sid, second.sid, third.sid}) == 3


async def test_devices_that_begin_alike_are_two(call: Call) -> None:
    for identity in ("ada", "bob"):
        await users.create(call, identity, UserChanges())
    long = "x" * 3000
    found = [
        await bindings.create(call, "ada", phone(f"{long}1")),
        await bindings.create(call, "bob", phone(f"{long}2")),
    ]
    assert await listed(call) == found


async def test_a_device_may_have_a_user_in_each_service(call: Call) -> None:
    there = await elsewhere(call)
    for one in (call, there):
        await users.create(one, "ada", UserChanges())
        await bindings.create(one, "ada", phone("x"))
    assert (len(await listed(call)), len(await listed(there))) == (1, 1)


async def test_a_device_that_changes_hands_all_the_time_has_one_user_at_the_end(
    call: Call,
) -> None:
    people = [f"user{number}" for number in range(6)]
    for identity in people:
        await users.create(call, identity, UserChanges())
    await bindings.create(call, people[0], phone("x"))
    for _ in range(5):
        await asyncio.gather(*(bindings.create(call, who, phone("x")) for who in people))
    await bindings.create(call, people[3], phone("x"))
    assert [binding.identity for binding in await listed(call)] == [people[3]]
