"""The figures of docs/scaling.md: bytes per row of a filled database, and posts per second.

    .venv/bin/python -m tools.scaling [--users 100000] [--seconds 10] [URL of an empty database]

Without a URL it starts a PostgreSQL of its own, with the settings of its packages. The clients
are in this process, which shares the machine with the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg
import click
import uvloop
from msgspec.structs import replace

from partywire import sids
from partywire.clock import SystemClock
from partywire.model.events import Event
from partywire.model.messages import Message
from partywire.model.pages import PageRequest
from partywire.sids import Mint
from partywire.storage import conversations, messages, outbox, user_conversations
from partywire.storage.opening import open_database
from partywire.storage.postgresql import PostgresqlDatabase
from tools import postgresql

CONNECTIONS: Final = 16
CLIENTS: Final = 64

# What each user adds; the numbers stand in docs/scaling.md.
CONVERSATIONS: Final = 2
PARTICIPANTS: Final = 4  # of each conversation
MESSAGES: Final = 10  # of each conversation
STRIDE: Final = 7919  # so that neighbours in time are none in the indices

BODY: Final = "Shall we meet at the station at ten, or is eleven better?"  # 57 bytes
PAYLOAD: Final = (
    '{"sid":"IM%1$s","service_sid":"IS%1$s","conversation_sid":"CH%1$s","index":7,'
    f'"author":"user1234","participant_sid":"MB%1$s","body":"{BODY}","subject":null,'
    '"attributes":"{}","date_created":1767268800000,"date_updated":1767268800000}'
)

SID: Final = """CREATE FUNCTION pg_temp.sid(prefix TEXT, number BIGINT) RETURNS TEXT
    IMMUTABLE LANGUAGE sql AS $$ SELECT prefix || lpad(to_hex(1767268800000 + number), 12, '0')
    || substr(md5(prefix || number), 1, 20) $$"""

SERVICE: Final = "pg_temp.sid('IS', 0)"
MANY: Final = f"$1::bigint * {CONVERSATIONS}"

FILL: Final = (
    f"""INSERT INTO accounts (id, sid, token, default_service_sid, date_created)
    SELECT 'AC', 'AC', '', {SERVICE}, 0 WHERE $1::bigint > 0""",
    f"""INSERT INTO services (sid, account, friendly_name, default_conversation_creator_role_sid,
        default_conversation_role_sid, default_chat_service_role_sid, date_created, date_updated)
    SELECT {SERVICE}, 'AC', '', '', '', '', 0, 0 WHERE $1::bigint > 0""",
    f"""INSERT INTO users
        (sid, service_sid, identity, attributes, role_sid, date_created, date_updated)
    SELECT pg_temp.sid('US', u), {SERVICE}, 'user' || u, '{{}}', pg_temp.sid('RL', 0), u, u
    FROM generate_series(0, $1::bigint - 1) u""",
    f"""INSERT INTO conversations (sid, service_sid, messaging_service_sid, friendly_name,
        unique_name, attributes, state, created_by, next_message_index, messages_deleted,
        date_active, date_created, date_updated)
    SELECT pg_temp.sid('CH', c), {SERVICE}, pg_temp.sid('MG', 0), 'Conversation ' || c,
        CASE WHEN c % 10 = 0 THEN 'unique name ' || c END, '{{}}', 'active', 'system',
        {MESSAGES}, 0, c, c, c
    FROM generate_series(0, {MANY} - 1) c""",
    f"""INSERT INTO participants (sid, service_sid, conversation_sid, user_sid, identity, role_sid,
        attributes, notification_level, last_read_message_index, date_created, date_updated)
    SELECT pg_temp.sid('MB', p), {SERVICE}, pg_temp.sid('CH', p / {PARTICIPANTS}),
        pg_temp.sid('US', p * {STRIDE} % $1), 'user' || p * {STRIDE} % $1,
        pg_temp.sid('RL', 1), '{{}}', 'default', p % {MESSAGES}, p, p
    FROM generate_series(0, {MANY} * {PARTICIPANTS} - 1) p""",
    f"""INSERT INTO messages (sid, service_sid, conversation_sid, message_index, author,
        participant_sid, body, attributes, date_created, date_updated)
    SELECT pg_temp.sid('IM', m), {SERVICE}, pg_temp.sid('CH', m * {STRIDE} % ({MANY})),
        m / ({MANY}), 'user' || m % $1, pg_temp.sid('MB', m), '{BODY}', '{{}}', m, m
    FROM generate_series(0, {MANY} * {MESSAGES} - 1) m""",
    f"""INSERT INTO receipts (sid, service_sid, conversation_sid, message_sid, participant_sid,
        channel_message_sid, status, error_code, date_created)
    SELECT pg_temp.sid('DY', m), {SERVICE}, pg_temp.sid('CH', m * {STRIDE} % ({MANY})),
        pg_temp.sid('IM', m), pg_temp.sid('MB', m), pg_temp.sid('SM', m), 'delivered', 0, m
    FROM generate_series(0, $1::bigint - 1) m""",
    f"""INSERT INTO events (sid, service_sid, conversation_sid, kind, webhooks, date, payload,
        position)
    SELECT pg_temp.sid('EV', m), {SERVICE}, pg_temp.sid('CH', m * {STRIDE} % ({MANY})),
        'message.added', 0, m, format('{PAYLOAD}', md5(m::text)), m + 1
    FROM generate_series(0, {MANY} - 1) m""",
    """INSERT INTO feed (name, position) SELECT 'events', count(*) FROM events
    WHERE $1::bigint > 0""",
)

SIZES: Final = """SELECT c.relname, c.reltuples::bigint AS rows, pg_table_size(c.oid) AS own,
        pg_indexes_size(c.oid) AS indexes, pg_total_relation_size(c.oid) AS total
    FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
        AND c.reltuples > 1000 ORDER BY total DESC"""
INDICES: Final = """SELECT indexrelid::regclass::text AS name, c.reltuples::bigint AS rows,
        pg_relation_size(indexrelid) AS size
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.reltuples > 1000 ORDER BY 1"""

Act = Callable[[], Awaitable[Any]]


async def fill(url: str, users: int) -> None:
    """Writes what so many users have, each table in the order in which its rows would arrive."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(SID)
        for statement in FILL:
            await connection.execute(statement, users, timeout=3600)
        await connection.execute("VACUUM ANALYZE", timeout=3600)
    finally:
        await connection.close()


