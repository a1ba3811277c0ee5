"""Group MMS: an account's group of numbers is one open conversation at most."""

import pytest
from msgspec import UNSET, UnsetType

from domain.scenes import close, elsewhere, refused, talk
from domain.test_messaging_bindings import (
    OTHER_PHONE,
    OTHER_PROXY,
    PHONE,
    PROXY,
    changes,
    group,
    joins,
)
from partywire import errors
from partywire.domain import conversations, messages, participants, services, users
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import Participant


async def test_a_group_is_one_conversation_of_an_account(call: Call) -> None:
    first = await group(call, PHONE, OTHER_PHONE)
    for caller in (call, await elsewhere(call)):
        second = await group(caller, OTHER_PHONE)
        with refused(call, errors.GroupTaken, first):
            await joins(caller, second, address=PHONE)
        await close(caller, second)
    await group(call, PHONE)
    await group(call, PHONE, OTHER_PHONE, projected=OTHER_PROXY)


async def test_numbers_alone_are_no_group_until_somebody_shows_as_one(call: Call) -> None:
    first, second = await talk(call), await talk(call, "ada")
    for room in (first, second):
        await joins(call, room.sid, address=PHONE)
        assert (await conversations.fetch(call, room.sid)).group_mms == 0
    await joins(call, first.sid, projected_address=PROXY)
    ada = await participants.fetch(call, second.sid, "ada")
    with refused(call, errors.GroupTaken, first.sid):
        await changes(call, ada, projected_address=PROXY)
    await changes(call, ada, projected_address=OTHER_PROXY)


async def test_a_proxy_takes_a_number_out_of_the_group_and_back(call: Call) -> None:
    first = await group(call, PHONE, OTHER_PHONE)
    (ben,) = [each for each in await everybody(call, first) if each.address == PHONE]
    proxied = await changes(call, ben, proxy_address=PROXY)
    second = await group(call, PHONE, OTHER_PHONE)
    with refused(call, errors.GroupTaken, second):
        await changes(call, proxied, proxy_address=None)
    await close(call, second)
    await changes(call, proxied, proxy_address=None)
    third = await group(call, OTHER_PHONE)
    with refused(call, errors.GroupTaken, first):
        await joins(call, third, address=PHONE)


async def everybody(call: Call, talk_sid: str) -> list[Participant]:
    return (await participants.page(call, talk_sid, PageRequest(50))).items


@pytest.mark.parametrize("end", ["close", "delete", "leave", "user", "service"])
async def test_a_group_is_free_again_once_it_is_over(call: Call, end: str) -> None:
    there = await elsewhere(call)
    first, second = await group(there, PHONE, OTHER_PHONE), await group(call, PHONE)
    if end == "close":
        await close(there, first)
    elif end == "delete":
        await conversations.delete(there, first)
    elif end == "leave":
        (ben,) = [each for each in await everybody(there, first) if each.address == PHONE]
        await participants.delete(there, first, ben.sid)
    elif end == "user":
        await users.delete(there, "ada")
        assert (await conversations.fetch(there, first)).group_mms == 0
    else:
        await services.delete(call, there.service_sid)
    await joins(call, second, address=OTHER_PHONE)
    third = await group(call, PHONE)
    with refused(call, errors.GroupTaken, second):
        await joins(call, third, address=OTHER_PHONE)


async def test_who_leaves_is_not_held_back_by_a_group_that_looks_the_same(call: Call) -> None:
    first = await group(call, PHONE)
    second = await group(call, OTHER_PHONE, PHONE)
    (ben,) = [each for each in await everybody(call, second) if each.address == OTHER_PHONE]
    await participants.delete(call, second, ben.sid)
    assert {each.address for each in await everybody(call, second)} == {PHONE, None}
    third = await group(call)
    with refused(call, errors.GroupTaken, first):
        await joins(call, third, address=PHONE)
    await joins(call, second, address=OTHER_PHONE)


async def test_a_group_has_room_for_ten(call: Call) -> None:
    room = await group(call, *(f"+1555000{number}" for number in range(9)))
    with refused(call, errors.TooManyInGroup):
        await joins(call, room, address="+15550200")
    with refused(call, errors.TooManyInGroup):
        await joins(call, room, identity="ben", projected_address=OTHER_PROXY)
    eve = await joins(call, room, identity="eve")
    with refused(call, errors.TooManyInGroup):
        await changes(call, eve, projected_address=OTHER_PROXY)
    ben = await joins(call, room, address="+15550200", proxy_address=PROXY)
    with refused(call, errors.TooManyInGroup):
        await changes(call, ben, proxy_address=None)


@pytest.mark.parametrize("author", ["ada", PHONE, PROXY])
async def test_whoever_is_in_a_group_may_write_to_it(call: Call, author: str) -> None:
    room = await group(call, PHONE)
    said = await messages.create(call, room, MessageChanges(author=author, body="hello"))
    assert said.author == author
    written_by = {
        each.sid
        for each in await everybody(call, room)
        if author in {each.identity, each.address, each.projected_address}
    }
    assert {said.participant_sid} == written_by


@pytest.mark.parametrize("author", [UNSET, "", "system", "eve", OTHER_PHONE])
async def test_nobody_else_writes_to_a_group(call: Call, author: str | UnsetType) -> None:
    room = await group(call, PHONE)
    given = MessageChanges(author=author, body="hello")
    with refused(call, errors.AuthorNotInGroup):
        await messages.create(call, room, given)
    said = await messages.create(call, room, MessageChanges(author="ada", body="hello"))
    if author is not UNSET:
        with refused(call, errors.AuthorNotInGroup):
            await messages.update(call, room, said.sid, MessageChanges(author=author))
    assert (await messages.update(call, room, said.sid, MessageChanges(body="hi"))).body == "hi"


async def test_whoever_likes_writes_where_there_is_no_group_any_more(call: Call) -> None:
    room = await group(call, PHONE)
    await users.delete(call, "ada")
    said = await messages.create(call, room, MessageChanges(author="eve", body="hello"))
    assert (said.author, said.participant_sid) == ("eve", None)


@pytest.mark.parametrize("leave", ["participant", "user"])
async def test_who_leaves_a_closed_group_makes_it_hold_nothing_anew(call: Call, leave: str) -> None:
    closed = await group(call, PHONE, OTHER_PHONE)
    await joins(call, closed, identity="eve", projected_address=OTHER_PROXY)
    await close(call, closed)
    if leave == "user":
        await users.delete(call, "eve")
        await group(call, OTHER_PHONE, PHONE)
    else:
        for each in await everybody(call, closed):
            if each.identity == "eve" or each.address == PHONE:
                await participants.delete(call, closed, each.sid)
        await group(call, OTHER_PHONE)
