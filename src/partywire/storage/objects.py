"""The bytes of media: in a folder, or in a bucket that speaks S3 (decided: decisions/0039)."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from partywire.errors import Unavailable
from partywire.storage.opening import is_postgresql, sqlite_file

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

BUCKET: Final = "s3://"
# What is held of a file on its way in or out: the least that S3 takes as a part of one.
PART_BYTES: Final = 5 * 1024 * 1024
# What is read at once.
PIECE_BYTES: Final = 1024 * 1024

_DEFAULT: Final = "partywire-media"
_TRIAL: Final = "partywire-trial"
# Plain HTTP only where the operator's endpoint says so.
_CLIENT: Final["ClientConfig"] = {"allow_http": True, "connect_timeout": "5s", "timeout": "60s"}
_RETRIES: Final["RetryConfig"] = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}


class ObjectsFailure(Unavailable):
    """The store cannot do what was asked now: full, read-only, or gone.

    The text is for the operator; clients are told no more than that the service is unavailable.
    """


class ObjectGone(Exception):
    """The store has no such object, or not all of it."""


def place_of(database: str, media: str | None) -> str:
    """Where media lie: where it was said, else beside the database.

    Args:
        database: URL of the database.
        media: a folder or ``s3://BUCKET/PREFIX``, if one was named.
    """
    if media is not None or is_postgresql(database):
        return media or _DEFAULT
    return f"{sqlite_file(database)}.media"


class Objects:
    """A store of objects, each written once as a whole and read in any part.

    It is opened when it is first needed. Names are made of letters, digits, dots, dashes and
    slashes.

    Args:
        place: a folder, made where it is missing, or ``s3://BUCKET/PREFIX``; everything else of a
            bucket is said by the usual environment variables of AWS.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._folder = None if place.startswith(BUCKET) else Path(place)

    @cached_property
    def _store(self) -> "ObjectStore":
        if self._folder is None:
            return S3Store.from_url(self.place, client_options=_CLIENT, retry_config=_RETRIES)
        # Others on this machine have no business with what users send.
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(self._folder)

    async def check(self) -> None:
        """Returns if the store can be used.

        Raises:
            ObjectsFailure: it cannot.
        """
        with _failures(self.place):
            if self._folder is None:
                await obstore.put_async(self._store, _TRIAL, b"", use_multipart=False)
                await obstore.delete_async(self._store, _TRIAL)
                return
            there = next(each for each in (self._folder, *_above(self._folder)) if each.exists())
            if not there.is_dir():
                raise NotADirectoryError(f"{there} is not a directory")
            if not os.access(there, os.W_OK | os.X_OK):
                raise PermissionError(f"{there} cannot be written")

    async def write(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Writes a new object; returns once it is durable. If that fails, nothing of it is there.

        Args:
            name: of the object, which nobody else writes.
            pieces: what is in it, asked for as there is room; what they raise is raised.

        Raises:
            ObjectsFailure: the store cannot take it.
        """
        begun = bytearray()
        async for piece in pieces:
            begun += piece
            if len(begun) >= PART_BYTES:
                break
        with _failures(self.place):
            store = self._store
            if len(begun) < PART_BYTES:
                await obstore.put_async(store, name, bytes(begun), use_multipart=False)
            else:
                whole = _chained(bytes(begun), pieces)
                begun.clear()
                await obstore.put_async(
                    store, name, whole, use_multipart=True, chunk_size=PART_BYTES, max_concurrency=1
                )
            if self._folder is not None:
                await asyncio.to_thread(_settle, self._folder / name)

    async def read(self, name: str, start: int, stop: int) -> AsyncGenerator[bytes]:
        """Part of an object, in pieces.

        Args:
            name: of the object.
            start: place of the first byte.
            stop: place behind the last one.

        Raises:
            ObjectGone: there is no such part.
            ObjectsFailure: the store cannot tell.
        """
        while start < stop:
            end = min(start + PIECE_BYTES, stop)
            with _failures(self.place):
                try:
                    piece = await obstore.get_range_async(self._store, name, start=start, end=end)
                except FileNotFoundError as error:
                    raise ObjectGone from error
            if len(piece) != end - start:
                raise ObjectGone
            yield bytes(piece)
            start = end

    async def delete(self, name: str) -> None:
        """Deletes an object, and what a crash left of one that was being written.

        It may be gone already.

        Raises:
            ObjectsFailure: the store cannot delete it now.
        """
        with _failures(self.place):
            if self._folder is not None:
                (self._folder / f"{name}#1").unlink(missing_ok=True)
            with contextlib.suppress(FileNotFoundError):
                await obstore.delete_async(self._store, name)


def _above(folder: Path) -> list[Path]:
    return list(folder.absolute().parents)


async def _chained(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _settle(file: Path) -> None:
    """Waits until the file and its name will outlive a loss of power."""
    for each in (file, file.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _failures(place: str) -> Iterator[None]:
    """Says in one line which store failed, and how."""
    try:
        yield
    except (BaseError, OSError) as error:
        said: Any = str(error).strip().partition("\n")[0]
        raise ObjectsFailure(f"the media store {place}: {said}") from error
