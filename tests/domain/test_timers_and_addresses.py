"""Pairs and groups of addresses are free once the closed timer has ended, whoever notices."""

import pytest
from msgspec.structs import replace

from domain.ends import BOTH, CLOSED, brief, fire
from domain.scenes import elsewhere, later, refused, talk, written
from domain.test_messaging_bindings import OTHER_PHONE, OTHER_PROXY, PHONE, PROXY, changes, joins
from partywire import errors
from partywire.domain import conversation_with_participants, conversations, participants
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.participants import NewParticipant
from partywire.storage.database import Again

PAIR = {"address": PHONE, "proxy_address": PROXY}


async def test_a_pair_is_held_until_the_timer_ends_and_had_by_who_asks_then(call: Call) -> None:
    here = await talk(call, changes=BOTH)
    await joins(call, here.sid, **PAIR)
    asker = replace(await elsewhere(call), now=call.now + CLOSED - 1)
    there = (await talk(asker)).sid
    with refused(call, errors.PairTaken):
        await joins(asker, there, **PAIR)

    async with written(call) as events:
        taken = await until_done(lambda: joins(later(asker, 1), there, **PAIR))

    assert taken.address == PHONE
    assert [each[1:] for each in brief(events)] == [
        ("inactive", "TIMER", here.date_inactive),
        ("closed", "TIMER", here.date_closed),
    ]
    assert await fire(later(asker, 1)) == 0


async def test_who_learns_it_begins_again(call: Call) -> None:
    here, there = await talk(call, changes=BOTH), await talk(call)
    await joins(call, here.sid, **PAIR)
    with pytest.raises(Again):
        await joins(later(call, CLOSED), there.sid, **PAIR)
    await joins(later(call, CLOSED), there.sid, **PAIR)


async def test_a_participant_takes_a_pair_that_is_over_by_an_update(call: Call) -> None:
    here, there = await talk(call, changes=BOTH), await talk(call)
    await joins(call, here.sid, **PAIR)
    who = await joins(call, there.sid, address=PHONE, proxy_address=OTHER_PROXY)
    then = later(call, CLOSED)
    changed = await until_done(lambda: changes(then, who, proxy_address=PROXY))
    assert changed.proxy_address == PROXY


async def test_a_group_is_free_as_well(call: Call) -> None:
    here = await talk(call, changes=BOTH)
    people = [
        NewParticipant(identity="ada", projected_address=PROXY),
        NewParticipant(address=PHONE),
        NewParticipant(address=OTHER_PHONE),
    ]
    for new in people:
        await joins(call, here.sid, **new.given())
    then = later(call, CLOSED)
    nothing = ConversationChanges()
    with refused(call, errors.GroupTaken):
        await conversation_with_participants.create(call, nothing, people)

    await until_done(lambda: conversation_with_participants.create(then, nothing, people))

    assert (await conversations.fetch(call, here.sid)).state == "closed"


async def test_what_the_duty_closes_lets_go_of_its_addresses(call: Call) -> None:
    here, there = await talk(call, changes=BOTH), await talk(call)
    await joins(call, here.sid, **PAIR)
    await fire(later(call, CLOSED))
    await joins(call, there.sid, **PAIR)


async def test_who_leaves_a_group_that_is_over_leaves_no_group_behind(call: Call) -> None:
    here = await talk(call, changes=BOTH)
    await joins(call, here.sid, identity="ada", projected_address=PROXY)
    await joins(call, here.sid, address=PHONE)
    gone = await joins(call, here.sid, address=OTHER_PHONE)
    then = later(call, CLOSED)
    await participants.delete(then, here.sid, gone.sid)

    there = await talk(then)
    await joins(then, there.sid, identity="ada", projected_address=PROXY)
    await joins(then, there.sid, address=PHONE)
