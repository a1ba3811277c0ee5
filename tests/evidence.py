"""Writes down what the tests met on the wire: docs/fidelity.md is made of it.

With ``PARTYWIRE_EVIDENCE=FOLDER`` each process of pytest keeps a file of its own there. A line says
that a test, which passed, reached an operation, what it sent and what came back; of a refusal only
where the test looked at the code. What fixtures ask belongs to no test; what a generator made up
(Hypothesis, or a sweep over odd values) is left out, as it is written down nowhere.

With ``PARTYWIRE_WITHHOLD=FILE`` the parameter that the file names for a test never leaves it: a
test that passes all the same does not show what the parameter does.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, SupportsIndex
from urllib.parse import parse_qsl, urlencode

import httpx
from hypothesis import currently_in_test_context

# Their requests depend on chance or on other programs; or they look at whatever comes back.
NO_EVIDENCE = (
    "tests/cli/",
    "tests/clients/",
    "tests/concurrency/",
    "tests/conformance/",
    "tests/contract/test_odd_values.py",
    "tests/crash/",
    "tests/docs/",
    "tests/model_based/",
    "tests/tools/",
)
INVALID = 20001
HEADER = "X-Twilio-Webhook-Enabled"

MOST_WITHHELD = 300
# What stands at these paths is no part of the documented API: a bench's own, and media.
BESIDE = re.compile(rb"/_partywire/|/v1/Services/[^/]+/Media")

Withheld = dict[str, tuple[list[str], str]]


class Met(NamedTuple):
    """One request and its answer.

    Attributes:
        operation: method and template with its door, or empty where none stands there.
        sent: names of the parameters that had a value.
        status: of the answer.
        code: of a refusal; 0 of a success.
        message: of a refusal whose code says little.
    """

    operation: str
    sent: tuple[str, ...]
    status: int
    code: int = 0
    message: str = ""


class Problem(dict[str, Any]):
    """The JSON of a refusal; notices when its content is looked at."""

    def __init__(self, body: dict[str, Any], met: Met, found: set[Met]) -> None:
        super().__init__(body)
        self._met, self._found = met, found

    def __getitem__(self, key: str) -> Any:
        if key == "code":
            self._found.add(self._met)
        return super().__getitem__(key)

    def __eq__(self, other: object) -> bool:
        self._found.add(self._met)
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return dict, (dict(self),)


class Recorder:
    """What one process of pytest meets.

    Args:
        folder: where the evidence goes; None keeps none.
        withheld: each test to a parameter that it must do without, at these operations.
    """

    def __init__(self, folder: Path | None, withheld: Withheld) -> None:
        self._folder, self._withheld = folder, withheld
        self._test: str | None = None
        self._found: set[Met] = set()
        self._times = 0

    @contextmanager
    def during(self, test: str) -> Iterator[None]:
        """What is met within belongs to this test; if it does not pass, it shows nothing."""
        self._test, self._found, self._times = test, set(), 0
        try:
            yield
            if self._folder is not None and self._found:
                self._write(self._folder)
        finally:
            self._test = None

    def _write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        with Path(folder, f"{worker}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(
                json.dumps({"test": self._test, **met._asdict()}) + "\n"
                for met in sorted(self._found)
            )

    def without(self, request: httpx.Request) -> httpx.Request:
        """The request, without what the test must do without.

        Raises:
            AssertionError: there is no end to them, as when no page leads to the next.
        """
        operations, name = self._withheld.get(self._test or "", ([], ""))
        if target(request) not in operations:
            return request
        self._times += 1
        assert self._times < MOST_WITHHELD
        return stripped(request, name)

    def note(self, answer: httpx.Response) -> None:
        """Writes down a success, or a refusal once the test looks at it."""
        if self._test is None or currently_in_test_context():
            return
        request, found = answer.request, self._found
        if BESIDE.match(request.url.raw_path):
            return
        met = Met(target(request), sent(request), answer.status_code)
        if answer.status_code < 400:
            if met.operation:
                found.add(met)
            return
        read = answer.json

        def json_of(**options: Any) -> Any:
            body = read(**options)
            if not isinstance(body, dict) or "code" not in body:
                return body
            code = body["code"]
            message = body["message"] if code == INVALID else ""
            return Problem(body, met._replace(code=code, message=message), found)

        answer.json = json_of  # type: ignore[method-assign]


@cache
def _routes() -> Any:
    from partywire.wire.http.doors import routes

    return routes()


@cache
def _templates() -> dict[tuple[int, str], str]:
    """The template of each operation at each door; twins are one object at two places."""
    from partywire.wire.http.doors import DOORS

    return {
        (id(operation), door): f"{operation.method} {prefix}{operation.path}"
        for door, prefix, table in DOORS
        for operation in table
    }


def target(request: httpx.Request) -> str:
    """The operation that a request reaches; empty where none stands there."""
    found = _routes().find(request.url.raw_path.partition(b"?")[0])
    operation = found and found[0].operations.get(request.method)
    return _templates()[id(operation), found[0].door] if operation else ""


def sent(request: httpx.Request) -> tuple[str, ...]:
    """The names of the parameters that have a value."""
    pairs = parse_qsl(request.url.query.decode("latin-1")) + _form(request)
    names = {name for name, _ in pairs}
    return tuple(sorted(names | ({HEADER} & {HEADER for _ in request.headers.get_list(HEADER)})))


def _form(request: httpx.Request, *, blank: bool = False) -> list[tuple[str, str]]:
    try:
        return parse_qsl(request.content.decode(), keep_blank_values=blank)
    except (httpx.RequestNotRead, UnicodeDecodeError):
        return []


def stripped(request: httpx.Request, name: str) -> httpx.Request:
    """The request without this parameter, be it in the query, the body or the headers."""
    url = request.url.copy_remove_param(name)
    headers = [(key, value) for key, value in request.headers.items() if key != name.lower()]
    form = _form(request, blank=True)
    content = request.content
    if any(key == name for key, _ in form):
        content = urlencode([(key, value) for key, value in form if key != name]).encode()
        headers = [(key, value) for key, value in headers if key != "content-length"]
    return httpx.Request(
        request.method, url, headers=headers, content=content, extensions=request.extensions
    )


def recorder() -> Recorder | None:
    """This process's; None unless it is asked for. From now on it sees all that httpx sends."""
    folder, file = (os.environ.get(f"PARTYWIRE_{name}") for name in ("EVIDENCE", "WITHHOLD"))
    if not folder and not file:
        return None
    withheld = json.loads(Path(file).read_text(encoding="utf-8")) if file else {}
    made = Recorder(Path(folder) if folder else None, withheld)
    _watch(made)
    return made


def _watch(made: Recorder) -> None:
    send, send_async = httpx.Client.send, httpx.AsyncClient.send

    def seen(self: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = send(self, made.without(request), **more)
        if answer.is_closed:
            made.note(answer)
        return answer

    async def seen_async(
        self: httpx.AsyncClient, request: httpx.Request, **more: Any
    ) -> httpx.Response:
        answer = await send_async(self, made.without(request), **more)
        if answer.is_closed:
            made.note(answer)
        return answer

    httpx.Client.send = seen  # type: ignore[method-assign]
    httpx.AsyncClient.send = seen_async  # type: ignore[method-assign]
