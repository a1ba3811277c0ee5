"""The object store: a folder here, and what goes wrong with one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from delivery.nodes import until
from partywire.storage import objects
from partywire.storage.objects import ObjectGone, Objects, ObjectsFailure, place_of

NAME = "IS1/ME1"


async def pieces(*each: bytes) -> AsyncIterator[bytes]:
    for piece in each:
        yield piece


async def whole(store: Objects, name: str, start: int, stop: int) -> bytes:
    return b"".join([piece async for piece in store.read(name, start, stop)])


def files(folder: Path) -> list[str]:
    return sorted(str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file())


def held(folder: Path) -> int:
    """How many bytes are in it."""
    return sum(each.stat().st_size for each in folder.rglob("ME1*"))


@pytest.fixture
def store(tmp_path: Path) -> Objects:
    return Objects(str(tmp_path / "media"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts and pieces of few bytes."""
    monkeypatch.setattr(objects, "PART_BYTES", 100)
    monkeypatch.setattr(objects, "PIECE_BYTES", 7)


@pytest.mark.parametrize("size", [1, 99, 100, 101, 1000])
async def test_what_was_written_is_read_in_any_part(
    small: None, store: Objects, tmp_path: Path, size: int
) -> None:
    text = bytes(index % 251 for index in range(size))
    await store.write(NAME, pieces(*(text[at : at + 30] for at in range(0, size, 30))))
    assert await whole(store, NAME, 0, size) == text
    assert await whole(store, NAME, size // 3, size // 2) == text[size // 3 : size // 2]
    assert files(tmp_path / "media") == [NAME]


async def test_nobody_else_can_look_into_the_folder(store: Objects, tmp_path: Path) -> None:
    await store.write(NAME, pieces(b"x"))
    assert (tmp_path / "media").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("before", [0, 3, 30])
async def test_of_what_breaks_off_nothing_is_left(
    small: None, store: Objects, tmp_path: Path, before: int
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(before):
            yield b"x" * 30
        raise KeyError

    with pytest.raises(KeyError):
        await store.write(NAME, broken())
    assert files(tmp_path) == []


async def test_of_what_is_cancelled_nothing_is_left(
    small: None, store: Objects, tmp_path: Path
) -> None:
    asked = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 30
        asked.set()
        await asyncio.Event().wait()
        yield b""

    writing = asyncio.create_task(store.write(NAME, endless()))
    await asked.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    await until(lambda: not files(tmp_path))


async def test_no_more_is_asked_for_than_there_is_room(
    small: None, store: Objects, tmp_path: Path
) -> None:
    """What was asked for and is not in the store yet is two parts at most, and a piece."""
    most = 0

    async def watched() -> AsyncIterator[bytes]:
        nonlocal most
        given = 0
        for _ in range(500):
            most = max(most, given - held(tmp_path))
            given += 50
            yield b"x" * 50

    await store.write(NAME, watched())
    assert most <= 3 * 100 + 50


async def test_what_a_crash_left_goes_with_the_object(store: Objects, tmp_path: Path) -> None:
    await store.write(NAME, pieces(b"x"))
    (tmp_path / "media" / f"{NAME}#1").write_bytes(b"half of it")
    await store.delete(NAME)
    assert files(tmp_path) == []
    await store.delete(NAME)
    await store.delete("IS2/ME1")


async def test_what_is_not_there_is_said_to_be_gone(store: Objects) -> None:
    with pytest.raises(ObjectGone):
        await whole(store, NAME, 0, 1)
    await store.write(NAME, pieces(b"abc"))
    with pytest.raises(ObjectGone):
        await whole(store, NAME, 0, 4)


ACTS: dict[str, Callable[[Objects], Awaitable[object]]] = {
    "write": lambda store: store.write(NAME, pieces(b"x")),
    "read": lambda store: whole(store, NAME, 0, 1),
    "delete": lambda store: store.delete(NAME),
    "check": lambda store: store.check(),
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_store_that_cannot_be_used_says_so(tmp_path: Path, act: str) -> None:
    (tmp_path / "file").write_text("")
    store = Objects(str(tmp_path / "file" / "media"))
    with pytest.raises(ObjectsFailure, match=r"the media store .*/file/media: "):
        await ACTS[act](store)


async def test_looking_makes_no_folder(store: Objects, tmp_path: Path) -> None:
    await store.check()
    assert not (tmp_path / "media").exists()
    await store.write(NAME, pieces(b"x"))
    await store.check()


def test_media_lie_beside_the_database_unless_it_is_said_where() -> None:
    assert place_of("sqlite:///here/party.db", None) == "here/party.db.media"
    assert place_of("postgresql://host/name", None) == "partywire-media"
    assert place_of("postgresql://host/name", "s3://bucket/x") == "s3://bucket/x"
    assert place_of("sqlite:///here/party.db", "there") == "there"
