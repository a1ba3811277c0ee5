"""Commands that work on the database beside the servers that use it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from partywire import app
from partywire.cli import options
from partywire.cli.failures import explained
from partywire.config import Config
from partywire.domain.call import Resources
from partywire.storage.database import StorageFailure
from partywire.storage.opening import is_postgresql, sqlite_file

T = TypeVar("T")


def within_existing(
    database: str, key_file: Path | None, act: Callable[[Resources], Awaitable[T]]
) -> T:
    """Like ``within``, but a mistyped name must not make a new database."""
    with explained():
        if not is_postgresql(database) and not sqlite_file(database).exists():
            raise StorageFailure(f"{database} is not there: make it with partywire account create")
    return within(database, key_file, act)


def within(database: str, key_file: Path | None, act: Callable[[Resources], Awaitable[T]]) -> T:
    """Does something with a database, which is made where there is none.

    Raises:
        click.ClickException: it cannot be done; the message says why.
    """

    async def main() -> T:
        config = Config(database=database, key_file=options.key_file(database, key_file))
        async with app.opened(config) as resources:
            return await act(resources)

    with explained():
        return app.run(main)
