"""What a user does with their conversations, by plain curl."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clients.runs import Route, base_of, run
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
    assert first["meta"]["next_page_url"].startswith(f"{seen.root()}/Users/j%C3%B6rg%2Flee/")
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
