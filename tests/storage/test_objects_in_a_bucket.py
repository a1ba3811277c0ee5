"""The object store: a bucket that speaks S3."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

import pytest

from buckets import Bucket, bucket
from delivery.nodes import until
from partywire.storage import objects
from partywire.storage.objects import ObjectGone, Objects, ObjectsFailure
from storage.test_objects import NAME, pieces, whole


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket that this process finds by its environment."""
    monkeypatch.setattr(objects, "PART_BYTES", 100)
    monkeypatch.setattr(objects, "PIECE_BYTES", 70)
    monkeypatch.setattr(
        objects, "_RETRIES", {"max_retries": 0, "retry_timeout": timedelta(seconds=5)}
    )
    with bucket() as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def store(there: Bucket) -> Objects:
    return Objects("s3://files/some/prefix")


@pytest.mark.parametrize("size", [1, 99, 100, 101, 950])
async def test_what_was_written_is_read_in_any_part(
    there: Bucket, store: Objects, size: int
) -> None:
    text = bytes(index % 251 for index in range(size))
    await store.write(NAME, pieces(*(text[at : at + 30] for at in range(0, size, 30))))
    assert there.objects == {f"some/prefix/{NAME}": text}
    assert there.parts == {}
    assert await whole(store, NAME, 0, size) == text
    assert await whole(store, NAME, size // 3, size // 2) == text[size // 3 : size // 2]


@pytest.mark.parametrize("before", [0, 3, 30])
async def test_of_what_breaks_off_nothing_is_left(
    there: Bucket, store: Objects, before: int
) -> None:
    async def broken() -> AsyncIterator[bytes]:
        for _ in range(before):
            yield b"x" * 30
        raise KeyError

    with pytest.raises(KeyError):
        await store.write(NAME, broken())
    assert there.objects == {}
    await until(lambda: there.parts == {})


async def test_no_more_is_asked_for_than_there_is_room(there: Bucket, store: Objects) -> None:
    most = 0

    async def watched() -> AsyncIterator[bytes]:
        nonlocal most
        for given in range(0, 25_000, 50):
            held = sum(len(each) for parts in there.parts.values() for each in parts.values())
            most = max(most, given - held)
            yield b"x" * 50

    await store.write(NAME, watched())
    assert most <= 4 * 100 + 50


async def test_what_is_deleted_is_gone(there: Bucket, store: Objects) -> None:
    await store.write(NAME, pieces(b"abc"))
    await store.delete(NAME)
    assert there.objects == {}
    await store.delete(NAME)
    with pytest.raises(ObjectGone):
        await whole(store, NAME, 0, 1)


async def test_trying_it_leaves_nothing_in_it(there: Bucket, store: Objects) -> None:
    await store.check()
    assert there.objects == {}


ACTS: dict[str, Callable[[Objects], Awaitable[object]]] = {
    "write": lambda store: store.write(NAME, pieces(b"x")),
    "read": lambda store: whole(store, NAME, 0, 1),
    "delete": lambda store: store.delete(NAME),
    "check": lambda store: store.check(),
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_bucket_that_fails_says_so(there: Bucket, store: Objects, act: str) -> None:
    there.fails = True
    with pytest.raises(ObjectsFailure, match="the media store s3://files/some/prefix: "):
        await ACTS[act](store)


async def test_a_bucket_that_is_not_there_cannot_be_used(there: Bucket) -> None:
    with pytest.raises(ObjectsFailure):
        await Objects("s3://other").check()
