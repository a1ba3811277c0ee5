"""A timer that has ended: everybody is shown it, and whoever comes first writes it down, once."""

import pytest
from msgspec.structs import replace

from domain.ends import BOTH, CLOSED, INACTIVE, Shown, brief, fire, shown, updated
from domain.scenes import HOUR, close, kinds, later, payload, refused, talk, unchanged, written
from partywire import errors
from partywire.domain import (
    conversation_with_participants,
    conversations,
    messages,
    participants,
    user_conversations,
    users,
    webhooks,
)
from partywire.domain.call import Call
from partywire.domain.timers import settled, steps
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.webhooks import WebhookChanges
from storage import rows

HELLO = MessageChanges(body="hello")
TOLD = ["conversation.updated", "conversation.state_updated"]


def test_both_end_one_after_the_other_each_at_its_own_date() -> None:
    talk = rows.conversation(1, date_inactive=100, date_closed=200)
    inactive = replace(talk, state="inactive", date_inactive=None, date_updated=100)
    closed = replace(inactive, state="closed", date_closed=None, date_updated=200)

    assert steps(talk, 99) == []
    assert steps(talk, 100) == steps(talk, 199) == [inactive]
    assert steps(talk, 200) == [inactive, closed]
    assert steps(inactive, 199) == []
    assert steps(inactive, 200) == [closed]
    assert steps(closed, 10**14) == []
    assert [settled(talk, now) for now in (99, 100, 200)] == [talk, inactive, closed]


@pytest.mark.parametrize("date_inactive", [200, 300])
def test_who_closes_first_or_at_the_same_time_never_was_inactive(date_inactive: int) -> None:
    talk = rows.conversation(1, date_inactive=date_inactive, date_closed=200)
    (closed,) = steps(talk, 10**14)
    assert (closed.state, closed.date_inactive, closed.date_closed) == ("closed", None, None)
    assert closed.date_updated == 200


@pytest.mark.parametrize("moment", [0, INACTIVE - 1, INACTIVE, CLOSED - 1, CLOSED, 9 * HOUR])
async def test_what_is_shown_is_the_same_before_and_after_it_is_written_down(
    call: Call, moment: int
) -> None:
    room = await talk(call, "ada", changes=BOTH)
    await talk(call, "ada")
    start, then = call.now, later(call, moment)

    before = await shown(then, room.sid, "ada")

    if moment < INACTIVE:
        assert before == Shown("active", start + INACTIVE, start + CLOSED, start)
    elif moment < CLOSED:
        assert before == Shown("inactive", None, start + CLOSED, start + INACTIVE)
    else:
        assert before == Shown("closed", None, None, start + CLOSED)
    assert await fire(then) == (moment >= INACTIVE)
    assert await shown(then, room.sid, "ada") == before
    with unchanged(call):
        assert await fire(then) == 0


async def test_a_reader_s_update_shows_the_state_of_the_moment(call: Call) -> None:
    room = await talk(call, "ada", changes=BOTH)
    muted = UserConversationChanges(notification_level="muted")
    seen = await user_conversations.update(later(call, CLOSED), "ada", room.sid, muted)
    assert (seen.conversation_state, seen.date_closed) == ("closed", None)
    assert seen.date_updated == call.now + CLOSED


async def test_each_timer_is_told_with_its_date_and_to_webhooks(call: Call) -> None:
    room = await talk(call, changes=BOTH)
    start, then = call.now, later(call, 9 * HOUR)

    async with written(call) as events:
        await fire(then)

    assert kinds(events) == TOLD * 2
    assert brief(events) == [
        ("active", "inactive", "TIMER", start + INACTIVE),
        ("inactive", "closed", "TIMER", start + CLOSED),
    ]
    assert [updated(event) for event in events[::2]] == steps(room, then.now)
    for event in events:
        assert (event.webhooks, event.source, event.client_identity) == (1, "API", None)
        assert (event.conversation_sid, event.service_sid) == (room.sid, call.service_sid)
        assert event.date == then.now


async def test_as_many_as_are_due_are_written_down_and_no_others(call: Call) -> None:
    due = [await talk(call, changes=BOTH) for _ in range(3)]
    late = await talk(later(call), changes=BOTH)
    assert await fire(later(call, INACTIVE)) == 3
    states = [(await conversations.fetch(call, each.sid)).state for each in (*due, late)]
    assert states == ["inactive"] * 3 + ["active"]


