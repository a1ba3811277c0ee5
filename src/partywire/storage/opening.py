"""Opens a database by its URL: the one place that knows which engines there are."""

from pathlib import Path
from typing import Final

from partywire.storage.database import Database, StorageFailure
from partywire.storage.migrate import migrate
from partywire.storage.postgresql import PostgresqlDatabase
from partywire.storage.sqlite import SqliteDatabase

_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = ("postgresql://", "postgres://")


def is_postgresql(url: str) -> bool:
    """Whether the URL names a database of a PostgreSQL server."""
    return url.startswith(_POSTGRESQL)


def sqlite_file(url: str) -> Path:
    """The file that a database URL names: ``sqlite:///relative`` or ``sqlite:////absolute``.

    Raises:
        StorageFailure: the URL names no file.
    """
    if not url.startswith(_SQLITE) or url == _SQLITE:
        # Not the URL itself: what was meant as one may hold a password.
        raise StorageFailure(
            "that is not a database URL: sqlite:///FILE, or "
            "postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        )
    return Path(url.removeprefix(_SQLITE))


async def open_database(url: str, connections: int) -> Database:
    """Opens the database and brings it to the newest schema.

    Args:
        url: ``sqlite:///FILE``, or ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``.
        connections: the most that are opened to a PostgreSQL server.

    Raises:
        StorageFailure: it cannot be opened or written.
        NewerSchema: it was made by a newer version of this program.
    """
    database: Database
    if is_postgresql(url):
        database = PostgresqlDatabase(url, connections)
    else:
        database = SqliteDatabase(_made(sqlite_file(url)))
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database


def _made(file: Path) -> Path:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # messages are nobody else's business on this machine
    except OSError as error:
        raise StorageFailure(f"{file}: {error.strerror}") from error
    return file
