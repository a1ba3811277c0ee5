"""Who wrote a message: a participant, somebody whom REST only named, or the system."""

import pytest

from domain.scenes import talk
from partywire import errors
from partywire.domain import authors, messages, participants
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges


async def test_a_message_is_a_participant_s_who_was_there_when_it_was_written(call: Call) -> None:
    tea = await talk(call, "ann")
    before = await messages.create(call, tea.sid, MessageChanges(body="Soon", author="bob"))
    hers = await messages.create(call, tea.sid, MessageChanges(body="Milk?", author="ann"))
    await participants.delete(call, tea.sid, "ann")
    assert not authors.is_by(before, "bob")
    assert authors.is_by(await messages.fetch(call, tea.sid, hers.sid), "ann")
    assert not authors.is_by(hers, "bob")


async def test_the_system_is_nobody(call: Call) -> None:
    tea = await talk(call, "system")
    posted = await messages.create(call, tea.sid, MessageChanges(body="Closing soon"))
    assert posted.author == authors.DEFAULT
    assert not authors.is_by(posted, authors.DEFAULT)


async def test_a_message_that_may_be_anybody_s_passes(call: Call) -> None:
    tea = await talk(call, "ann")
    hers = await messages.create(call, tea.sid, MessageChanges(body="Milk?", author="ann"))
    authors.check(hers, None)
    authors.check(hers, "ann")
    with pytest.raises(errors.Forbidden):
        authors.check(hers, "bob")
