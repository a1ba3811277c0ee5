"""Timers: random requests, moments and duties on two nodes; state and events as the model says."""

import asyncio
import itertools
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from msgspec.structs import replace

from conftest import call_of
from crash.evidence import assert_each_state_follows_from_the_one_before
from domain.ends import Shown, fire, shown
from model_based.bench import Bench
from model_based.clockwork import MINUTE, Change, Talk
from partywire import errors
from partywire.clock import FrozenClock
from partywire.config import Config
from partywire.domain import conversations, messages, participants, timers, user_conversations
from partywire.domain.call import Call, Resources
from partywire.model.conversations import ConversationChanges, StateChange
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.user_conversations import UserConversationChanges
from partywire.storage.opening import open_database
from partywire.storage.query import Query

# The second engine costs a round trip for each statement, and is asked the same.
EXAMPLES = {"sqlite": 250, "postgresql": 100}
RUN = settings(
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
MOST_TALKS = 4
ANN = NewParticipant(identity="ann")
HELLO = MessageChanges(body="hello")

nth = st.integers(0, 7)
node = st.integers(0, 1)
inactive_timers = st.sampled_from([None, 1, 2, 10, 15])
closed_timers = st.sampled_from([None, 10, 12, 15])


class _Told(msgspec.Struct, frozen=True):
    """An event, as far as it is compared."""

    arrival: int
    kind: str
    payload: str
    webhooks: int


_LAST = Query("SELECT arrival FROM events ORDER BY arrival DESC LIMIT 1", int)
_SINCE = Query(
    "SELECT arrival, kind, payload, webhooks FROM events WHERE arrival > $1 ORDER BY arrival",
    _Told,
)


def timing(inactive: int | None, closed: int | None) -> dict[str, Any]:
    """Timers of so many minutes."""
    return {
        "inactive_timer": inactive and inactive * MINUTE,
        "closed_timer": closed and closed * MINUTE,
    }


class Timers(RuleBasedStateMachine):
    """Requests of one account to two nodes that share a clock."""

    bench: ClassVar[Bench]
    nodes: ClassVar[list[Resources]]
    clock: ClassVar[FrozenClock]
    accounts: ClassVar[Iterator[int]]
    changes: ClassVar[dict[Change, int]]

    @initialize()
    def start(self) -> None:
        self.talks: list[Talk] = []
        self.gone: list[Talk] = []
        username = f"AC{next(Timers.accounts):032x}"
        self.call: Call = self.bench.run(call_of(self.nodes[0], username))
        self.before = self.bench.run(self.nodes[0].database.one(_LAST)) or 0
        self.begin(1, 10, sleeping=False, at=0)
        self.begin(2, 12, sleeping=True, at=1)

    # --- asking ---------------------------------------------------------------------------

    def at(self, which: int) -> Call:
        """A request to this node, now."""
        return replace(self.call, resources=self.nodes[which], now=self.clock.at)

    def talk(self, number: int) -> Talk:
        return self.talks[number % len(self.talks)]

    def writes(self, talk: Talk, act: Any) -> bool:
        """Whether a request that needs the conversation open is done; it is refused otherwise."""
        if talk.at(self.clock.at).state == "closed":
            with pytest.raises(errors.ConversationClosed):
                self.bench.run(act)
            return False
        talk.settle(self.clock.at)
        self.bench.run(act)
        return True

    # --- conversations --------------------------------------------------------------------

    @rule(inactive=inactive_timers, closed=closed_timers, sleeping=st.booleans(), at=node)
    def begin(self, inactive: int | None, closed: int | None, sleeping: bool, at: int) -> None:
        """Where there is room: few talks meet each other more often."""
        if len(self.talks) >= MOST_TALKS:
            return
        state = "inactive" if sleeping else "active"
        wanted = ConversationChanges(state=state, **timing(inactive, closed))  # type: ignore[arg-type]
        made = self.bench.run(conversations.create(self.at(at), wanted))
        self.bench.run(participants.create(self.at(at), made.sid, ANN))
        self.talks.append(Talk(made.sid, self.clock.at, state, **timing(inactive, closed)))

    @rule(number=nth, at=node)
    def post(self, number: int, at: int) -> None:
        talk = self.talk(number)
        if self.writes(talk, messages.create(self.at(at), talk.sid, HELLO)):
            talk.message(self.clock.at)

    @rule(number=nth, at=node, inactive=inactive_timers, closed=closed_timers)
    def set_timers(self, number: int, at: int, inactive: int | None, closed: int | None) -> None:
        talk = self.talk(number)
        wanted = ConversationChanges(**timing(inactive, closed))
        if self.writes(talk, conversations.update(self.at(at), talk.sid, wanted)):
            talk.update(self.clock.at, **timing(inactive, closed))

    @rule(number=nth, at=node, sure=nth, state=st.sampled_from(["active", "inactive", "closed"]))
    def set_state(self, number: int, at: int, sure: int, state: str) -> None:
        talk = self.talk(number)
        if state == "closed" and sure > 5:
            state = "active"  # or everything would be closed soon
        wanted = ConversationChanges(state=state)  # type: ignore[arg-type]
        if self.writes(talk, conversations.update(self.at(at), talk.sid, wanted)):
            talk.update(self.clock.at, state=state)

    @rule(number=nth, at=node)
    def rename(self, number: int, at: int) -> None:
        talk = self.talk(number)
        wanted = ConversationChanges(friendly_name="Tea")
        if self.writes(talk, conversations.update(self.at(at), talk.sid, wanted)):
            talk.date_updated = self.clock.at

    @rule(number=nth, at=node, who=st.sampled_from(["ben", "eve"]))
    def join(self, number: int, at: int, who: str) -> None:
        talk = self.talk(number)
        if who not in talk.people:
            new = NewParticipant(identity=who)
            if self.writes(talk, participants.create(self.at(at), talk.sid, new)):
                talk.people.add(who)

    @rule(number=nth, at=node, sure=nth)
    def delete(self, number: int, at: int, sure: int) -> None:
        talk = self.talk(number)
        if len(self.talks) > 1 and (sure < 2 or talk.at(self.clock.at).state == "closed"):
            talk.settle(self.clock.at)
            self.bench.run(conversations.delete(self.at(at), talk.sid))
            self.talks.remove(talk)
            self.gone.append(talk)

    # --- time -----------------------------------------------------------------------------

    @rule(number=nth, beyond=st.sampled_from([-1, 0, 0, 1, MINUTE]))
    def until_an_end(self, number: int, beyond: int) -> None:
        """The clock moves on to about the moment at which one of the timers ends."""
        ends = self.talk(number).ends()
        if ends:
            self.clock.at = max(self.clock.at, min(ends) + beyond)

    @rule(minutes=st.sampled_from([1, 1, 5, 11]))
    def wait(self, minutes: int) -> None:
        self.clock.advance(minutes * MINUTE)

    @rule(at=node)
    def duty(self, at: int) -> None:
        while self.bench.run(fire(self.at(at))):
            pass
        self.all_settled()

    @rule()
    def two_duties(self) -> None:
        async def both() -> int:
            return sum(await asyncio.gather(fire(self.at(0)), fire(self.at(1))))

        while self.bench.run(both()):
            pass
        self.all_settled()

    def all_settled(self) -> None:
        for talk in self.talks:
            talk.settle(self.clock.at)
        self.told()

    # --- what is seen ---------------------------------------------------------------------

    @rule(number=nth, at=node)
    def look(self, number: int, at: int) -> None:
        talk = self.talk(number)
        seen = self.bench.run(shown(self.at(at), talk.sid, "ann"))
        now = talk.at(self.clock.at)
        assert seen == Shown(now.state, now.date_inactive, now.date_closed, now.date_updated)

    @rule(number=nth, at=node)
    def mute(self, number: int, at: int) -> None:
        talk = self.talk(number)
        muted = UserConversationChanges(notification_level="muted")
        call = self.at(at)
        seen = self.bench.run(user_conversations.update(call, "ann", talk.sid, muted))
        assert seen.conversation_state == talk.at(self.clock.at).state

    @rule()
    def told(self) -> None:
        """Each change that was written down is told once, in order; nothing else is."""
        found: list[_Told] = self.bench.run(self.nodes[0].database.all(_SINCE, self.before))
        happened = [(each.kind, msgspec.json.decode(each.payload)) for each in found]
        assert_each_state_follows_from_the_one_before(happened)
        told: dict[str, list[Change]] = {talk.sid: [] for talk in (*self.talks, *self.gone)}
        for each in found:
            if each.kind == "conversation.state_updated":
                change = msgspec.json.decode(each.payload, type=StateChange)
                what = (change.state_from, change.state_to, change.reason)
                told[change.conversation_sid].append((*what, change.date))
                assert each.webhooks == (change.reason == "TIMER")
        assert told == {talk.sid: talk.told for talk in (*self.talks, *self.gone)}

    def teardown(self) -> None:
        """In the end everything is looked at, now and much later."""
        for _ in range(2):
            for number in range(len(self.talks)):
                self.look(number=number, at=number % 2)
            self.clock.advance(60 * MINUTE)
            self.two_duties()
        for talk in (*self.talks, *self.gone):
            for state_from, state_to, reason, _ in talk.told:
                what = (state_from, state_to, reason, 0)
                Timers.changes[what] = Timers.changes.get(what, 0) + 1


@pytest.fixture
def bench(config: Config) -> Iterator[Bench]:
    with Bench(config) as running:
        yield running


def test_states_and_events_are_those_of_the_model(
    bench: Bench, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_MOST_AT_ONCE", 2)
    other = bench.run(open_database(bench.resources.config.database, 4))
    second = replace(bench.resources, database=other)
    assert isinstance(bench.resources.clock, FrozenClock)
    Timers.bench, Timers.nodes, Timers.clock = (
        bench,
        [bench.resources, second],
        bench.resources.clock,
    )
    Timers.accounts, Timers.changes = itertools.count(1), {}
    try:
        run_state_machine_as_test(Timers, settings=settings(RUN, max_examples=EXAMPLES[engine]))
    finally:
        bench.run(other.close())

    print(f"told: {Timers.changes}")
    seen = {what[:3] for what in Timers.changes}
    assert len(seen) == 8
    assert min(Timers.changes.values()) >= 2
