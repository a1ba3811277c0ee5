"""Counts every row that is written, whatever is written to it: by triggers on every table."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator

import apsw

import engines
from partywire.domain.call import Resources

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_ACTS = ("INSERT", "UPDATE", "DELETE")
_FOUND = "SELECT what FROM written"
_FUNCTION = """CREATE FUNCTION note_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO written VALUES (TG_TABLE_NAME || ' ' || TG_OP); RETURN NULL; END $$"""

Count = Callable[[], Counter[str]]


@contextlib.contextmanager
def counting(resources: Resources) -> Iterator[Count]:
    """What it yields answers how many rows were written since it last did, by table and act."""
    url = resources.config.database
    if url.startswith("postgresql:"):
        yield from _on_postgresql(url)
        return
    with contextlib.closing(apsw.Connection(url.removeprefix("sqlite:///"))) as connection:
        yield _on_sqlite(connection)


def _on_sqlite(connection: apsw.Connection) -> Count:
    # The file is the test's own: what is made here stays there.
    tables = [name for (name,) in connection.execute(_TABLES)]
    connection.execute("CREATE TABLE written (what TEXT)")
    for table in tables:
        for act in _ACTS:
            connection.execute(
                f"""CREATE TRIGGER note_{table}_{act} AFTER {act} ON {table}
                BEGIN INSERT INTO written VALUES ('{table} {act}'); END"""
            )

    def count() -> Counter[str]:
        found = Counter(what for (what,) in connection.execute(_FOUND))
        connection.execute("DELETE FROM written")
        return found

    return count


def _on_postgresql(url: str) -> Iterator[Count]:
    side = engines.outside()
    tables = side.tables(url)
    triggers = [
        f"""CREATE TRIGGER note_written AFTER {" OR ".join(_ACTS)} ON {table}
        FOR EACH ROW EXECUTE FUNCTION note_written()"""
        for table in tables
    ]
    made = ["CREATE TABLE written (what TEXT)", _FUNCTION, *triggers]

    def count() -> Counter[str]:
        found = Counter(what for (what,) in side.rows(url, _FOUND))
        side.execute(url, "DELETE FROM written")
        return found

    try:
        side.execute(url, "; ".join(made))
        yield count
    finally:
        # Others use the database after us.
        side.execute(url, "DROP FUNCTION note_written CASCADE; DROP TABLE written")
