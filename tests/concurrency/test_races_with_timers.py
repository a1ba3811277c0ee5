"""A timer ends, and two come at once: each change is written down and told by one of them."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from concurrency.stepping import Act, Nodes, succeeded
from domain.ends import BOTH, CLOSED, INACTIVE, brief, fire
from domain.scenes import happened
from partywire import errors
from partywire.domain import conversations, messages, participants
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant

SETTLED = "UPDATE conversations SET"
COUNTED = "next_message_index + 1"
HELD = "FOR NO KEY UPDATE"
TO_INACTIVE, TO_CLOSED = ("active", "inactive", "TIMER"), ("inactive", "closed", "TIMER")
WOKEN = ("inactive", "active", "EVENT")
PAIR = NewParticipant(address="+15550001", proxy_address="+15550100")


class Over:
    """A conversation whose timers have ended, and nodes at that time."""

    def __init__(self, nodes: Nodes, start: int, sid: str) -> None:
        self.nodes, self.start, self.sid = nodes, start, sid

    def at(self, act: Act, moment: int) -> Act:
        """The same at a moment after the start."""
        return lambda call: act(replace(call, now=self.start + moment))

    def posts(self, moment: int) -> Act:
        hello = MessageChanges(body="hello")
        return self.at(lambda call: messages.create(call, self.sid, hello), moment)

    def joins(self, moment: int, new: NewParticipant) -> Act:
        return self.at(lambda call: participants.create(call, self.sid, new), moment)

    def fires(self, moment: int) -> Act:
        return self.at(fire, moment)

    async def told(self) -> list[tuple[str, str, str]]:
        return [each[:3] for each in brief(await happened(self.nodes.one.database))]


@pytest.fixture
async def over(nodes: Nodes) -> AsyncIterator[Over]:
    made = await conversations.create(nodes.one, BOTH)
    yield Over(nodes, nodes.one.now, made.sid)
    states = {state for (state,) in nodes.rows("SELECT state FROM conversations")}
    assert states <= {"active", "inactive", "closed"}


async def test_two_duties_at_once_change_each_conversation_once(over: Over) -> None:
    await conversations.create(over.nodes.one, BOTH)

    first, second = await over.nodes.race(over.fires(CLOSED), HELD, over.fires(CLOSED))

    # The second passes over what the first holds.
    assert (first, second) == (2, 0)
    assert await over.told() == [TO_INACTIVE, TO_CLOSED] * 2


async def test_a_message_that_comes_while_the_duty_settles_wakes(over: Over) -> None:
    fired, posted = await over.nodes.race(over.fires(INACTIVE), SETTLED, over.posts(INACTIVE))

    assert fired == 1
    assert succeeded(posted) == [True]
    assert await over.told() == [TO_INACTIVE, WOKEN]


async def test_a_message_that_comes_while_the_duty_closes_is_refused(over: Over) -> None:
    fired, posted = await over.nodes.race(over.fires(CLOSED), SETTLED, over.posts(CLOSED))

    assert fired == 1
    assert isinstance(posted, errors.ConversationClosed)
    assert await over.told() == [TO_INACTIVE, TO_CLOSED]


async def test_the_duty_passes_over_what_a_message_settles(over: Over) -> None:
    posted, fired = await over.nodes.race(over.posts(INACTIVE), HELD, over.fires(INACTIVE))

    assert succeeded(posted) == [True]
    assert fired == 0
    assert await over.told() == [TO_INACTIVE, WOKEN]


async def test_the_duty_passes_over_what_a_message_restarts_in_time(over: Over) -> None:
    just_before = INACTIVE - 1
    posted, fired = await over.nodes.race(over.posts(just_before), COUNTED, over.fires(INACTIVE))

    assert succeeded(posted) == [True]
    assert fired == 0
    assert await over.told() == []
    assert await fire(replace(over.nodes.two, now=over.start + INACTIVE)) == 0


async def test_two_messages_after_the_timer_tell_of_it_once(over: Over) -> None:
    outcomes = await over.nodes.race(over.posts(INACTIVE), HELD, over.posts(INACTIVE))

    assert succeeded(*outcomes) == [True, True]
    assert sorted(message.index for message in outcomes) == [0, 1]
    assert await over.told() == [TO_INACTIVE, WOKEN]


@pytest.mark.parametrize("duty_first", [True, False])
async def test_nobody_joins_who_comes_as_the_duty_closes(over: Over, duty_first: bool) -> None:
    ann = NewParticipant(identity="ann")
    fires, joins = over.fires(CLOSED), over.joins(CLOSED, ann)

    if duty_first:
        fired, joined = await over.nodes.race(fires, SETTLED, joins)
    else:
        joined, fired = await over.nodes.race(joins, HELD, fires)

    assert isinstance(joined, errors.ConversationClosed)
    # Who is refused leaves nothing behind: the duty comes once more.
    assert fired == duty_first
    await fire(replace(over.nodes.two, now=over.start + CLOSED))
    assert await over.told() == [TO_INACTIVE, TO_CLOSED]
    assert over.nodes.rows("SELECT count(*) FROM participants") == [(0,)]


async def test_who_joins_in_time_is_in_what_the_duty_closes_afterwards(over: Over) -> None:
    ann = NewParticipant(identity="ann")

    joined, fired = await over.nodes.race(
        over.joins(CLOSED - 1, ann), "INSERT INTO participants", over.fires(CLOSED)
    )

    assert succeeded(joined) == [True]
    assert fired == 0
    assert await fire(replace(over.nodes.two, now=over.start + CLOSED)) == 1
    assert await over.told() == [TO_INACTIVE, TO_CLOSED]


@pytest.mark.parametrize("duty_first", [True, False])
async def test_a_pair_over_its_time_is_had_by_who_asks_whoever_closes(
    over: Over, duty_first: bool
) -> None:
    await participants.create(over.nodes.one, over.sid, PAIR)
    there = (await conversations.create(over.nodes.one, ConversationChanges())).sid

    async def asks(call: Call) -> object:
        return await until_done(lambda: participants.create(call, there, PAIR))

    asked, fires = over.at(asks, CLOSED), over.fires(CLOSED)

    if duty_first:
        fired, had = await over.nodes.race(fires, SETTLED, asked)
    else:
        had, fired = await over.nodes.race(asked, "INSERT INTO address_pairs", fires)

    assert succeeded(fired, had) == [True, True]
    assert over.nodes.rows("SELECT conversation_sid FROM address_pairs") == [(there,)]
    assert await over.told() == [TO_INACTIVE, TO_CLOSED]