async def sizes(url: str) -> list[str]:
    """A table of tables and one of indices, in Markdown."""
    connection = await asyncpg.connect(url)
    try:
        tables, indices = await connection.fetch(SIZES), await connection.fetch(INDICES)
    finally:
        await connection.close()
    lines = ["| table | rows | bytes per row | index bytes per row |", "|---|---|---|---|"]
    for name, rows, own, indexes, _ in tables:
        lines.append(f"| {name} | {rows:,} | {own / rows:.0f} | {indexes / rows:.0f} |")
    lines += ["", "| index | bytes per entry |", "|---|---|"]
    lines += [f"| {name} | {size / rows:.0f} |" for name, rows, size in indices]
    return lines


class Clients:
    """What clients ask, as the program answers it.

    Args:
        database: the filled one.
        service: SID of its service.
        users: SIDs of users to choose from.
        places: SIDs of the conversations to choose from.
    """

    def __init__(
        self, database: PostgresqlDatabase, service: str, users: list[str], places: list[str]
    ) -> None:
        self._database = database
        self._service, self._users, self._places = service, users, places
        self._clock = SystemClock()
        self._mint = Mint(self._clock)

    def _drawn(self) -> tuple[Message, Event]:
        sid = random.choice(self._places)
        own = self._mint.sid(sids.MESSAGE)
        now = self._clock.now()
        draft = Message(own, self._service, sid, 0, "system", None, BODY, None, "{}", now, now)
        payload = PAYLOAD.replace("%1$s", own[2:])
        event = self._mint.sid(sids.EVENT)
        return draft, Event(event, self._service, sid, "message.added", 0, now, payload)

    async def post_in_one_statement(self) -> None:
        """The usual way: whoever waits for the same conversation shares a statement."""
        draft, told = self._drawn()
        assert await messages.post(self._database.together, draft, None, told) is not None

    async def post_in_a_transaction(self) -> None:
        """The long way: each in a transaction of its own."""
        draft, told = self._drawn()
        key = (draft.service_sid, draft.conversation_sid)
        async with self._database.transaction() as transaction:
            counted = await conversations.take_index(transaction, *key, told.date)
            assert counted is not None
            await messages.add(transaction, replace(draft, index=counted.next_message_index - 1))
            await outbox.append(transaction, told)

    async def page(self) -> None:
        """A page of a user's conversations."""
        user = random.choice(self._users)
        found = await user_conversations.page(
            self._database, self._service, user, 1000, PageRequest(50)
        )
        assert found.items


async def per_second(act: Act, seconds: float) -> float:
    """How often a second so many clients at once get it done."""
    done = 0
    end = time.monotonic() + seconds

    async def client() -> None:
        nonlocal done
        while time.monotonic() < end:
            await act()
            done += 1

    began = time.monotonic()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done / (time.monotonic() - began)


async def race(url: str, seconds: float) -> list[str]:
    """What is done a second: in one conversation and in many, in Markdown."""
    database = await open_database(url, CONNECTIONS)
    assert isinstance(database, PostgresqlDatabase)
    connection = await asyncpg.connect(url)
    try:
        drawn = "SELECT service_sid, sid FROM {} ORDER BY md5(sid) LIMIT 10000"
        places = [tuple(found) for found in await connection.fetch(drawn.format("conversations"))]
        users = [sid for _, sid in await connection.fetch(drawn.format("users"))]
        service, sid = places[0]
        one = Clients(database, service, users, [sid])
        many = Clients(database, service, users, [sid for _, sid in places])
        lines = ["| a second | one conversation | many |", "|---|---|---|"]
        for name in ("post_in_one_statement", "post_in_a_transaction"):
            rates = [await per_second(getattr(each, name), seconds) for each in (one, many)]
            lines.append(f"| {name.replace('_', ' ')} | {rates[0]:,.0f} | {rates[1]:,.0f} |")
        lines.append(f"| pages of a user | | {await per_second(many.page, seconds):,.0f} |")
    finally:
        await connection.close()
        await database.close()
    return lines


async def _measure(url: str, users: int, seconds: float) -> None:
    if users:
        await (await open_database(url, 1)).close()
        began = time.monotonic()
        await fill(url, users)
        click.echo(f"filled in {time.monotonic() - began:.0f} s\n")
    click.echo("\n".join(await sizes(url)) + "\n")
    click.echo("\n".join(await race(url, seconds)))


@click.command(help=__doc__)
@click.argument("url", required=False)
@click.option("--users", default=100_000, show_default=True, help="0 takes what is there")
@click.option("--seconds", default=10.0, show_default=True)
def main(url: str | None, users: int, seconds: float) -> None:
    """Fills a database, weighs it, and posts to it."""
    with contextlib.ExitStack() as stack:
        if url is None:
            url = stack.enter_context(postgresql.cluster(settings={})).database("scaling")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_measure(url, users, seconds))


if __name__ == "__main__":
    sys.exit(main())
