"""The same data on the other engine: a SQLite database copied into PostgreSQL, row by row."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing

import asyncpg
from msgspec.structs import replace

from bench.data import Made
from partywire.app import opened
from partywire.config import Config

_TABLES = """SELECT table_name FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"""
_COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = $1"
_COUNTERS = """SELECT table_name, column_name, pg_get_serial_sequence(table_name, column_name)
FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'"""
# What has happened is of no interest here, and stands in another order on each engine.
_LEFT_OUT = {"events"}
_AT_ONCE = 50_000


async def moved(made: Made, url: str) -> Made:
    """Copies everything into an empty PostgreSQL database; returns how to find it there."""
    async with opened(Config(database=url, key_file=str(made.key_file))):
        pass  # which lays out the tables
    connection = await asyncpg.connect(url)
    try:
        # Tables come in any order, so what they refer to may come later.
        await connection.execute("SET session_replication_role = replica")
        with closing(sqlite3.connect(made.file)) as source:
            there = {name for (name,) in source.execute("SELECT name FROM sqlite_schema")}
            there -= _LEFT_OUT
            for (table,) in await connection.fetch(_TABLES):
                if table in there and not await connection.fetchval(f"SELECT 1 FROM {table}"):
                    await _copied(source, connection, table)
        for table, column, counter in await connection.fetch(_COUNTERS):
            highest = f"SELECT max({column}) FROM {table}"
            await connection.execute(f"SELECT setval('{counter}', ({highest}))")
        await connection.execute("VACUUM (ANALYZE, FREEZE)")
    finally:
        await connection.close()
    return replace(made, url=url)


async def _copied(source: sqlite3.Connection, target: asyncpg.Connection, table: str) -> None:
    names: Sequence[str] = [name for (name,) in await target.fetch(_COLUMNS, table)]
    rows = source.execute(f"SELECT {', '.join(names)} FROM {table}")
    while some := rows.fetchmany(_AT_ONCE):
        await target.copy_records_to_table(table, records=some, columns=names)
