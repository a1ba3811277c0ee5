"""What a user does with their conversations, and then the whole API, by plain curl."""

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clients.cli.chapters import DOORS, Door, story
from clients.cli.story import Chapter, Listed, operations
from clients.cli_runs import Outcome, Outcomes, by_curl, chapters, faults
from clients.runs import Route, base_of, run
from contract.table import ROWS
from harness import Server, account

TOUR = Path(__file__).parent / "curl" / "tour.sh"


class Answer(NamedTuple):
    status: int
    body: Any

    def error(self) -> tuple[int, int, int]:
        return self.status, self.body["status"], self.body["code"]


class Seen:
    """Every answer that a tour got, by the request's name."""

    def __init__(self, base: str, door: str, printed: str) -> None:
        self.base, self._door = base, door
        self._answers = defaultdict(list)
        for line in printed.splitlines():
            name, body, status = line.split("\t")
            self._answers[name].append(Answer(int(status), json.loads(body) if body else None))

    def root(self) -> str:
        """What the URLs of resources begin with."""
        service = self.answer("conversation").body["chat_service_sid"]
        return f"{self.base}/v1" + (f"/Services/{service}" if self._door == "service" else "")

    def every(self, name: str) -> list[Answer]:
        return self._answers[name]

    def answer(self, name: str) -> Answer:
        [answer] = self._answers[name]
        return answer

    def horizon(self, name: str) -> list[int | None]:
        body = self.answer(name).body
        return [body["last_read_message_index"], body["unread_messages_count"]]


@pytest.fixture(scope="module", params=["account", "service"])
def seen(request: pytest.FixtureRequest, route: Route, server: Server, curl: str) -> Seen:
    sid, token = account()
    credentials = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}
    done = run(["bash", str(TOUR), request.param], route, server.url, credentials)
    assert done.returncode == 0, done.stderr
    return Seen(base_of(route, server.url), request.param, done.stdout)


def test_things_are_made(seen: Seen) -> None:
    made = [*seen.every("conversation"), *seen.every("participant"), *seen.every("message")]
    assert [answer.status for answer in made] == [201] * 5
    assert seen.answer("participant").body["identity"] == "jörg/lee"
    bodies = [answer.body["body"] for answer in seen.every("message")]
    assert bodies == ["one", "two & a half", "drei"]


def test_names_in_the_path_lead_to_the_pair(seen: Seen) -> None:
    fetched = seen.answer("fetch")
    conversation, participant = seen.answer("conversation").body, seen.answer("participant").body
    assert fetched.status == 200
    assert fetched.body["conversation_sid"] == conversation["sid"]
    assert fetched.body["participant_sid"] == participant["sid"]
    assert fetched.body["links"] == {
        "participant": participant["url"],
        "conversation": conversation["url"],
    }
    assert conversation["url"] == f"{seen.root()}/Conversations/{conversation['sid']}"
    assert seen.answer("list").body["conversations"] == [fetched.body]


def test_muting_and_reading_are_kept_and_ones_own_affair(seen: Seen) -> None:
    assert seen.answer("muted").body["notification_level"] == "muted"
    assert seen.horizon("read") == [0, 2]
    assert seen.horizon("fetch_read") == [0, 2]
    assert seen.answer("fetch_read").body["notification_level"] == "muted"
    assert seen.answer("anns").body["notification_level"] == "default"
    assert seen.horizon("anns") == [None, None]
    assert seen.answer("participant_read").body["last_read_timestamp"] is None
    dated = seen.answer("participant_dated").body
    assert (dated["last_read_message_index"], dated["last_read_timestamp"]) == (
        0,
        "2026-01-01T10:00:00Z",
    )


def test_null_in_either_spelling_forgets_what_was_read(seen: Seen) -> None:
    assert seen.horizon("read_again") == [1, 1]
    for name in ("unmuted", "forgotten_by_word", "forgotten", "fetch_forgotten"):
        assert seen.horizon(name) == [None, None]
        assert seen.answer(name).body["notification_level"] == "default"


