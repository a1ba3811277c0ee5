"""Timers that end before a gate is asked, and while it takes its time."""

from typing import Any

import pytest
from msgspec.structs import replace

from delivery.channels.duty import ANN, phones
from domain.ends import BOTH, CLOSED, INACTIVE, brief, fire
from domain.gatekeepers import REQUESTS, Asked, Gatekeeper, guarded
from domain.scenes import HOUR, later, refused, talk, written
from domain.test_inbound import configure, receive
from partywire import errors
from partywire.clock import FrozenClock
from partywire.domain import conversation_with_participants, conversations, creators, messages
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.events import PreEventKind
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant

TEA = replace(BOTH, unique_name="tea")
HELLO = MessageChanges(body="hello")
NEED_IT_OPEN: tuple[PreEventKind, ...] = (
    "message.add",
    "message.update",
    "conversation.update",
    "participant.update",
)
TO_INACTIVE = ("active", "inactive", "TIMER")


class Slow(Gatekeeper):
    """Takes until some time after the call.

    Args:
        call: of a server with a clock that stands still.
        until: milliseconds.
        fires: whether a node has the duty of timers meanwhile.
    """

    def __init__(self, call: Call, until: int, *, fires: bool = True) -> None:
        super().__init__()
        self.call, self.until, self.fires = call, until, fires

    async def ask(self, *question: Any) -> dict[str, str]:
        clock = self.call.resources.clock
        assert isinstance(clock, FrozenClock)
        clock.at = self.call.now + self.until
        if self.fires:
            await fire(replace(self.call, now=clock.at))
            clock.advance(1)
        return await super().ask(*question)


async def test_the_gate_is_shown_the_state_of_the_moment(call: Call) -> None:
    await talk(call, "ann", messages_posted=1, changes=TEA)
    for moment, state in ((INACTIVE - 1, "active"), (INACTIVE, "inactive")):
        gate = Gatekeeper()
        await REQUESTS["conversation.update"](guarded(later(call, moment), gate))
        assert [asked.thing.state for asked in gate.asked] == [state]

    gate = Gatekeeper()
    await REQUESTS["conversation.remove"](guarded(later(call, CLOSED), gate))
    (asked,) = gate.asked
    assert (asked.thing.state, asked.thing.date_updated) == ("closed", call.now + CLOSED)


@pytest.mark.parametrize("kind", NEED_IT_OPEN)
async def test_nobody_is_asked_once_the_closed_timer_has_ended(
    call: Call, kind: PreEventKind
) -> None:
    await talk(call, "ann", messages_posted=1, changes=TEA)
    gate = Gatekeeper()
    with refused(call, errors.ConversationClosed):
        await REQUESTS[kind](guarded(later(call, CLOSED), gate))
    assert gate.asked == list[Asked]()


async def test_what_is_said_after_a_long_answer_wakes_afterwards(call: Call) -> None:
    room = await talk(call, changes=TEA)
    asking = guarded(call, Slow(call, INACTIVE))

    async with written(call) as events:
        message = await messages.create(asking, room.sid, HELLO)

    then = call.now + INACTIVE + 1
    woken = ("inactive", "active", "EVENT", then)
    assert brief(events) == [(*TO_INACTIVE, call.now + INACTIVE), woken]
    awake = await conversations.fetch(call, room.sid)
    assert (awake.state, awake.date_updated, awake.date_active) == ("active", then, then)
    assert (awake.date_inactive, awake.date_closed) == (then + INACTIVE, then + CLOSED)
    assert message.date_created == then


async def test_who_is_made_active_after_a_long_answer_is_so_afterwards(call: Call) -> None:
    room = await talk(call, changes=TEA)
    asking = guarded(call, Slow(call, INACTIVE))

    async with written(call) as events:
        changed = await conversations.update(asking, room.sid, ConversationChanges(state="active"))

    then = call.now + INACTIVE + 1
    back = ("inactive", "active", "API", then)
    assert brief(events) == [(*TO_INACTIVE, call.now + INACTIVE), back]
    assert (changed.date_updated, changed.date_inactive) == (then, then + INACTIVE)


@pytest.mark.parametrize("fires", [True, False])
async def test_what_is_removed_after_a_long_answer_is_told_after_its_timers(
    call: Call, fires: bool
) -> None:
    room = await talk(call, changes=TEA)
    asking = guarded(call, Slow(call, CLOSED, fires=fires))

    async with written(call) as events:
        await conversations.delete(asking, room.sid)

    assert [each[1] for each in brief(events)] == ["inactive", "closed"]
    removed = events[-1]
    assert (removed.kind, removed.date) == ("conversation.removed", call.resources.clock.now())
    assert '"state":"closed"' in removed.payload


@pytest.mark.parametrize("kind", NEED_IT_OPEN)
async def test_what_was_allowed_too_late_is_refused_though_nobody_has_closed(
    call: Call, kind: PreEventKind
) -> None:
    await talk(call, "ann", messages_posted=1, changes=TEA)
    with refused(call, errors.ConversationClosed):
        await REQUESTS[kind](guarded(call, Slow(call, CLOSED, fires=False)))


async def test_timers_of_what_was_allowed_late_run_from_its_making(call: Call) -> None:
    asking = guarded(call, Slow(call, HOUR, fires=False))
    ada = NewParticipant(identity="ada")
    by_sdk = replace(asking, client_identity="eve", source="SDK")
    for made in (
        await conversations.create(asking, BOTH),
        await conversation_with_participants.create(asking, BOTH, [ada]),
        await creators.create(by_sdk, BOTH),
    ):
        assert made.date_inactive == call.now + HOUR + INACTIVE
        assert made.date_created == call.now + HOUR


@pytest.mark.parametrize("fires", [True, False])
async def test_a_message_that_comes_in_after_a_long_answer_finds_what_is_open_then(
    call: Call, fires: bool
) -> None:
    room = await phones(call, ANN)
    await conversations.update(call, room.sid, BOTH)
    await configure(call)
    asking = guarded(call, Slow(call, CLOSED, fires=fires))

    begun = await receive(asking)

    assert begun.conversation_sid != room.sid
    assert (await conversations.fetch(call, room.sid)).state == "closed"
    assert begun.date_created == call.resources.clock.now()
