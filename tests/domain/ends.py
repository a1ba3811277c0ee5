"""Conversations whose timers have ended, and what is told of it."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.scenes import HOUR
from partywire.domain import (
    conversations,
    participant_conversations,
    timers,
    user_conversations,
)
from partywire.domain.call import Call
from partywire.model.conversations import (
    Conversation,
    ConversationChanges,
    ConversationFilter,
    State,
    StateChange,
)
from partywire.model.events import Event
from partywire.model.pages import PageRequest

INACTIVE, CLOSED = HOUR, 3 * HOUR
BOTH = ConversationChanges(inactive_timer=INACTIVE, closed_timer=CLOSED)
STATES: tuple[State, ...] = ("active", "inactive", "closed")


class Shown(Struct, frozen=True):
    """What every read shows of a conversation: state, dates of its timers, date of update."""

    state: str
    date_inactive: int | None
    date_closed: int | None
    date_updated: int


async def shown(call: Call, sid: str, identity: str) -> Shown:
    """What is shown of a conversation in which somebody is; every read shows the same."""
    whole = PageRequest(50)
    one = await conversations.fetch(call, sid)
    expected = Shown(one.state, one.date_inactive, one.date_closed, one.date_updated)
    listed = (await conversations.page(call, ConversationFilter(), whole)).items
    assert one in listed
    for state in STATES:
        for dates in (ConversationFilter(), ConversationFilter(start_date=0)):
            wanted = replace(dates, state=state)
            found = (await conversations.page(call, wanted, whole)).items
            assert {each.state for each in found} <= {state}
            assert (one in found) == (state == one.state)
    theirs = (await user_conversations.page(call, identity, whole)).items
    as_participant = (await participant_conversations.page(call, identity, "", whole)).items
    alone = await user_conversations.fetch(call, identity, sid)
    assert alone in theirs
    for each in (*theirs, *as_participant):
        if each.conversation_sid == sid:
            dates_shown = (each.date_inactive, each.date_closed, each.date_updated)
            assert Shown(each.conversation_state, *dates_shown) == expected
    return expected


async def fire(call: Call) -> int:
    """The duty, once, at the time of the call."""
    async with call.database.transaction() as transaction:
        return await timers.fire(call.resources, transaction, call.now)


def changes(events: list[Event]) -> list[StateChange]:
    """The changes of state that were told, in order."""
    return [
        msgspec.json.decode(event.payload, type=StateChange)
        for event in events
        if event.kind == "conversation.state_updated"
    ]


def brief(events: list[Event]) -> list[tuple[State, State, str, int]]:
    """From, to, why and when of each change of state, in order."""
    return [(each.state_from, each.state_to, each.reason, each.date) for each in changes(events)]


def updated(event: Event) -> Conversation:
    """The conversation that an event carries."""
    assert event.kind == "conversation.updated"
    return msgspec.json.decode(event.payload, type=Conversation)
