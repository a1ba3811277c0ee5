"""``partywire copy``: a database into another one, of whichever engine."""

from collections.abc import Iterator

import click

from partywire import app
from partywire.cli import options
from partywire.cli.failures import Unfit, Unusable, explained
from partywire.cli.waiting import Progress
from partywire.storage.copying.progress import CannotCopy
from partywire.storage.copying.proof import Comparison
from partywire.storage.copying.transfer import Copied, Verdict, copy
from partywire.storage.database import StorageFailure


@click.command("copy")
@click.option(
    "--from",
    "source",
    required=True,
    metavar="URL",
    help="The database that is copied: sqlite:///FILE, or "
    "postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
)
@click.option(
    "--to", "target", required=True, metavar="URL", help="Where the copy is to be: an empty one."
)
def copy_command(source: str, target: str) -> None:
    """Copy a database, and prove that the copy is equal.

    Stop the servers that write to it first. A copy that was interrupted goes on where it was
    when the same command is run again.
    """
    with explained():
        try:
            done = _copied(source, target)
        except CannotCopy as error:
            raise Unfit(f"Nothing is copied: {error}") from error
    for line in _table(done.comparisons):
        click.echo(line)
    if done.verdict is not Verdict.EQUAL:
        unequal = ", ".join(each.table for each in done.comparisons if not each.equal)
        raise Unusable(f"The copy cannot be used ({unequal}): {done.verdict.value}")
    rows = sum(each.target.rows for each in done.comparisons)
    click.echo(f"equal: {len(done.comparisons)} tables, {rows:,} rows")
    click.echo(
        "The key is not in a database: start the server with the same --key-file as before, "
        f"{options.key_file(source, None)} unless you named another"
    )


def _copied(source: str, target: str) -> Copied:
    with Progress() as progress:
        try:
            return app.run(lambda: copy(source, target, progress))
        except StorageFailure as error:
            if not progress.begun:
                raise
            raise StorageFailure(
                f"{error}. Run the same command again: it goes on where it was"
            ) from error


def _table(comparisons: list[Comparison]) -> Iterator[str]:
    """One line for each table; one for each end where they differ."""
    width = max(len(each.table) for each in comparisons)
    yield f"{'table':{width}}  {'rows':>12}  checksum"
    for each in comparisons:
        yield f"{each.table:{width}}  {each.source.rows:>12,}  {each.source.checksum}"
        if not each.equal:
            yield f"{'  the target':{width}}  {each.target.rows:>12,}  {each.target.checksum}"
