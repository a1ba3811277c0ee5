"""The recorder: what of a test's requests counts as evidence, and what a test must do without."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence import HEADER, Recorder, sent, stripped, target

BASE = "http://bench/v1"
REFUSED = {"code": 20001, "message": "PageSize is odd", "more_info": "http://x", "status": 400}


def request(method: str = "POST", path: str = "/Users", **more: Any) -> httpx.Request:
    return httpx.Request(method, BASE + path, **more)


def answered(status: int, asked: httpx.Request, body: object = None) -> httpx.Response:
    return httpx.Response(status, json=body, request=asked)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
def recorder(folder: Path) -> Recorder:
    return Recorder(folder, {})


def lines(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_success_is_written_down_with_what_was_sent(folder: Path, recorder: Recorder) -> None:
    with recorder.during("tests/test_a.py::test_b"):
        asked = request(data={"Identity": "ada", "FriendlyName": ""}, headers={HEADER: "true"})
        recorder.note(answered(201, asked))
    assert lines(folder) == [
        {
            "test": "tests/test_a.py::test_b",
            "operation": "POST /v1/Users",
            "sent": ["Identity", HEADER],
            "status": 201,
            "code": 0,
            "message": "",
        }
    ]


def test_the_same_thing_met_twice_is_one_line(folder: Path, recorder: Recorder) -> None:
    with recorder.during("test"):
        for identity in ("ada", "eve"):
            recorder.note(answered(201, request(data={"Identity": identity})))
    assert len(lines(folder)) == 1


def look_at_the_code(answer: httpx.Response) -> None:
    assert answer.json()["code"] == 20001


def look_at_the_whole(answer: httpx.Response) -> None:
    assert answer.json() == REFUSED


def look_elsewhere(answer: httpx.Response) -> None:
    assert answer.status_code == 400
    assert answer.json()["message"] == "PageSize is odd"


@pytest.mark.parametrize(
    ("look", "counts"),
    [(look_at_the_code, True), (look_at_the_whole, True), (look_elsewhere, False)],
)
def test_a_refusal_counts_only_where_the_test_looks_at_its_code(
    folder: Path, recorder: Recorder, look: Any, counts: bool
) -> None:
    with recorder.during("test"):
        answer = answered(400, request("GET", params={"PageSize": "odd"}), REFUSED)
        recorder.note(answer)
        look(answer)
    found = [(line["operation"], line["code"], line["message"]) for line in lines(folder)]
    assert found == ([("GET /v1/Users", 20001, "PageSize is odd")] if counts else [])


def test_a_test_that_fails_leaves_nothing(folder: Path, recorder: Recorder) -> None:
    def failing() -> None:
        recorder.note(answered(201, request()))
        raise ValueError

    with pytest.raises(ValueError), recorder.during("test"):  # noqa: PT011 - its own
        failing()
    assert lines(folder) == []


@pytest.mark.parametrize(
    "path",
    ["/_partywire/Handsets/1/Messages", "/v1/Services/IS0/Media", "/v1/Services/IS0/MediaSet"],
)
def test_what_stands_beside_the_api_is_no_evidence(
    folder: Path, recorder: Recorder, path: str
) -> None:
    with recorder.during("tests/test_a.py::test_b"):
        asked = httpx.Request("POST", f"http://bench{path}")
        answer = answered(400, asked, REFUSED)
        recorder.note(answer)
        assert answer.json()["code"] == 20001
    assert lines(folder) == []


def test_what_comes_before_and_after_a_test_is_nobodys(folder: Path, recorder: Recorder) -> None:
    recorder.note(answered(200, request("GET")))
    with recorder.during("test"):
        recorder.note(answered(200, request("GET", "/Services")))
    recorder.note(answered(200, request("GET", "/Conversations")))
    assert [line["operation"] for line in lines(folder)] == ["GET /v1/Services"]


def test_what_a_generator_made_up_is_left_out(folder: Path, recorder: Recorder) -> None:
    @settings(max_examples=3, database=None)
    @given(st.text())
    def generated(_text: str) -> None:
        recorder.note(answered(200, request("GET")))

    with recorder.during("test"):
        generated()
    assert lines(folder) == []


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/Users/a%2Fb?PageSize=1", "GET /v1/Users/{Sid}"),
        ("DELETE", "/Services/IS1", "DELETE /v1/Services/{Sid}"),
        ("GET", "/Services/IS1/Users", "GET /v1/Services/{ChatServiceSid}/Users"),
        ("PUT", "/Users", ""),
        ("GET", "/Nothing", ""),
    ],
)
def test_an_operation_is_named_with_its_door(method: str, path: str, operation: str) -> None:
    assert target(request(method, path)) == operation


@pytest.fixture
def asked() -> httpx.Request:
    """A request that has everything everywhere."""
    form = {"Body": "hello", "Author": "ada", "Attributes": ""}
    return request(path="/Users?PageSize=2&Page=1", data=form, headers={HEADER: "true"})


@pytest.mark.parametrize("name", ["Body", "PageSize", HEADER])
def test_a_parameter_can_be_taken_off_a_request(asked: httpx.Request, name: str) -> None:
    before = set(sent(asked))
    left = stripped(asked, name)
    assert set(sent(left)) == before - {name}
    assert left.headers["content-length"] == str(len(left.content))
    form = parse_qs(left.content.decode(), keep_blank_values=True)
    assert form["Attributes"] == [""]


def test_a_test_does_without_its_parameter_at_the_named_operations_only(folder: Path) -> None:
    users, services = "POST /v1/Users", "POST /v1/Services"
    recorder = Recorder(folder, {"this": ([users], "FriendlyName")})
    form = {"FriendlyName": "x", "Identity": "ada"}
    seen = {}
    for test in ("this", "another"):
        with recorder.during(test):
            for path in ("/Users", "/Services"):
                asked = recorder.without(request(path=path, data=form))
                seen[test, target(asked)] = sent(asked)
    assert seen.pop(("this", users)) == ("Identity",)
    assert set(seen.values()) == {("FriendlyName", "Identity")}
    assert ("this", services) in seen


def test_a_walk_that_does_without_what_ends_it_is_ended(recorder: Recorder) -> None:
    recorder = Recorder(None, {"test": (["GET /v1/Users"], "PageToken")})

    def walk() -> None:
        while True:
            recorder.without(request("GET"))

    with pytest.raises(AssertionError), recorder.during("test"):
        walk()