def test_pages_lead_on_by_their_urls(seen: Seen) -> None:
    first, second = seen.answer("page_first").body, seen.answer("page_second").body
    user = first["conversations"][0]["user_sid"]
    assert first["meta"]["next_page_url"].startswith(f"{seen.root()}/Users/{user}/Conversations?")
    assert second["meta"]["next_page_url"] is None
    names = [seen["unique_name"] for page in (first, second) for seen in page["conversations"]]
    assert sorted(names) == ["a", "b", "team lunch"]
    assert [len(first["conversations"]), len(second["conversations"])] == [2, 1]


def test_refusals_bear_status_and_code(seen: Seen) -> None:
    assert seen.answer("bad_level").error() == (400, 400, 50210)
    assert seen.answer("twice").error() == (409, 409, 50433)
    assert seen.answer("message_to_closed").error() == (400, 400, 50377)
    assert seen.answer("nobody").error() == (401, 401, 20003)


def test_whoever_left_is_gone(seen: Seen) -> None:
    assert seen.answer("left") == Answer(204, None)
    assert seen.answer("fetch_left").error() == (404, 404, 20404)
    assert seen.answer("leave_again").error() == (404, 404, 20404)
    left = seen.answer("list_left").body["conversations"]
    assert sorted(one["unique_name"] for one in left) == ["a", "b"]
    participants = seen.answer("participants_left").body["participants"]
    assert [one["identity"] for one in participants] == ["ann"]


def test_messages_outlive_the_closed_conversation(seen: Seen) -> None:
    messages = seen.answer("messages_left").body["messages"]
    assert [message["index"] for message in messages] == [2, 1, 0]


@pytest.fixture(scope="module")
def played(
    route: Route, server: Server, curl: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Door], Outcomes]:
    """What came of the story; each door's plays once."""

    @cache
    def play(door: Door) -> Outcomes:
        return by_curl(story(door), route, server.url, tmp_path_factory.mktemp("curl"))

    return play


def test_the_story_needs_every_operation() -> None:
    told = {one for door in DOORS for one in operations(story(door))}
    assert told == {str(row) for row in ROWS}


@pytest.mark.parametrize("door", DOORS)
def test_each_step_of_the_story_has_a_name_of_its_own(door: Door) -> None:
    names = [step.name for step in story(door)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("came", "fault"),
    [
        (Outcome([], []), "statuses []"),
        (Outcome([200], [{"sid": "US1", "identity": "ann"}]), "statuses [200]"),
        (Outcome([201], [{"sid": "US1", "identity": "ben"}]), "identity is 'ben', not 'ann'"),
        (Outcome([201], [{"sid": "US1"}]), "identity is None, not 'ann'"),
    ],
)
def test_what_came_otherwise_than_told_is_a_fault(came: Outcome, fault: str) -> None:
    step = Chapter("users", "/v1/Users").make("ann", {"Identity": "ann"})
    assert faults("users", [step], {"ann": Outcome([201], [{"identity": "ann"}])}) == []
    [found] = faults("users", [step], {"ann": came})
    assert fault in found


@pytest.mark.parametrize(
    "came",
    [
        Outcome([200], [{"index": 1}, {"index": 0}]),
        Outcome([200, 200], [{"index": 0}, {"index": 1}]),
        Outcome([200, 200], [{"index": 1}, {"index": 1}, {"index": 0}]),
    ],
    ids=["one page", "another order", "twice"],
)
def test_a_list_that_came_otherwise_is_a_fault(came: Outcome) -> None:
    step = Chapter("messages", "/v1/Messages").every("newest", "index", [])
    step = step._replace(listed=Listed("index", [1, 0], pages=2, ordered=True))
    right = Outcome([200, 200], [{"index": 1}, {"index": 0}])
    assert faults("messages", [step], {"newest": right}) == []
    assert len(faults("messages", [step], {"newest": came})) == 1


@pytest.mark.parametrize(("door", "chapter"), chapters())
def test_curl_reads_back_what_it_wrote(
    played: Callable[[Door], Outcomes], door: Door, chapter: str
) -> None:
    assert faults(chapter, story(door), played(door)) == []
