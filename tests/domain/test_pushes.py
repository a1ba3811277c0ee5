"""Why a push came or did not, also where the log says nothing."""

import pytest

from delivery.push.scenes import configured, device, planned
from domain.scenes import NOBODY, elsewhere, talk
from partywire.domain import messages, participants, pushes
from partywire.domain.call import Call
from partywire.domain.pushes import UnknownMessage
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant


async def said(call: Call, *people: str) -> tuple[str, str]:
    """Ann says something to these people: the SIDs of the conversation and of the message."""
    made = await talk(call, "ann", *people)
    message = await messages.create(call, made.sid, MessageChanges(author="ann", body="hi"))
    return made.sid, message.sid


async def test_every_decision_is_told_in_order(call: Call) -> None:
    await configured(call)
    await device(call, "bob", "twilsock", "x")
    conversation_sid, sid = await said(call, "bob", "cem")
    await planned(call)
    found = await pushes.explain(call.resources, sid)
    assert [(push.identity, push.outcome) for push in found.decisions] == [
        ("ann", "author"),
        ("bob", "no_sender"),
        ("cem", "no_binding"),
    ]
    assert (found.message_sid, found.conversation_sid) == (sid, conversation_sid)
    assert found.service_sid == call.service_sid
    assert (found.undecided, found.notes) == ([], [])


async def test_who_came_afterwards_is_named(call: Call) -> None:
    await configured(call)
    conversation_sid, sid = await said(call, "bob")
    await planned(call)
    for new in (NewParticipant(identity="dee"), NewParticipant(identity="eve")):
        await participants.create(call, conversation_sid, new)
    await planned(call)
    found = await pushes.explain(call.resources, sid)
    assert found.undecided == ["dee", "eve"]


async def test_a_service_that_never_asked_for_push_is_told_how(call: Call) -> None:
    _, sid = await said(call, "bob")
    await planned(call)
    found = await pushes.explain(call.resources, sid)
    [note] = found.notes
    assert note.startswith(f"the service {call.service_sid} has never been configured for push")
    assert "NewMessage.Enabled=true" in note
    assert (found.decisions, found.undecided) == ([], [])


async def test_a_service_that_was_configured_later_is_told_so(call: Call) -> None:
    _, sid = await said(call, "bob")
    await planned(call)
    await configured(call)
    [note] = (await pushes.explain(call.resources, sid)).notes
    assert note.startswith("nothing was decided: push was configured after")


async def test_a_service_that_does_not_push_messages_says_so_itself(call: Call) -> None:
    await configured(call, added_to_conversation_enabled=1)
    _, sid = await said(call, "bob")
    await planned(call)
    found = await pushes.explain(call.resources, sid)
    assert [push.outcome for push in found.decisions] == ["type_disabled"]
    assert (found.undecided, found.notes) == ([], [])


async def test_what_nobody_has_come_to_yet_is_told(call: Call) -> None:
    await configured(call)
    _, sid = await said(call, "bob")
    [note] = (await pushes.explain(call.resources, sid)).notes
    assert note.startswith("the server has not decided about all that has happened yet")


async def test_a_deleted_message_is_explained_as_long_as_the_log_knows_it(call: Call) -> None:
    await configured(call)
    conversation_sid, sid = await said(call, "bob")
    await planned(call)
    await messages.delete(call, conversation_sid, sid)
    await planned(call)
    found = await pushes.explain(call.resources, sid)
    assert found.message is None
    assert found.notes == ["the message is deleted"]
    assert len(found.decisions) == 2


async def test_a_message_of_any_account_is_explained(call: Call) -> None:
    there = await elsewhere(call)
    _, sid = await said(there, "bob")
    await planned(call)
    assert (await pushes.explain(call.resources, sid)).service_sid == there.service_sid


@pytest.mark.parametrize("sid", ["IM" + NOBODY, "CH1"])
async def test_a_message_that_nobody_knows_is_none(call: Call, sid: str) -> None:
    with pytest.raises(UnknownMessage, match=sid):
        await pushes.explain(call.resources, sid)
