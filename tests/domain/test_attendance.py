"""Who is in a conversation, at a glance."""

from domain.scenes import NOBODY, talk
from partywire.domain import attendance, participants
from partywire.domain.call import Call
from partywire.model.participants import NewParticipant


async def test_all_are_counted_and_users_are_named(call: Call) -> None:
    tea = await talk(call, "ann", "bob")
    await talk(call, "cem")
    someone = NewParticipant(address="+15550001", proxy_address="+15559999")
    await participants.create(call, tea.sid, someone)
    key = (call.service_sid, tea.sid)
    assert await attendance.count(call, tea.sid) == 3
    assert sorted(await attendance.identities(call.database, *key)) == ["ann", "bob"]


async def test_nobody_is_in_what_is_not_there(call: Call) -> None:
    assert await attendance.count(call, "CH" + NOBODY) == 0
    assert await attendance.identities(call.database, call.service_sid, "CH" + NOBODY) == []
