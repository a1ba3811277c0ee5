"""A conversation before it is made: what may be given, and what becomes of it."""

import pytest
from msgspec.structs import replace

from domain.gatekeepers import Gatekeeper, guarded
from domain.scenes import MINUTE, talk, unchanged
from partywire import errors, sids
from partywire.domain import drafts
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges, Opening
from storage import rows


async def test_a_draft_has_what_is_given_and_the_defaults_for_the_rest(call: Call) -> None:
    with unchanged(call):
        draft = await drafts.draft(call, call.database, ConversationChanges(friendly_name="Tea"))
    assert (draft.friendly_name, draft.unique_name, draft.state) == ("Tea", None, "active")
    assert (draft.created_by, draft.date_created) == ("system", call.now)
    assert sids.is_sid(draft.sid, sids.CONVERSATION)


async def test_a_draft_takes_the_sid_that_it_is_given(call: Call) -> None:
    sid = rows.sid("CH", 7)
    draft = await drafts.draft(call, call.database, ConversationChanges(date_created=5), sid)
    assert (draft.sid, draft.date_created, draft.date_updated) == (sid, 5, 5)


async def test_there_is_no_draft_in_an_account_that_is_gone(call: Call) -> None:
    gone = replace(call, scope=replace(call.scope, account=rows.sid("AC", 99)))
    with pytest.raises(errors.NotFound):
        await drafts.draft(gone, gone.database, ConversationChanges())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (ConversationChanges(state="closed"), errors.CreatedClosed),
        (ConversationChanges(friendly_name="x" * 257), errors.FriendlyNameTooLong),
        (ConversationChanges(unique_name="x" * 257), errors.UniqueNameTooLong),
        (ConversationChanges(unique_name=rows.sid("CH", 1)), errors.UniqueNameLooksLikeSid),
        (ConversationChanges(attributes="{"), errors.AttributesNotJson),
        (ConversationChanges(inactive_timer=MINUTE - 1), errors.InactiveTimerTooShort),
        (ConversationChanges(closed_timer=MINUTE), errors.ClosedTimerTooShort),
    ],
)
async def test_what_no_conversation_can_be_made_with_is_refused(
    call: Call, changes: ConversationChanges, error: type[errors.ApiError]
) -> None:
    with pytest.raises(error):
        drafts.check_new(call, changes)


async def test_a_name_is_taken_by_everybody_but_oneself(call: Call) -> None:
    tea = await talk(call, changes=ConversationChanges(unique_name="tea"))
    wanted = ConversationChanges(unique_name="tea")
    await drafts.check_name(call, wanted, tea.sid)
    await drafts.check_name(call, ConversationChanges(unique_name=None), None)
    for own in (None, rows.sid("CH", 9)):
        with pytest.raises(errors.UniqueNameTaken):
            await drafts.check_name(call, wanted, own)


async def test_the_gate_is_told_of_the_message_with_which_a_conversation_begins(call: Call) -> None:
    gate = Gatekeeper(lambda _: {"friendly_name": "From a phone"})
    opening = Opening(address="+15550001", proxy_address="+15550002", body="Hi")
    found = await drafts.permitted(guarded(call, gate), ConversationChanges(), opening)
    assert found == ConversationChanges(friendly_name="From a phone")
    (asked,) = gate.asked
    assert (asked.kind, asked.opening) == ("conversation.add", opening)
