"""A network that falls silent: nobody is told of it, and nobody waits for ever."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from crash import evidence
from crash.evidence import PostgresqlRows
from crash.nodes import BOUND_SECONDS, PATIENCE_SECONDS, becomes
from crash.scale import AT_LENGTH
from crash.wire import Wire
from engines import Side
from harness import account, assert_unavailable
from partywire.app import application, opened
from partywire.config import Config
from partywire.delivery.background import working
from partywire.domain.call import Resources
from partywire.storage import postgresql_listener, postgresql_pool
from partywire.storage.dialect import CHANNEL

pytestmark = pytest.mark.crash

TALKS = "/v1/Conversations"
SECONDS = ("_WAITING_SECONDS", "CONNECTING_SECONDS", "_ANSWER_SECONDS")
CROWD = 24  # more than there are connections
SHORT = 1.0  # seconds, which a busy machine does not need for an answer
SAID, OTHER = "said into the silence", "said next to it"
UNDER_WAY = """SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'partywire' AND datname = current_database()
    AND (xact_start IS NOT NULL OR state = 'active')"""


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> float:
    """What is promised, which is shorter than in life unless there is time."""
    if AT_LENGTH:
        return BOUND_SECONDS
    for name in SECONDS:
        monkeypatch.setattr(postgresql_pool, name, SHORT)
    return len(SECONDS) * SHORT


class Far:
    """A server in this process whose database is behind a wire."""

    def __init__(self, wire: Wire, resources: Resources, http: httpx.AsyncClient) -> None:
        self.wire, self.resources, self.http = wire, resources, http
        self.talk = ""

    async def post(self, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        return await self.http.post(path, data=form or {})

    async def acts(self) -> list[httpx.Response]:
        """Reads and writes of each kind, all at once."""
        messages = f"{TALKS}/{self.talk}/Messages"
        asked = [
            each
            for number in range(CROWD // 4)
            for each in (
                self.http.get(TALKS),
                self.http.get(messages),
                self.post(TALKS),
                self.post(messages, {"Body": f"{number}"}),
            )
        ]
        return await asyncio.gather(*asked)

    async def serves(self) -> bool:
        answers = await self.acts()
        assert {answer.status_code for answer in answers} <= {200, 201, 503}
        return all(answer.status_code < 300 for answer in answers)


@pytest.fixture
async def far(durable_url: str, tmp_path: Path, bound: float) -> AsyncIterator[Far]:
    async with Wire(durable_url).laid() as wire:
        config = Config(
            database=wire.url,
            key_file=str(tmp_path / "key"),
            open_accounts=True,
            database_connections=4,
        )
        async with opened(config) as resources:
            transport = httpx.ASGITransport(application(resources))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://bench", auth=account()
            ) as http:
                made = Far(wire, resources, http)
                made.talk = (await made.post(TALKS)).json()["sid"]
                await becomes(made.serves, "it does not serve")
                yield made
            wire.mend()


@pytest.fixture
def rows(durable_url: str, outside: Side) -> PostgresqlRows:
    return PostgresqlRows(outside, durable_url)


def assert_whole(rows: PostgresqlRows) -> None:
    happened = evidence.events(rows)
    evidence.assert_sound(rows)
    evidence.assert_indexes_have_no_gap(rows, happened)
    evidence.assert_tables_are_what_the_outbox_tells(rows, happened)


async def assert_refused_in_time(far: Far, bound: float) -> None:
    """All are, by when they were promised to be, and a moment for a slow machine."""
    async with asyncio.timeout(bound + PATIENCE_SECONDS):
        answers = await far.acts()
    for answer in answers:
        assert_unavailable(answer)


async def test_who_asks_into_the_silence_is_refused_and_served_after_it(
    far: Far, bound: float, rows: PostgresqlRows
) -> None:
    async with working(far.resources):
        far.wire.cut()
        # Connections that fell silent, then those that are not opened any more.
        for _ in range(3):
            await assert_refused_in_time(far, bound)
        assert (await far.http.get("/readyz")).status_code == 503
        assert (await far.http.get("/healthz")).status_code == 200

        far.wire.mend()
        await becomes(far.serves, "it does not serve again")
        assert (await far.http.get("/readyz")).status_code == 200
        to_place = "SELECT count(*) FROM events WHERE position IS NULL"
        await becomes(lambda: rows.execute(to_place) == [(0,)], "the feed stands still")
    assert_whole(rows)


async def test_connections_that_stay_silent_are_found_out_at_once(far: Far, bound: float) -> None:
    await asyncio.gather(*(far.http.get(TALKS) for _ in range(CROWD)))  # opens all that may be
    far.wire.cut()
    far.wire.lay_anew()

    async with asyncio.timeout(bound + PATIENCE_SECONDS):
        first = await far.http.get(TALKS)
    assert_unavailable(first)

    # One of them was tried, and the others are not tried in their turn.
    assert (await far.http.get(TALKS)).status_code == 200
    await becomes(far.serves, "it does not serve again")


async def test_who_listens_hears_again_after_the_way_was_cut(
    far: Far, durable_url: str, outside: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_listener, "_PROBING_SECONDS", SHORT)
    news = far.resources.database.news
    news.clear()
    async with far.resources.database.listening():
        await becomes(news.is_set, "it does not listen")
        far.wire.cut()
        far.wire.lay_anew()
        news.clear()
        await becomes(news.is_set, "it does not listen again")

        news.clear()
        outside.execute(durable_url, f"NOTIFY {CHANNEL}")
        await becomes(news.is_set, "it does not hear")


@pytest.mark.parametrize(("method", "mark"), [("GET", b"broken"), ("POST", b"BEGIN")])
async def test_what_breaks_each_connection_is_not_tried_for_ever(
    far: Far, method: str, mark: bytes
) -> None:
    far.wire.torn_before = lambda data: mark in data
    path = TALKS if method == "POST" else f"{TALKS}/broken"

    async with asyncio.timeout(PATIENCE_SECONDS):
        answer = await far.http.request(method, path)

    assert_unavailable(answer)
    far.wire.mend()
    await becomes(far.serves, "it does not serve again")


@pytest.mark.parametrize("moment", ["cut_before", "cut_after"])
@pytest.mark.parametrize(
    ("mark", "kept"),
    [(SAID.encode(), 0), (b"COMMIT", 1)],
    ids=["inside a transaction", "at its end"],
)
async def test_a_transaction_that_falls_silent_is_kept_if_its_end_was_asked_for(
    far: Far, bound: float, rows: PostgresqlRows, moment: str, mark: bytes, kept: int
) -> None:
    setattr(far.wire, moment, lambda data: mark in data)

    async with asyncio.timeout(bound + PATIENCE_SECONDS):
        answer = await far.post(TALKS, {"FriendlyName": SAID})

    assert_unavailable(answer)
    assert far.wire.is_cut
    far.wire.mend()
    found = f"SELECT count(*) FROM conversations WHERE friendly_name = '{SAID}'"
    await becomes(lambda: _settled(rows, found, kept), f"there are not {kept}")
    await becomes(far.serves, "it does not serve again")
    assert_whole(rows)


@pytest.mark.parametrize("moment", ["cut_before", "cut_after"])
async def test_messages_that_fall_silent_together_are_kept_once_each(
    far: Far, bound: float, rows: PostgresqlRows, moment: str
) -> None:
    setattr(far.wire, moment, lambda data: SAID.encode() in data)
    path = f"{TALKS}/{far.talk}/Messages"

    async with asyncio.timeout(bound + PATIENCE_SECONDS):
        first = await far.post(path, {"Body": SAID})
        others = await asyncio.gather(*(far.post(path, {"Body": OTHER}) for _ in range(CROWD)))

    for answer in (first, *others):
        assert_unavailable(answer)
    far.wire.mend()
    found = f"SELECT count(*) FROM messages WHERE body = '{SAID}'"
    await becomes(lambda: _settled(rows, found, 1), "it is not there once")
    await becomes(far.serves, "it does not serve again")
    # Of the others some may have gone on their way, and arrived late; none came twice.
    [(late,)] = rows.execute(f"SELECT count(*) FROM messages WHERE body = '{OTHER}'")
    assert late <= CROWD
    assert_whole(rows)


@pytest.mark.parametrize(
    ("path", "form", "mark", "table"),
    [
        (TALKS, {"FriendlyName": SAID}, b"COMMIT", "conversations WHERE friendly_name"),
        (f"{TALKS}/{{}}/Messages", {"Body": SAID}, SAID.encode(), "messages WHERE body"),
    ],
    ids=["transaction", "message"],
)
async def test_what_may_have_been_kept_is_not_asked_for_again(
    far: Far, rows: PostgresqlRows, path: str, form: dict[str, str], mark: bytes, table: str
) -> None:
    far.wire.torn_after = lambda data: mark in data

    answer = await far.post(path.format(far.talk), form)

    assert_unavailable(answer)
    found = f"SELECT count(*) FROM {table} = '{SAID}'"
    await becomes(lambda: _settled(rows, found, 1), "it is not there once")
    await becomes(far.serves, "it does not serve again")
    assert rows.execute(found) == [(1,)]


def _settled(rows: PostgresqlRows, count: str, expected: int) -> bool:
    """Whether nothing is under way any more, and this many are there."""
    return rows.execute(UNDER_WAY) == [(0,)] and rows.execute(count) == [(expected,)]
