"""A copy from its beginning to its proof.

All that is copied is read in one snapshot of the source. The proof compares the target with the
source as it is when everything is copied, so that it also shows whether somebody went on
writing, and whether what an earlier attempt left in the target is still true.
"""

import enum
from contextlib import AsyncExitStack

from msgspec import Struct

from partywire.storage.copying import progress
from partywire.storage.copying.ends import End, batches, opened
from partywire.storage.copying.progress import CannotCopy, Note, Watch
from partywire.storage.copying.proof import Comparison, compared
from partywire.storage.copying.tables import Table, tables
from partywire.storage.migrate import PACKAGED, UNFINISHED, migrations
from partywire.storage.opening import is_postgresql, open_database, sqlite_file


class Verdict(enum.Enum):
    """What the proof has shown."""

    EQUAL = "the target holds what the source holds"
    WRITTEN = (
        "the source was written to while it was copied: the target lacks what came after the "
        "beginning. Stop whatever writes to it, make the target anew and copy again"
    )
    UNEQUAL = (
        "the target is not what the source was: one of them was written to by somebody else "
        "since the copy was begun. Stop whatever writes to them, make the target anew and copy "
        "again"
    )


class Copied(Struct, frozen=True):
    """A copy that has come to its end."""

    comparisons: list[Comparison]
    verdict: Verdict


async def copy(source_url: str, target_url: str, watch: Watch) -> Copied:
    """Copies every row; what was copied by an attempt that did not end is not copied again.

    Raises:
        CannotCopy: the databases do not fit each other, or the target holds something.
        NewerSchema: the target was made by a newer version of this program.
        StorageFailure: a database cannot be used, or ceased to be; the copy can be resumed.
    """
    everything, newest = tables(), len(migrations(PACKAGED))
    async with AsyncExitStack() as stack:
        source = await stack.enter_async_context(opened(source_url))
        await source.freeze()
        _check_source(await progress.version(source), newest)
        expected = await progress.survey(source, everything)
        resuming = await _brought_up(target_url, newest)
        target = await stack.enter_async_context(opened(target_url))
        if not resuming:
            await progress.begun(target, everything, expected, newest)
        notes = await progress.resumed(target, expected)
        await _fill(source, target, everything, notes, watch)
        done = await _proved(source, source_url, target, everything, notes, watch)
        if done.verdict is Verdict.EQUAL:
            await target.settle()
            await progress.finish(target, newest)
        return done


def _check_source(version: int, newest: int) -> None:
    if version > UNFINISHED:
        raise CannotCopy("the source is itself the target of a copy that was not finished")
    if version == 0:
        raise CannotCopy("the source is not a database of this program")
    if version < newest:
        raise CannotCopy(
            f"the source has schema {version}, this program copies schema {newest}: start "
            "partywire serve on it once, which brings it up"
        )
    if version > newest:
        raise CannotCopy(
            f"the source has schema {version}, this program knows {newest}: run the newer program"
        )


async def _brought_up(url: str, newest: int) -> bool:
    """Whether a copy was begun here; if none was, the database has the newest schema now."""
    if is_postgresql(url) or sqlite_file(url).exists():
        async with opened(url) as target:
            version = await progress.version(target)
        if version > UNFINISHED:
            if version - UNFINISHED != newest:
                raise CannotCopy(
                    "the target holds a copy that another version of this program has not "
                    "finished: make the target anew and copy again"
                )
            return True
    await (await open_database(url, 2)).close()
    return False


async def _fill(
    source: End, target: End, everything: list[Table], notes: dict[str, Note], watch: Watch
) -> None:
    wanted = sum(note.expected for note in notes.values())
    watch.phase("copying", wanted, sum(note.copied for note in notes.values()))
    for table in everything:
        note = notes[table.name]
        async for rows in batches(source, table, note.after):
            async with target.transaction():
                await target.append(table, rows)
                note = await progress.move(target, note, len(rows), table.key_of(rows[-1]))
            watch.moved(table.name, len(rows))


async def _proved(
    frozen: End,
    source_url: str,
    target: End,
    everything: list[Table],
    notes: dict[str, Note],
    watch: Watch,
) -> Copied:
    twice = 2 * sum(note.expected for note in notes.values())
    async with opened(source_url) as now:
        await now.freeze()
        watch.phase("proving", twice, 0)
        shown = await compared(now, target, everything, watch)
    if all(each.equal for each in shown):
        return Copied(shown, Verdict.EQUAL)
    watch.phase("looking why they differ", twice, 0)
    then = await compared(frozen, target, everything, watch)
    as_it_was = all(each.equal for each in then)
    return Copied(shown, Verdict.WRITTEN if as_it_was else Verdict.UNEQUAL)
