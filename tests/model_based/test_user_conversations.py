from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, run_state_machine_as_test

from model_based.bench import HOST, Bench
from model_based.machine import PEOPLE, Writing, either, seldom, some, step
from model_based.model import Talk
from partywire.config import Config

EXAMPLES, STEPS_EACH = 290, 50
LEAST_STEPS = 10_000

RUN = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS_EACH,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Walk:
    """Somebody on the way through their list, page by page, while others write."""

    person: str
    user: str  # as the path names them: SID or identity
    size: int
    page: dict[str, Any]


class UserConversations(Writing):
    """The requests that read, between those that write."""

    def __init__(self) -> None:
        super().__init__()
        self.walks: list[Walk] = []

    @step(nth=some, who=some, stray=seldom, by_sid=either)
    def fetch(self, nth: int, who: int, stray: bool, by_sid: bool) -> None:
        room = self.room(nth, stray)
        person = self.person(room, who, stray)
        if self.member(person, room) is None:
            for as_participant in (True, False):
                path = self.pair_path(person, room, by_sid, as_participant)
                self.refused(404, 20404, "GET", path)
            return
        self.agrees(self.ok("GET", self.pair_path(person, room, by_sid, False)), person, room)
        participant = self.ok("GET", self.pair_path(person, room, by_sid, True))
        member = self.world.talks[room].members[person]
        assert participant["sid"] == member.participant
        assert participant["last_read_message_index"] == member.horizon

    @step(who=some, by_sid=either)
    def fetch_list(self, who: int, by_sid: bool) -> None:
        person = PEOPLE[who % len(PEOPLE)]
        path = self.user_path(person, by_sid) + "/Conversations"
        if person not in self.world.users:
            self.refused(404, 20404, "GET", path)
        else:
            self.is_page(self.ok("GET", path), person, self.world.of(person))

    @step()
    def look_at_everything(self) -> None:
        there = self.ok("GET", "/Conversations?PageSize=100")["conversations"]
        assert {each["sid"] for each in there} == {t.sid for t in self.world.talks.values()}
        for room, talk in self.world.talks.items():
            path = self.talk_path(room, by_sid=True)
            messages = self.ok("GET", f"{path}/Messages?PageSize=100")["messages"]
            expected = sorted(talk.messages.items(), key=lambda item: item[1])[:100]
            assert [(each["sid"], each["index"]) for each in messages] == expected
            people = self.ok("GET", f"{path}/Participants")["participants"]
            assert {each["identity"]: each["sid"] for each in people} == {
                person: member.participant for person, member in talk.members.items()
            }

    # --- walking --------------------------------------------------------------------------

    @step(who=some, by_sid=either, size=st.integers(1, 5))
    def start_a_walk(self, who: int, by_sid: bool, size: int) -> None:
        person = PEOPLE[who % len(PEOPLE)]
        if person not in self.world.users:
            return
        user = self.user_path(person, by_sid)
        page = self.ok("GET", f"{user}/Conversations?PageSize={size}")
        mine = self.world.of(person)
        self.is_page(page, person, mine[:size])
        assert page["meta"]["previous_page_url"] is None
        assert bool(page["meta"]["next_page_url"]) == (len(mine) > size)
        self.walks = [*self.walks[-1:], Walk(person, user, size, page)]

    @precondition(lambda self: self.walks)
    @step(which=some)
    def walk_on(self, which: int) -> None:
        walk = self.walks[which % len(self.walks)]
        here = self.hop(walk, "next_page_url")
        if here is None:
            return
        last = here["conversations"][-1]["conversation_sid"]
        beyond = [talk for talk in self.world.of(walk.person) if talk.sid > last]
        self.is_page(walk.page, walk.person, beyond[: walk.size])
        if walk.page["conversations"]:
            assert bool(walk.page["meta"]["next_page_url"]) == (len(beyond) > walk.size)
            assert walk.page["meta"]["previous_page_url"]

    @precondition(lambda self: self.walks)
    @step(which=some)
    def walk_back(self, which: int) -> None:
        walk = self.walks[which % len(self.walks)]
        here = self.hop(walk, "previous_page_url")
        if here is None:
            return
        first = here["conversations"][0]["conversation_sid"]
        ahead = [talk for talk in self.world.of(walk.person) if talk.sid < first]
        self.is_page(walk.page, walk.person, ahead[-walk.size :])
        if walk.page["conversations"]:
            assert bool(walk.page["meta"]["previous_page_url"]) == (len(ahead) > walk.size)
            assert walk.page["meta"]["next_page_url"]

    def hop(self, walk: Walk, link: str) -> dict[str, Any] | None:
        """Follows a link; returns the page it stood on, None where the walk is over."""
        here, url = walk.page, walk.page["meta"][link]
        if url is None:
            self.walks.remove(walk)
            return None
        path = url.removeprefix(HOST + self.door)
        sid = self.world.users.get(walk.person)
        if sid is None or ("US" in walk.user and walk.user != f"/Users/{sid}"):
            self.refused(404, 20404, "GET", path)
            self.walks.remove(walk)
            return None
        walk.page = self.ok("GET", path)
        return here

    def is_page(self, page: dict[str, Any], person: str, expected: list[Talk]) -> None:
        names = {talk.sid: room for room, talk in self.world.talks.items()}
        shown = page["conversations"]
        assert [each["conversation_sid"] for each in shown] == [talk.sid for talk in expected]
        for each in shown:
            self.agrees(each, person, names[each["conversation_sid"]])


@pytest.fixture
def bench(config: Config) -> Iterator[Bench]:
    with Bench(config) as running:
        yield running


def test_random_requests_are_answered_as_the_model_says(bench: Bench) -> None:
    Writing.bench = bench
    Writing.steps = 0

    run_state_machine_as_test(UserConversations, settings=RUN)

    print(f"{Writing.steps} random steps")
    assert Writing.steps >= LEAST_STEPS
