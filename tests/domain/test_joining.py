"""Who somebody will be in a conversation, and whether there is room for them."""

import pytest
from msgspec.structs import replace

from domain.gatekeepers import Gatekeeper, guarded
from domain.scenes import talk
from partywire import errors
from partywire.domain import joining, participants
from partywire.domain.call import Call
from partywire.model.participants import NewParticipant
from storage import rows

SID = rows.sid("CH", 1)


async def test_a_newcomer_is_made_of_what_is_given(call: Call) -> None:
    made = joining.newcomer(call, SID, NewParticipant(identity="ann", attributes="[]"))
    assert (made.conversation_sid, made.identity, made.attributes) == (SID, "ann", "[]")
    assert (made.messaging_type, made.user_sid, made.role_sid) == (None, None, None)
    assert made.date_created == made.date_updated == call.now


async def test_a_blank_identity_is_none(call: Call) -> None:
    new = NewParticipant(identity="", address="+15550001", proxy_address="+15550002")
    made = joining.newcomer(call, SID, new)
    assert (made.identity, made.messaging_type) == (None, "sms")


async def test_only_a_user_without_a_role_is_given_one(call: Call) -> None:
    tea = await talk(call, "ann")
    ann = await participants.fetch(call, tea.sid, "ann")
    nameless = replace(ann, user_sid=None, identity=None, role_sid=None)
    async with call.database.transaction() as transaction:
        assert await joining.with_role(call, transaction, ann) == ann
        assert await joining.with_role(call, transaction, nameless) == nameless
        bare = replace(ann, role_sid=None)
        assert await joining.with_role(call, transaction, bare) == ann
    assert await joining.expected(call, bare) == ann
    assert await joining.expected(call, nameless) == nameless


async def test_a_service_that_is_gone_has_no_role_to_give(call: Call) -> None:
    gone = replace(call, scope=replace(call.scope, service_sid=rows.sid("IS", 99)))
    with pytest.raises(errors.NotFound):
        await joining.expected(gone, rows.participant())


async def test_whoever_is_there_finds_no_room(call: Call) -> None:
    tea = await talk(call, "ann")
    ann = await participants.fetch(call, tea.sid, "ann")
    async with call.database.transaction() as transaction:
        with pytest.raises(errors.ParticipantAlreadyExists):
            await joining.room(call, transaction, ann)


async def test_an_identity_is_for_a_number_in_a_group_that_has_none(call: Call) -> None:
    number = rows.participant(user_sid=None, identity=None, projected_address="+15550003")
    joining.check_identifiable(call, number, "ann")
    joining.check_identifiable(call, rows.participant(), "user1")
    with pytest.raises(errors.IdentityMissing):
        joining.check_identifiable(call, number, "")
    for settled in (rows.participant(), replace(number, projected_address=None)):
        with pytest.raises(errors.IdentityNotSettable):
            joining.check_identifiable(call, settled, "ann")


async def test_the_gate_is_asked_about_somebody_who_may_join(call: Call) -> None:
    tea = await talk(call, "ann")
    gate = Gatekeeper()
    await joining.permitted(guarded(call, gate), tea.sid, NewParticipant(identity="bob"))
    assert [asked.thing.identity for asked in gate.asked] == ["bob"]
    with pytest.raises(errors.ParticipantAlreadyExists):
        await joining.permitted(guarded(call, gate), tea.sid, NewParticipant(identity="ann"))
    assert len(gate.asked) == 1
