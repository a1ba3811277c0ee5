"""``partywire backup``: an SQLite database while servers write to it."""

from pathlib import Path

import click

from partywire.cli import options
from partywire.cli.failures import Unfit, explained
from partywire.cli.waiting import Progress
from partywire.storage.backup import CannotBackUp, back_up
from partywire.storage.opening import is_postgresql, sqlite_file


@click.command("backup")
@options.database_option
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(database: str, file: Path, *, force: bool) -> None:
    """Copy an SQLite database into FILE while servers use it, and check the copy.

    What was acknowledged before it began is in it. FILE is itself a database: to go back to it,
    start a server on it, or on a copy.
    """
    if is_postgresql(database):
        raise Unfit(
            "PostgreSQL is backed up by its own means: "
            "pg_dump --format=custom --file=FILE --dbname=URL"
        )
    with explained(), Progress() as progress:
        told = 0

        def watch(done: int, of: int) -> None:
            nonlocal told
            if not told:
                progress.phase("pages copied", of, 0)
            progress.moved("", done - told)
            told = done

        try:
            made = back_up(sqlite_file(database), file, watch, overwrite=force)
        except CannotBackUp as error:
            raise Unfit(f"Nothing is backed up: {error}") from error
    click.echo(f"{file}: {made.size:,} bytes, {made.tables} tables, {made.rows:,} rows, sound")
    click.echo(
        "The key is not in it: keep a copy of the key file too, with mode 0600 and elsewhere, "
        f"{options.key_file(database, None)} unless you named another"
    )
