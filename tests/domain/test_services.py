"""Services: born with their roles, seen by their account only, deleted with all they hold."""

import msgspec
import pytest

from conftest import call_of
from domain.scenes import elsewhere, left, refused, talk
from harness import account
from partywire import errors, sids
from partywire.domain import services
from partywire.domain.call import Call
from partywire.model.pages import PageRequest
from partywire.storage import roles as role_store


async def test_a_service_is_born_with_the_roles_that_newcomers_get(call: Call) -> None:
    service = await services.create(call, "Support")
    wanted = {
        service.default_conversation_creator_role_sid: "channel admin",
        service.default_conversation_role_sid: "channel user",
        service.default_chat_service_role_sid: "service user",
    }
    assert len(wanted) == 3
    for sid, name in wanted.items():
        role = await role_store.fetch(call.database, service.sid, sid)
        assert role is not None
        assert role.friendly_name == name


async def test_a_service_shows_its_name_and_when_it_was_made(call: Call) -> None:
    service = await services.create(call, "Support")
    assert sids.is_sid(service.sid, sids.SERVICE)
    assert (service.friendly_name, service.account) == ("Support", call.scope.account)
    assert service.date_created == service.date_updated == call.now
    assert await services.fetch(call, service.sid) == service


@pytest.mark.parametrize("name", [None, ""])
async def test_a_service_needs_a_name(call: Call, name: str | None) -> None:
    with refused(call, errors.FriendlyNameMissing):
        await services.create(call, name)


async def test_a_service_s_name_may_have_256_characters_and_no_more(call: Call) -> None:
    assert len((await services.create(call, "é" * 256)).friendly_name) == 256
    with refused(call, errors.FriendlyNameTooLong):
        await services.create(call, "é" * 257)


async def test_an_account_lists_its_own_services_only(call: Call) -> None:
    made = [await services.create(call, f"service {number}") for number in range(3)]
    other = await call_of(call.resources, account()[0])
    foreign = await services.create(other, "foreign")
    seen = (await services.page(call, PageRequest(10))).items
    assert [service.sid for service in seen] == [call.service_sid, *(one.sid for one in made)]
    with refused(call, errors.NotFound):
        await services.fetch(call, foreign.sid)
    with refused(call, errors.NotFound):
        await services.delete(call, foreign.sid)


async def test_a_deleted_service_takes_everything_in_it_along(call: Call) -> None:
    inside = await elsewhere(call)
    held = await talk(inside, "ada", messages_posted=2)
    kept = await talk(call, "ada")
    await services.delete(call, inside.service_sid)
    remains = left(call.resources)
    assert held.sid not in remains
    assert inside.service_sid not in remains
    assert kept.sid in remains


async def test_a_service_is_deleted_once(call: Call) -> None:
    service = await services.create(call, "Support")
    await services.delete(call, service.sid)
    with refused(call, errors.NotFound):
        await services.delete(call, service.sid)
    with refused(call, errors.NotFound):
        await services.fetch(call, service.sid)


async def test_the_default_service_cannot_be_deleted(call: Call) -> None:
    with refused(call, errors.Conflict, "default service"):
        await services.delete(call, call.service_sid)


async def test_a_service_s_roles_hold_permissions_as_json(call: Call) -> None:
    service = await services.create(call, "Support")
    role = await role_store.fetch(call.database, service.sid, service.default_conversation_role_sid)
    assert role is not None
    assert "sendMessage" in msgspec.json.decode(role.permissions)
