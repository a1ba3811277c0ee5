"""The story of `clients.cli.story`, as the two clients on a command line play it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from clients.cli.chapters import DOORS, Door, story
from clients.cli.story import Form, Listed, Step
from clients.node_runtime import CLI
from clients.runs import Route, run
from harness import account

CURL_STORY = Path(__file__).parent / "curl" / "story.sh"
CLI_STORY = CLI / "story.js"
TWILIO = CLI / "node_modules" / "twilio-cli" / "bin" / "run"

_PLACE_HOLDER = re.compile(r"\{\w+\}")
_SENT = re.compile(r"^\[DEBUG\] (get|post|delete) (https?://\S+)$", re.MULTILINE)
_STATUS = re.compile(r"^\[DEBUG\] response\.statusCode: (\d+)$", re.MULTILINE)
# The CLI looks for a newer self and for newer plugins, unless it is told not to.
_NO_UPDATES = {"TWILIO_SKIP_NEW_VERSION_CHECK": "true", "TWILIO_DISABLE_AUTOUPDATE": "true"}


class Outcome(NamedTuple):
    """What came of a step.

    Attributes:
        statuses: of its answers; more than one where a list has pages.
        things: what was answered, or the items of the list.
    """

    statuses: list[int]
    things: list[Any]


Outcomes = Mapping[str, Outcome]


def quiet(home: Path, credentials: tuple[str, str] | None = None) -> dict[str, str]:
    """Variables under which the CLI signs in and calls nobody else.

    Args:
        home: where it may keep what it remembers.
        credentials: of the account; None makes one.
    """
    sid, token = credentials or account()
    return {
        **_NO_UPDATES,
        "HOME": str(home),
        "TWILIO_ACCOUNT_SID": sid,
        "TWILIO_AUTH_TOKEN": token,
        "NO_COLOR": "1",
    }


def by_cli(node: str, steps: list[Step], url: str, folder: Path) -> tuple[list[str], Outcomes]:
    """The CLI's own list of operations, and what came of the story."""
    told = folder / "story"
    told.write_text("".join(f"{json.dumps(_as_given(step))}\n" for step in steps))
    done = run([node, str(CLI_STORY), str(told)], "through exec", url, quiet(folder))
    assert done.returncode == 0, done.stderr
    first, *lines = map(json.loads, done.stdout.splitlines())
    return first, {line["name"]: _of_cli(line) for line in lines}


def _as_given(step: Step) -> Form:
    names = [holder.strip("{}") for holder in _PLACE_HOLDER.findall(step.path)]
    given = {**dict(zip(names, step.at, strict=True)), **step.form}
    return {"name": step.name, "operation": f"{step.method} {step.path}", "given": given}


def _of_cli(line: dict[str, Any]) -> Outcome:
    statuses = [int(status) for status in _STATUS.findall(line["stderr"])]
    assert len(statuses) == len(_SENT.findall(line["stderr"])), line["stderr"]
    if not statuses:  # the CLI itself refused
        return Outcome([], [line["stderr"]])
    assert (line["exit"] == 0) == (statuses[-1] < 400), line
    return Outcome(statuses, [in_snake_case(thing) for thing in line["answer"]])


def in_snake_case(thing: Any) -> Any:
    """What the CLI shows, as the API sent it: it writes names and dates in its own way."""
    if isinstance(thing, dict):
        return {
            re.sub(r"[A-Z]", lambda match: f"_{match[0].lower()}", name): in_snake_case(value)
            for name, value in thing.items()
        }
    if isinstance(thing, list):
        return [in_snake_case(one) for one in thing]
    if isinstance(thing, str):
        return re.sub(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.000Z$", r"\1Z", thing)
    return thing


def by_curl(steps: list[Step], route: Route, url: str, folder: Path) -> Outcomes:
    """What came of the story by plain curl."""
    sid, token = account()
    credentials = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}
    told = folder / "story"
    told.write_text("".join("\t".join(_columns(step)) + "\n" for step in steps))
    done = run(["bash", str(CURL_STORY), str(told)], route, url, credentials)
    assert done.returncode == 0, done.stderr
    answers: dict[str, list[tuple[int, Any]]] = {}
    for line in done.stdout.splitlines():
        name, body, status = line.split("\t")
        answers.setdefault(name, []).append((int(status), json.loads(body) if body else None))
    return {name: _of_curl(pages) for name, pages in answers.items()}


def _columns(step: Step) -> Iterator[str]:
    parts = (part if part.startswith("<") else quote(part, safe="") for part in step.at)
    path = _PLACE_HOLDER.sub(lambda _: next(parts), step.path)
    yield from (step.name, step.method, path)
    for name, value in step.form.items():
        for one in value if isinstance(value, list) else [value]:
            yield f"{name}={str(one).lower() if isinstance(one, bool) else one}"


def _of_curl(pages: list[tuple[int, Any]]) -> Outcome:
    things: list[Any] = []
    for _, body in pages:
        if body is not None:
            things += body[body["meta"]["key"]] if "meta" in body else [body]
    return Outcome([status for status, _ in pages], things)


def chapters() -> list[tuple[Door, str]]:
    """Every chapter of the story, at each door."""
    return [
        (door, name) for door in DOORS for name in dict.fromkeys(one.chapter for one in story(door))
    ]


def faults(chapter: str, steps: list[Step], outcomes: Outcomes) -> list[str]:
    """What came otherwise than a chapter's steps say."""
    made = {name: came.things[0] for name, came in outcomes.items() if came.things}
    sids = {name: thing.get("sid") for name, thing in made.items() if isinstance(thing, dict)}
    return [
        f"{step.name} ({step.method} {step.path}): {fault}"
        for step in steps
        if step.chapter == chapter
        for fault in _faults(step, outcomes.get(step.name, Outcome([], [])), sids)
    ]


def _faults(step: Step, came: Outcome, sids: Mapping[str, str]) -> Iterator[str]:
    pages = step.listed.pages if step.listed else 1
    if came.statuses != [step.status] * pages:
        yield f"statuses {came.statuses}: {came.things[:1]}"
    elif step.code:
        if came.things[0]["code"] != step.code:
            yield f"code {came.things[0]['code']}"
    elif step.listed:
        yield from _faults_of_list(step.listed, came.things)
    elif step.status != 204:
        yield from _differences("", _filled(step.shows, sids), came.things[0])


def _faults_of_list(listed: Listed, things: list[Any]) -> Iterator[str]:
    values = [thing[listed.field] for thing in things]
    if not listed.ordered:
        values = sorted(values, key=str)
    if values != (listed.values if listed.ordered else sorted(listed.values, key=str)):
        yield f"lists {values}"


def _filled(wanted: Any, sids: Mapping[str, str]) -> Any:
    if isinstance(wanted, dict):
        return {name: _filled(value, sids) for name, value in wanted.items()}
    if isinstance(wanted, str) and (match := re.fullmatch(r"<(.+)>", wanted)):
        return sids.get(match[1])
    return wanted


def _differences(where: str, wanted: Form, seen: Form) -> Iterator[str]:
    for name, value in wanted.items():
        if isinstance(value, dict) and isinstance(seen.get(name), dict):
            yield from _differences(f"{where}{name}.", value, seen[name])
        elif seen.get(name) != value:
            yield f"{where}{name} is {seen.get(name)!r}, not {value!r}"
