"""Bindings: looked for by type and user, and deleted; registered elsewhere."""

import pytest

from conftest import call_of
from domain.deliveries import registered
from domain.scenes import NOBODY, elsewhere, refused
from harness import account
from partywire import errors
from partywire.domain import bindings, services, users
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingFilter
from partywire.model.pages import PageRequest
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
