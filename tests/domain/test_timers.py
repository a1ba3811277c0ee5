"""A conversation's timers: both run from the same start, and activity restarts them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from domain.ends import fire
from domain.scenes import HOUR, MINUTE, close, kinds, later, talk, written
from partywire.domain import conversations, messages, participants
from partywire.domain.call import Call
from partywire.domain.timers import settled, steps, with_timers_from
from partywire.model.conversations import Conversation, ConversationChanges, StateChange
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant

BOTH = ConversationChanges(inactive_timer=HOUR, closed_timer=3 * HOUR)
BLANK = Conversation(*[None] * len(Conversation.__struct_fields__))  # type: ignore[arg-type]

timers = st.none() | st.integers(MINUTE, 10**12)


@given(timers, timers, st.integers(0, 10**14))
def test_each_timer_that_is_set_ends_its_own_time_after_the_start(
    inactive: int | None, closed: int | None, start: int
) -> None:
    thing = replace(BLANK, state="active", inactive_timer=inactive, closed_timer=closed)
    timed = with_timers_from(thing, start)
    assert (timed.date_inactive is None) == (inactive is None)
    assert (timed.date_closed is None) == (closed is None)
    assert timed.date_inactive is None or timed.date_inactive - start == inactive
    assert timed.date_closed is None or timed.date_closed - start == closed
    assert replace(timed, date_inactive=None, date_closed=None) == thing


@given(timers, timers)
def test_a_closed_conversation_s_timers_are_over(inactive: int | None, closed: int | None) -> None:
    thing = replace(
        BLANK, state="closed", inactive_timer=inactive, closed_timer=closed, date_closed=5
    )
    timed = with_timers_from(thing, 0)
    assert (timed.date_inactive, timed.date_closed) == (None, None)


def test_an_inactive_conversation_shows_its_inactive_timer_until_that_ends() -> None:
    thing = replace(BLANK, state="inactive", inactive_timer=HOUR, closed_timer=3 * HOUR)
    timed = with_timers_from(thing, 0)
    assert (timed.date_inactive, timed.date_closed) == (HOUR, 3 * HOUR)
    assert settled(timed, HOUR - 1) == timed
    assert settled(timed, HOUR) == replace(timed, date_inactive=None)
    assert steps(timed, HOUR) == []


async def test_timers_start_when_the_conversation_is_made(call: Call) -> None:
    made = await conversations.create(call, BOTH)
    assert (made.date_inactive, made.date_closed) == (call.now + HOUR, call.now + 3 * HOUR)


async def test_an_imported_conversation_s_timers_start_now(call: Call) -> None:
    made = await conversations.create(call, replace(BOTH, date_created=1000))
    assert made.date_inactive == call.now + HOUR


@pytest.mark.parametrize("minutes", [(1, 10), (10, 10), (30, 20)])
async def test_the_shortest_timers_are_accepted_in_any_order(
    call: Call, minutes: tuple[int, int]
) -> None:
    inactive, closed = (number * MINUTE for number in minutes)
    given = ConversationChanges(inactive_timer=inactive, closed_timer=closed)
    made = await conversations.create(call, given)
    assert (made.date_inactive, made.date_closed) == (call.now + inactive, call.now + closed)


async def test_a_message_restarts_both_timers(call: Call) -> None:
    sid = (await talk(call, changes=BOTH)).sid
    await messages.create(later(call), sid, MessageChanges(body="hello"))
    seen = await conversations.fetch(call, sid)
    start = later(call).now
    assert (seen.date_inactive, seen.date_closed) == (start + HOUR, start + 3 * HOUR)
    assert seen.date_active == start


async def test_a_message_starts_no_timer_that_is_not_set(call: Call) -> None:
    sid = (await talk(call)).sid
    await messages.create(later(call), sid, MessageChanges(body="hello"))
    seen = await conversations.fetch(call, sid)
    assert (seen.date_inactive, seen.date_closed) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        ConversationChanges(state="active"),
        ConversationChanges(inactive_timer=HOUR),
        ConversationChanges(closed_timer=3 * HOUR),
    ],
    ids=["active", "inactive timer", "closed timer"],
)
async def test_a_given_state_or_timer_restarts_both(
    call: Call, changes: ConversationChanges
) -> None:
    sid = (await talk(call, changes=BOTH)).sid
    after = await conversations.update(later(call), sid, changes)
    start = later(call).now
    assert (after.date_inactive, after.date_closed) == (start + HOUR, start + 3 * HOUR)


async def test_who_is_made_inactive_does_not_become_so_again(call: Call) -> None:
    sid = (await talk(call, changes=BOTH)).sid
    start = later(call).now
    after = await conversations.update(later(call), sid, ConversationChanges(state="inactive"))
    assert (after.date_inactive, after.date_closed) == (start + HOUR, start + 3 * HOUR)

    ended = replace(call, now=start + HOUR)
    assert await fire(ended) == 0
    seen = await conversations.fetch(ended, sid)
    assert (seen.state, seen.date_inactive, seen.date_updated) == ("inactive", None, start)
    posted = replace(call, now=start + 2 * HOUR)
    await messages.create(posted, sid, MessageChanges(body="hello"))
    awake = await conversations.fetch(posted, sid)
    assert (awake.state, awake.date_inactive) == ("active", posted.now + HOUR)


async def test_other_updates_leave_the_timers_running(call: Call) -> None:
    before = await talk(call, changes=BOTH)
    after = await conversations.update(
        later(call), before.sid, ConversationChanges(friendly_name="General", attributes="[]")
    )
    assert (after.date_inactive, after.date_closed) == (before.date_inactive, before.date_closed)


async def test_newcomers_edits_and_deletions_leave_the_timers_running(call: Call) -> None:
    before = await talk(call, messages_posted=2, changes=BOTH)
    now = later(call)
    await participants.create(now, before.sid, NewParticipant(identity="ada"))
    first = await messages.create(call, before.sid, MessageChanges(body="first"))
    await messages.update(now, before.sid, first.sid, MessageChanges(body="edited"))
    await messages.delete(now, before.sid, first.sid)
    after = await conversations.fetch(call, before.sid)
    assert (after.date_inactive, after.date_closed) == (before.date_inactive, before.date_closed)


async def test_a_timer_of_none_is_switched_off_and_the_other_kept(call: Call) -> None:
    sid = (await talk(call, changes=BOTH)).sid
    after = await conversations.update(later(call), sid, ConversationChanges(closed_timer=None))
    assert (after.closed_timer, after.date_closed) == (None, None)
    assert after.date_inactive == later(call).now + HOUR


async def test_closing_ends_the_timers(call: Call) -> None:
    sid = (await talk(call, changes=BOTH)).sid
    await close(later(call), sid)
    seen = await conversations.fetch(call, sid)
    assert (seen.state, seen.date_inactive, seen.date_closed) == ("closed", None, None)


@pytest.mark.parametrize("state", ["active", "inactive", UNSET])
async def test_a_message_wakes_an_inactive_conversation(call: Call, state: object) -> None:
    sid = (await talk(call, changes=ConversationChanges(state=state))).sid  # type: ignore[arg-type]
    await messages.create(later(call), sid, MessageChanges(body="hello"))
    seen = await conversations.fetch(call, sid)
    woken = state == "inactive"
    assert seen.state == "active"
    assert seen.date_updated == (later(call).now if woken else call.now)


async def test_waking_is_written_down_beside_the_message(call: Call) -> None:
    sid = (await talk(call, changes=ConversationChanges(state="inactive"))).sid
    async with written(call) as events:
        await messages.create(later(call), sid, MessageChanges(body="hello"))
        await messages.create(later(call), sid, MessageChanges(body="again"))

    woken = ["conversation.updated", "conversation.state_updated"]
    assert kinds(events) == [*woken, "message.added", "message.added"]
    assert '"state":"active"' in events[0].payload
    change = msgspec.json.decode(events[1].payload, type=StateChange)
    assert (change.state_from, change.state_to, change.reason) == ("inactive", "active", "EVENT")
    assert change.date == later(call).now
