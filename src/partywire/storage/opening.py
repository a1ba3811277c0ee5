"""Opens a database by its URL: the one place that knows which engines there are."""

from pathlib import Path
from typing import Final

from partywire.storage.database import Database, StorageFailure
from partywire.storage.migrate import migrate
from partywire.storage.sqlite import SqliteDatabase

_SQLITE: Final = "sqlite:///"


def sqlite_file(url: str) -> Path:
    """The file that a database URL names: ``sqlite:///relative`` or ``sqlite:////absolute``.

    Raises:
        StorageFailure: the URL names no file, or an engine that is not there.
    """
    if url.startswith(("postgresql:", "postgres:")):
        raise StorageFailure("PostgreSQL is not supported yet: name a file, sqlite:///FILE")
    if not url.startswith(_SQLITE) or url == _SQLITE:
        raise StorageFailure(f"{url!r} is not a database URL: name a file, sqlite:///FILE")
    return Path(url.removeprefix(_SQLITE))


async def open_database(url: str) -> Database:
    """Opens the database and brings it to the newest schema.

    Raises:
        StorageFailure: it cannot be opened or written.
        NewerSchema: it was made by a newer version of this program.
    """
    file = sqlite_file(url)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)  # messages are nobody else's business on this machine
    except OSError as error:
        raise StorageFailure(f"{file}: {error.strerror}") from error
    database = SqliteDatabase(file)
    try:
        await migrate(database)
    except BaseException:
        await database.close()
        raise
    return database
