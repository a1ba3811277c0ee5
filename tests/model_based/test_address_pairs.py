"""Pairs and groups of addresses: random requests, each answered as the model says."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from model_based.addresses import Book, Person, Taken, Talk
from model_based.bench import Bench
from partywire.config import Config

PHONES = ("+15550001", "+15550002", "+15550003")
PROXIES = ("+15550100", "+15550101")
PEOPLE = ("ann", "bob")
MOST_TALKS = 4

# The second engine costs a round trip for each statement, and is asked the same.
EXAMPLES = {"sqlite": 200, "postgresql": 60}
RUN = settings(
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)

nth = st.integers(0, 9)
phones, proxies, people = (st.sampled_from(each) for each in (PHONES, PROXIES, PEOPLE))


class Addresses(RuleBasedStateMachine):
    """Requests of one account, in two services."""

    bench: ClassVar[Bench]
    taken: ClassVar[dict[int, int]]

    @initialize()
    def start(self) -> None:
        self.book = Book()
        self.credentials = self.bench.credentials()
        _, made = self.ask("POST", "/v1/Services", FriendlyName="other")
        self.doors = ("/v1", f"/v1/Services/{made['sid']}")
        for number in range(3):
            self.begin(number)

    # --- asking ---------------------------------------------------------------------------

    def ask(self, method: str, path: str, **form: str) -> tuple[int, Any]:
        named = {name.replace("_", "."): value for name, value in form.items()}
        return self.bench.ask(self.credentials, method, path, named)

    def ok(self, method: str, path: str, **form: str) -> Any:
        status, said = self.ask(method, path, **form)
        assert status < 300, said
        return said

    def refused(self, status: int, code: int, path: str, holder: str = "", **form: str) -> None:
        answered, said = self.ask("POST", path, **form)
        assert (answered, said["code"]) == (status, code), said
        assert re.findall("CH[0-9a-f]{32}", said["message"]) == ([holder] if holder else [])
        Addresses.taken[code] = Addresses.taken.get(code, 0) + 1

    def talk(self, number: int) -> Talk:
        return self.book.talks[number % len(self.book.talks)]

    def path(self, talk: Talk, what: str = "") -> str:
        return f"{talk.door}/Conversations/{talk.sid}{what}"

    # --- conversations --------------------------------------------------------------------

    @rule(number=nth)
    def begin(self, number: int) -> None:
        """Where there is room: few talks meet each other more often."""
        if len(self.book.talks) < MOST_TALKS:
            door = self.doors[number % 2]
            self.book.talks.append(Talk(self.ok("POST", f"{door}/Conversations")["sid"], door))

    @rule(number=nth, sure=nth)
    def close(self, number: int, sure: int) -> None:
        talk = self.talk(number)
        if talk.closed:
            self.refused(400, 50377, self.path(talk), State="closed")
        elif sure < 2:
            self.ok("POST", self.path(talk), State="closed")
            self.book.over(talk)
            talk.closed = True

    @rule(number=nth, sure=nth)
    def delete(self, number: int, sure: int) -> None:
        talk = self.talk(number)
        if len(self.book.talks) > 1 and (sure < 1 or talk.closed):
            self.ok("DELETE", self.path(talk))
            self.book.over(talk)
            self.book.talks.remove(talk)

    # --- people ---------------------------------------------------------------------------

    def joins(self, talk: Talk, who: Person, **form: str) -> None:
        path = self.path(talk, "/Participants")
        if talk.closed:
            self.refused(400, 50377, path, **form)
            return
        if who.identity in {person.identity for person in talk.people} - {None}:
            self.refused(409, 50433, path, **form)
            return
        if talk.shows(who):
            self.refused(409, 50437, path, **form)
            return
        if self.agreed(talk, [*talk.people, who], who, path, form):
            made = replace(who, sid=self.ok("POST", path, **form)["sid"])
            self.book.settle(talk, [*talk.people, made])

    def agreed(
        self, talk: Talk, then: list[Person], who: Person, path: str, form: dict[str, str]
    ) -> bool:
        """Whether the model has nothing against it; if it has, the server refuses it too."""
        try:
            self.book.check(talk, then, who)
        except Taken as taken:
            self.refused(409, taken.code, path, taken.holder, **form)
            return False
        return True

    @rule(number=nth, phone=phones, proxy=proxies)
    def join_by_address(self, number: int, phone: str, proxy: str) -> None:
        form = {"MessagingBinding_Address": phone, "MessagingBinding_ProxyAddress": proxy}
        self.joins(self.talk(number), Person("", address=phone, proxy=proxy), **form)

    @rule(number=nth, phone=phones)
    def join_group(self, number: int, phone: str) -> None:
        self.joins(self.talk(number), Person("", address=phone), MessagingBinding_Address=phone)

    @rule(number=nth, who=st.none() | people, shown=st.none() | proxies)
    def join_by_identity(self, number: int, who: str | None, shown: str | None) -> None:
        form = {"Identity": who, "MessagingBinding_ProjectedAddress": shown}
        sent = {name: value for name, value in form.items() if value}
        if sent and len(self.talk(number).people) < 8:
            self.joins(self.talk(number), Person("", identity=who, projected=shown), **sent)

    @rule(number=nth, numbers=st.sets(phones, min_size=1), who=st.none() | people, shown=proxies)
    def gather(self, number: int, numbers: set[str], who: str | None, shown: str) -> None:
        """Otherwise groups would seldom be the same."""
        for phone in sorted(numbers):
            self.join_group(number, phone)
        self.join_by_identity(number, who, shown)

    def updates(self, talk: Talk, who: Person, then: Person, **form: str) -> None:
        path = self.path(talk, f"/Participants/{who.sid}")
        everybody = [then if person is who else person for person in talk.people]
        if talk.closed:
            self.refused(400, 50377, path, **form)
        elif talk.shows(then):
            self.refused(409, 50437, path, **form)
        elif self.agreed(talk, everybody, then, path, form):
            self.ok("POST", path, **form)
            self.book.settle(talk, everybody)

    @rule(number=nth, which=nth, proxy=st.none() | proxies)
    def update_proxy(self, number: int, which: int, proxy: str | None) -> None:
        talk = self.talk(number)
        there = [person for person in talk.people if person.address]
        if not there:
            return
        who = there[which % len(there)]
        if proxy or who.proxy:
            form = {"MessagingBinding_ProxyAddress": proxy or "null"}
            self.updates(talk, who, replace(who, proxy=proxy), **form)

    @rule(number=nth, which=nth, shown=st.none() | proxies)
    def update_projection(self, number: int, which: int, shown: str | None) -> None:
        talk = self.talk(number)
        there = [person for person in talk.people if person.identity]
        if there and (shown or there[which % len(there)].projected):
            who = there[which % len(there)]
            form = {"MessagingBinding_ProjectedAddress": shown or "null"}
            self.updates(talk, who, replace(who, projected=shown), **form)

    @rule(number=nth, which=nth)
    def leave(self, number: int, which: int) -> None:
        talk = self.talk(number)
        if talk.people:
            who = talk.people[which % len(talk.people)]
            self.ok("DELETE", self.path(talk, f"/Participants/{who.sid}"))
            self.book.settle(talk, [person for person in talk.people if person is not who])

    @rule(who=people, door=nth)
    def delete_user(self, who: str, door: int) -> None:
        at = self.doors[door % 2]
        there = [talk for talk in self.book.talks if talk.door == at]
        if any(who == person.identity for talk in there for person in talk.people):
            self.ok("DELETE", f"{at}/Users/{who}")
            for talk in there:
                self.book.settle(talk, [each for each in talk.people if each.identity != who])

    # --- what is seen ---------------------------------------------------------------------

    @rule(number=nth, author=phones | proxies | people)
    def say(self, number: int, author: str) -> None:
        talk = self.talk(number)
        path, form = self.path(talk, "/Messages"), {"Author": author, "Body": "hello"}
        writers = [person for person in talk.people if author in person.names]
        if talk.closed:
            self.refused(400, 50377, path, **form)
        elif talk.is_group and not writers:
            self.refused(400, 50513, path, **form)
        else:
            found = self.ok("POST", path, **form)["participant_sid"]
            assert found in {person.sid for person in writers} or (found is None and not writers)

    def teardown(self) -> None:
        """In the end everything is asked for."""
        for number in range(len(self.book.talks)):
            self.say(number=number, author="nobody")
        last = Talk(self.ok("POST", "/v1/Conversations")["sid"], "/v1")
        self.book.talks.insert(0, last)
        for phone, proxy in itertools.product(PHONES, PROXIES):
            self.join_by_address(number=0, phone=phone, proxy=proxy)
        for phone in PHONES:
            self.look(phone=phone)
            self.gather(number=0, numbers={phone}, who=None, shown=PROXIES[0])

    @rule(phone=phones)
    def look(self, phone: str) -> None:
        for door in self.doors:
            path = f"{door}/ParticipantConversations?Address={quote(phone)}"
            shown = self.ok("GET", path)["conversations"]
            there = [
                (talk.sid, person.sid, person.proxy)
                for talk in self.book.talks
                for person in talk.people
                if talk.door == door and person.address == phone
            ]
            assert [bound(each) for each in shown] == sorted(there, key=lambda each: each[:2])


def bound(shown: Any) -> tuple[str, str, str | None]:
    proxy = shown["participant_messaging_binding"]["proxy_address"]
    return shown["conversation_sid"], shown["participant_sid"], proxy


@pytest.fixture
def bench(config: Config) -> Iterator[Bench]:
    with Bench(config) as running:
        yield running


def test_pairs_and_groups_are_free_exactly_when_the_model_says_so(
    bench: Bench, engine: str
) -> None:
    Addresses.bench, Addresses.taken = bench, {}
    run = settings(RUN, max_examples=EXAMPLES[engine])

    run_state_machine_as_test(Addresses, settings=run)

    print(f"refused: {Addresses.taken}")
    assert min(Addresses.taken.get(code, 0) for code in (50416, 50438, 50513, 50377)) >= 10