async def test_a_message_after_the_inactive_timer_tells_of_both(call: Call) -> None:
    room = await talk(call, changes=BOTH)
    start, then = call.now, later(call, 2 * HOUR)

    async with written(call) as events:
        await messages.create(replace(then, webhooks=False), room.sid, HELLO)

    assert kinds(events) == [*TOLD, *TOLD, "message.added"]
    assert brief(events) == [
        ("active", "inactive", "TIMER", start + INACTIVE),
        ("inactive", "active", "EVENT", then.now),
    ]
    assert [event.webhooks for event in events] == [1, 1, 0, 0, 0]
    seen = await conversations.fetch(then, room.sid)
    assert payload(updated(events[2])) == events[2].payload
    assert updated(events[2]) == seen
    assert (seen.state, seen.date_updated, seen.date_active) == ("active", then.now, then.now)
    assert (seen.date_inactive, seen.date_closed) == (then.now + INACTIVE, then.now + CLOSED)
    assert await fire(then) == 0


async def test_after_the_closed_timer_whatever_a_closed_one_refuses_is_refused(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=1, changes=BOTH)
    message = await messages.create(call, room.sid, HELLO)
    then = later(call, CLOSED)
    with refused(call, errors.ConversationClosed):
        await messages.create(then, room.sid, HELLO)
    with refused(call, errors.ConversationClosed):
        await messages.update(then, room.sid, message.sid, HELLO)
    with refused(call, errors.ConversationClosed):
        await conversations.update(then, room.sid, ConversationChanges(state="active"))
    with refused(call, errors.ConversationClosed):
        await participants.create(then, room.sid, NewParticipant(identity="ben"))
    with refused(call, errors.ConversationClosed):
        await participants.update(then, room.sid, "ada", ParticipantChanges(attributes="[]"))


async def test_an_update_tells_of_the_timer_before_itself(call: Call) -> None:
    room = await talk(call, changes=BOTH)
    start, then = call.now, later(call, INACTIVE)

    async with written(call) as events:
        named = ConversationChanges(friendly_name="Lunch")
        assert (await conversations.update(then, room.sid, named)).state == "inactive"
        back = ConversationChanges(state="active")
        await conversations.update(replace(then, webhooks=True), room.sid, back)
        await conversations.update(then, room.sid, back)
        await close(then, room.sid)

    assert brief(events) == [
        ("active", "inactive", "TIMER", start + INACTIVE),
        ("inactive", "active", "API", then.now),
        ("active", "closed", "API", then.now),
    ]
    also, alone = TOLD, ["conversation.updated"]
    assert kinds(events) == [*also, *alone, *also, *alone, *also]
    assert [event.webhooks for event in events] == [1, 1, 0, 1, 1, 0, 0, 0]


async def test_a_newcomer_a_webhook_and_a_deletion_tell_of_the_timer_too(call: Call) -> None:
    rooms = [await talk(call, changes=BOTH) for _ in range(3)]
    then = later(call, INACTIVE)

    async with written(call) as events:
        await participants.create(then, rooms[0].sid, NewParticipant(identity="ada"))
        url = WebhookChanges(url="https://example.com", filters=["onMessageAdded"])
        await webhooks.create(then, rooms[1].sid, "webhook", url)
        await conversations.delete(then, rooms[2].sid)

    assert brief(events) == [("active", "inactive", "TIMER", then.now)] * 3
    assert '"state":"inactive"' in events[-1].payload
    assert kinds(events)[-1] == "conversation.removed"
    assert await fire(then) == 0


async def test_who_is_born_with_people_is_not_told_to_change_its_state(call: Call) -> None:
    ada = NewParticipant(identity="ada")
    async with written(call) as events:
        await conversation_with_participants.create(call, ConversationChanges(), [ada])
    assert brief(events) == []


async def test_a_conversation_over_its_time_does_not_count_for_its_user(call: Call) -> None:
    limits = replace(call.limits, conversations_per_user=1)
    config = replace(call.resources.config, limits=limits)
    call = replace(call, resources=replace(call.resources, config=config))
    await talk(call, "ada", changes=BOTH)
    room = await talk(call)
    with refused(call, errors.TooManyConversationsForUser):
        await participants.create(later(call, CLOSED - 1), room.sid, NewParticipant(identity="ada"))
    await participants.create(later(call, CLOSED), room.sid, NewParticipant(identity="ada"))


async def test_a_user_who_is_deleted_leaves_a_group_over_its_time(call: Call) -> None:
    room = await talk(call, changes=BOTH)
    shown_as = NewParticipant(identity="ada", projected_address="+15550100")
    await participants.create(call, room.sid, shown_as)
    then = later(call, CLOSED)

    async with written(call) as events:
        await users.delete(then, "ada")

    assert [each[1] for each in brief(events)] == ["inactive", "closed"]
    assert kinds(events)[-2:] == ["participant.removed", "user.removed"]
