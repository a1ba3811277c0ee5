"""A conversation that is made together with its participants: all of them, or nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from domain.scenes import MINUTE, kinds, payload, refused, talk, written
from partywire import errors
from partywire.config import Limits
from partywire.domain import configuration, conversations, participants, users
from partywire.domain.call import Call
from partywire.domain.conversation_with_participants import create
from partywire.model.accounts import AccountChanges
from partywire.model.conversations import Conversation, ConversationChanges, State
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant, Participant

PHONE, PROXY = "+15550001", "+15550100"


async def made(call: Call, *people: dict[str, Any], **changes: Any) -> Conversation:
    new = [NewParticipant(**person) for person in people]
    return await create(call, ConversationChanges(**changes), new)


async def people_of(call: Call, sid: str) -> list[Participant]:
    return (await participants.page(call, sid, PageRequest(50))).items


async def test_without_participants_it_is_an_ordinary_conversation(call: Call) -> None:
    async with written(call) as found:
        room = await made(call, friendly_name="Tea", unique_name="tea")
    assert room.state == "active"
    assert room == await conversations.fetch(call, "tea")
    assert kinds(found) == ["conversation.added"]


@pytest.mark.parametrize("state", ["active", "inactive"])
async def test_it_is_born_initializing_and_ends_in_the_state_that_is_asked_for(
    call: Call, state: State
) -> None:
    async with written(call) as found:
        first = await made(call, {"identity": "ada"}, {"identity": "ben"}, state=state)
    assert first.state == "initializing"
    last = await conversations.fetch(call, first.sid)
    assert last == replace(first, state=state)
    assert kinds(found) == [
        "conversation.added",
        "user.added",
        "user.added",
        "participant.added",
        "participant.added",
        "conversation.updated",
    ]
    assert (found[0].payload, found[-1].payload) == (payload(first), payload(last))


async def test_each_participant_takes_what_is_given(call: Call) -> None:
    there = await talk(call, "eve")
    role = (await participants.fetch(call, there.sid, "eve")).role_sid
    room = await made(
        call,
        {"identity": "ada", "attributes": "[1]", "role_sid": role, "date_created": 1000},
        {"address": PHONE, "proxy_address": PROXY},
        {"identity": "eve"},
    )
    ada, phone, eve = await people_of(call, room.sid)
    assert (ada.identity, ada.attributes, ada.date_created) == ("ada", "[1]", 1000)
    assert (phone.messaging_type, phone.address, phone.proxy_address) == ("sms", PHONE, PROXY)
    assert eve.user_sid == (await users.fetch(call, "eve")).sid


async def test_it_has_the_account_s_default_timers(call: Call) -> None:
    given = AccountChanges(default_inactive_timer="PT1M")
    await configuration.update_account(call, given)
    room = await made(call, {"identity": "ada"})
    assert room.date_inactive == call.now + MINUTE


@pytest.mark.parametrize(
    ("people", "changes", "error"),
    [
        ([{}], {}, errors.IdentityMissing),
        ([{"identity": "US" + "0" * 32}], {}, errors.IdentityLooksLikeSid),
        ([{"identity": "ada"}, {"identity": "ada"}], {}, errors.ParticipantAlreadyExists),
        ([{"identity": "ada", "attributes": "{"}], {}, errors.AttributesNotJson),
        ([{"identity": "ada", "role_sid": "RL9"}], {}, errors.ConversationRoleNotFound),
        ([{"address": PHONE, "proxy_address": PHONE}], {}, errors.AddressEqualsProxy),
        ([{"address": PHONE, "proxy_address": PROXY}] * 2, {}, errors.PairTaken),
        ([{"identity": "ada"}], {"state": "closed"}, errors.CreatedClosed),
        ([{"identity": "ada"}], {"inactive_timer": 1}, errors.InactiveTimerTooShort),
        ([{"identity": "ada"}], {"unique_name": "taken"}, errors.UniqueNameTaken),
        ([{"identity": str(number)} for number in range(11)], {}, errors.TooManyInRequest),
    ],
)
async def test_whatever_is_wrong_nothing_is_made(
    call: Call, people: list[dict[str, str]], changes: dict[str, Any], error: type[errors.ApiError]
) -> None:
    await conversations.create(call, ConversationChanges(unique_name="taken"))
    with refused(call, error):
        await made(call, {"identity": "zoe"}, *people, **changes)


async def test_ten_are_not_too_many(call: Call) -> None:
    room = await made(call, *({"identity": str(number)} for number in range(10)))
    assert len(await people_of(call, room.sid)) == 10


async def test_the_limits_of_conversation_and_user_hold(call: Call) -> None:
    for limits, error in (
        (Limits(participants_per_conversation=1), errors.TooManyParticipants),
        (Limits(conversations_per_user=0), errors.TooManyConversationsForUser),
    ):
        config = replace(call.resources.config, limits=limits)
        tight = replace(call, resources=replace(call.resources, config=config))
        with refused(call, error):
            await made(tight, {"identity": "ada"}, {"identity": "ben"})


async def test_a_taken_pair_is_named_by_the_conversation_that_has_it(call: Call) -> None:
    pair = {"address": PHONE, "proxy_address": PROXY}
    first = await made(call, pair)
    with refused(call, errors.PairTaken, first.sid):
        await made(call, {"identity": "ada"}, pair)
    await conversations.update(call, first.sid, ConversationChanges(state="closed"))
    await made(call, {"identity": "ada"}, pair)


async def test_a_group_is_asked_for_as_a_whole(call: Call) -> None:
    ada = {"identity": "ada", "projected_address": PROXY}
    ben, cy = {"address": PHONE}, {"address": "+15550002"}
    pair = await made(call, ada, ben)
    # On its way to three it looks like the two for a moment, which is nobody's business.
    three = await made(call, ada, ben, cy)
    for people, holder in (((ben, ada), pair), ((cy, ben, ada), three)):
        with refused(call, errors.GroupTaken, holder.sid):
            await made(call, *people)
