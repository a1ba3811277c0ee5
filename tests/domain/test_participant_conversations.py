"""Participant conversations: which conversations an identity, or an address, takes part in."""

import pytest

from domain.scenes import close, elsewhere, refused, talk
from partywire import errors
from partywire.domain import conversations, participant_conversations, participants, users
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.pages import PageRequest
from partywire.model.participant_conversations import ParticipantConversation
from partywire.model.participants import NewParticipant

ADDRESS = "+15550001"


async def found(call: Call, identity: str = "", address: str = "") -> list[ParticipantConversation]:
    page = await participant_conversations.page(call, identity, address, PageRequest(10))
    return page.items


async def by_address(call: Call, talk_sid: str, proxy: str = "+15550100") -> str:
    new = NewParticipant(address=ADDRESS, proxy_address=proxy)
    return (await participants.create(call, talk_sid, new)).sid


async def test_an_identity_s_conversations_are_there_closed_ones_too(call: Call) -> None:
    first, _, third = await talk(call, "ada"), await talk(call, "ben"), await talk(call, "ada")
    await close(call, first.sid)
    rows = await found(call, "ada")
    assert [(row.conversation_sid, row.conversation_state) for row in rows] == [
        (first.sid, "closed"),
        (third.sid, "active"),
    ]
    ada = await users.fetch(call, "ada")
    assert {(row.identity, row.user_sid, row.messaging_type) for row in rows} == {
        ("ada", ada.sid, None)
    }


async def test_what_the_conversation_shows_is_shown(call: Call) -> None:
    changes = ConversationChanges(
        friendly_name="Tea",
        unique_name="tea",
        attributes="[1]",
        state="inactive",
        inactive_timer=60_000,
    )
    room = await talk(call, "ada", changes=changes)
    (row,) = await found(call, "ada")
    for name in ("friendly_name", "unique_name", "attributes", "date_inactive", "created_by"):
        assert getattr(row, name) == getattr(room, name), name
    assert row.conversation_state == room.state
    assert row.participant_sid == (await participants.fetch(call, room.sid, "ada")).sid


async def test_an_address_s_conversations_are_there(call: Call) -> None:
    first, second = await talk(call, "ada"), await talk(call)
    sid = await by_address(call, first.sid)
    await close(call, first.sid)
    again = await by_address(call, second.sid)
    other = await by_address(call, second.sid, "+15550101")
    rows = await found(call, address=ADDRESS)
    assert [row.participant_sid for row in rows] == [sid, again, other]
    assert [row.proxy_address for row in rows] == ["+15550100", "+15550100", "+15550101"]
    assert {(row.identity, row.user_sid, row.address) for row in rows} == {(None, None, ADDRESS)}


@pytest.mark.parametrize("identity", ["Ada", "ad", "ada ", "ben", "US" + "0" * 32])
async def test_an_identity_is_matched_exactly(call: Call, identity: str) -> None:
    await talk(call, "ada")
    assert await found(call, identity) == []


@pytest.mark.parametrize("address", ["15550001", " 15550001", "+1555000", "whatsapp:+15550001"])
async def test_an_address_is_matched_exactly(call: Call, address: str) -> None:
    await by_address(call, (await talk(call)).sid)
    assert await found(call, address=address) == []


async def test_who_left_or_is_elsewhere_is_not_found(call: Call) -> None:
    room, there = await talk(call, "ada"), await elsewhere(call)
    sid = await by_address(call, room.sid)
    assert await found(there, "ada") == await found(there, address=ADDRESS) == []
    await participants.delete(call, room.sid, "ada")
    await participants.delete(call, room.sid, sid)
    assert await found(call, "ada") == await found(call, address=ADDRESS) == []
    await conversations.delete(call, room.sid)


async def test_exactly_one_of_identity_and_address_is_wanted(call: Call) -> None:
    with refused(call, errors.IdentityAndAddress):
        await found(call, "ada", ADDRESS)
    with refused(call, errors.BadRequest, "either Identity or Address"):
        await found(call)
