"""Timers: what a conversation has become once they end, and how that is written down and told.

A timer needs nobody to end. From its date on everybody is shown the state that follows, and
whoever holds the conversation next, for a request or because it is due, writes that down and
tells of it: once, as they hold it (decided: decisions/0029).
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Final, TypeVar

from msgspec.structs import replace

from partywire import errors
from partywire.domain import events
from partywire.domain.call import Call, Resources
from partywire.model.conversations import Conversation, Reason, State, StateChange
from partywire.model.events import Event
from partywire.model.participant_conversations import ParticipantConversation
from partywire.model.user_conversations import UserConversation
from partywire.storage import conversations as store
from partywire.storage import messaging_bindings as binding_store
from partywire.storage import outbox
from partywire.storage.database import Again, Transaction

T = TypeVar("T", UserConversation, ParticipantConversation)

_MOST_AT_ONCE: Final = 100  # held in one transaction, while others wait for them


def with_timers_from(conversation: Conversation, start: int) -> Conversation:
    """The conversation with its timers started at this time; those of its past are over.

    Both run from the same start (decided: decisions/0009).
    """
    inactive, closed = conversation.inactive_timer, conversation.closed_timer
    over = conversation.state == "closed"
    return replace(
        conversation,
        date_inactive=None if over or inactive is None else start + inactive,
        date_closed=None if over or closed is None else start + closed,
    )


def _ends(
    state: State, date_inactive: int | None, date_closed: int | None, now: int
) -> list[tuple[State, int]]:
    """What follows from the timers that have ended, in order, each with the moment."""
    if state == "closed":
        return []
    ends: list[tuple[State, int]] = []
    if state == "active" and date_inactive is not None and date_inactive <= now:
        ends.append(("inactive", date_inactive))
    if date_closed is not None and date_closed <= now:
        # Who closes first, or at the same time, never was inactive.
        ends = [end for end in ends if end[1] < date_closed]
        ends.append(("closed", date_closed))
    return ends


def steps(conversation: Conversation, now: int) -> list[Conversation]:
    """What the conversation has become by now, timer by timer; nothing where none has ended.

    Args:
        conversation: as it was written down.
        now: in milliseconds since 1970-01-01T00:00:00Z.
    """
    ends = _ends(conversation.state, conversation.date_inactive, conversation.date_closed, now)
    found: list[Conversation] = []
    for state, date in ends:
        conversation = replace(
            conversation,
            state=state,
            date_inactive=None,
            date_closed=None if state == "closed" else conversation.date_closed,
            date_updated=date,
        )
        found.append(conversation)
    return found


def settled(conversation: Conversation, now: int) -> Conversation:
    """The conversation as it is now."""
    # Most have no timer.
    if conversation.date_inactive is None and conversation.date_closed is None:
        return conversation
    found = [conversation, *steps(conversation, now)][-1]
    if _is_past(found.state, found.date_inactive, now):
        return replace(found, date_inactive=None)
    return found


def _is_past(state: State, date_inactive: int | None, now: int) -> bool:
    """Whether an inactive timer has ended that had nothing to end: its date is shown no more."""
    return state == "inactive" and date_inactive is not None and date_inactive <= now


def seen(one: T, now: int) -> T:
    """What somebody sees of a conversation, as it is now."""
    # Most have no timer, and are read often.
    if one.date_inactive is None and one.date_closed is None:
        return one
    ends = _ends(one.conversation_state, one.date_inactive, one.date_closed, now)
    if not ends:
        is_past = _is_past(one.conversation_state, one.date_inactive, now)
        return replace(one, date_inactive=None) if is_past else one
    state, date = ends[-1]
    return replace(
        one,
        conversation_state=state,
        date_inactive=None,
        date_closed=None if state == "closed" else one.date_closed,
        date_updated=date,
    )


def all_seen(found: list[T], now: int) -> list[T]:
    """What somebody sees of conversations, as they are now."""
    for one in found:
        # Lists are read often; seldom has a timer just ended.
        inactive, closed = one.date_inactive, one.date_closed
        if (inactive is not None and inactive <= now) or (closed is not None and closed <= now):
            return [seen(each, now) for each in found]
    return found


def state_change(
    before: Conversation, after: Conversation, reason: Reason, date: int
) -> StateChange:
    """That the state is another one now."""
    return StateChange(
        conversation_sid=after.sid,
        service_sid=after.service_sid,
        messaging_service_sid=after.messaging_service_sid,
        state_from=before.state,
        state_to=after.state,
        reason=reason,
        date=date,
    )


async def settle(
    resources: Resources, transaction: Transaction, conversation: Conversation, now: int
) -> Conversation:
    """Writes down what the timers have made of a conversation that is held, and tells of it.

    Returns it as it is now.
    """
    if steps(conversation, now):
        await _settle_all(resources, transaction, [conversation], now)
    return settled(conversation, now)


async def _settle_all(
    resources: Resources, transaction: Transaction, held: list[Conversation], now: int
) -> None:
    """The same for several, of which each has a timer that has ended."""
    settled_ones: list[Conversation] = []
    told: list[Event] = []
    for before in held:
        found = steps(before, now)
        for one, after in zip([before, *found], found, strict=False):
            change = state_change(one, after, "TIMER", after.date_updated)
            told += (
                events.by_itself(resources, now, "conversation.updated", after, after),
                events.by_itself(resources, now, "conversation.state_updated", change, after),
            )
        settled_ones.append(found[-1])
    await store.save_all(transaction, settled_ones)
    await outbox.append_all(transaction, told)
    closed = [each.sid for each in settled_ones if each.state == "closed"]
    if closed:
        await binding_store.release_all(transaction, closed)


async def fire(resources: Resources, transaction: Transaction, now: int) -> int:
    """Settles conversations whose time has come, the longest overdue first; returns how many.

    Who is held by somebody else is left to them, who settle it too, or to the next time.
    """
    # Closed first: what is to become inactive before does both, and is not found again.
    to_close = await store.hold_to_close(transaction, now, _MOST_AT_ONCE)
    if to_close:
        await _settle_all(resources, transaction, to_close, now)
    to_inactivate = await store.hold_to_inactivate(transaction, now, _MOST_AT_ONCE)
    if to_inactivate:
        await _settle_all(resources, transaction, to_inactivate, now)
    return len(to_close) + len(to_inactivate)


@contextlib.asynccontextmanager
async def making_way(call: Call) -> AsyncIterator[None]:
    """A pair or group that the block asks for is no longer had by who should be closed by now.

    Raises:
        Again: it is given free now: the next one who asks gets it.
    """
    try:
        yield
    except (errors.PairTaken, errors.GroupTaken) as taken:
        if taken.holder is not None and await close_overdue(call, taken.holder):
            raise Again(f"{taken.holder} has just been closed by its timer") from None
        raise


async def close_overdue(call: Call, sid: str) -> bool:
    """Closes a conversation, of whichever service, if its time has come.

    In a transaction of its own: conversations are held before addresses.

    Returns whether it is closed now.
    """
    now = call.resumed().now
    found = await store.anywhere(call.database, sid)
    if found is None or settled(found, now).state != "closed":
        return False
    async with call.database.transaction() as transaction:
        holder = await store.lock_anywhere(transaction, sid)
        if holder is None:
            return False
        return (await settle(call.resources, transaction, holder, now)).state == "closed"
