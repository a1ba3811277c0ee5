"""What is left of media when nobody has them any more: nothing, in the end, whatever happens."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from delivery.nodes import until
from delivery.push.scenes import placed
from domain.files import PICTURE, held, sent
from domain.scenes import elsewhere, talk
from domain.test_media import ATTACH, ROWS
from partywire.clock import FrozenClock
from partywire.delivery import media as module
from partywire.delivery.background import working
from partywire.delivery.duties import NotOurs, Worker
from partywire.delivery.media import FOLLOWER, Emptying, Ended, Sweep, clearing
from partywire.domain import conversations, media, services
from partywire.domain.call import Call, Resources
from partywire.errors import MediaNotFound
from partywire.model.events import Event
from partywire.model.media import Attachment, Media
from partywire.model.messages import Message
from partywire.storage import claims, cursors, outbox
from partywire.storage import media as store
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.objects import Objects, ObjectsFailure
from storage import rows

HOUR = 60 * 60 * 1000


@pytest.fixture
async def ada(call: Call) -> Worker:
    """Who has the duty."""
    async with call.database.transaction() as transaction:
        await claims.beat(transaction, Claim(FOLLOWER, NOBODY, 0), "ada")
    return Worker(call.database, clearing(call.resources), "ada")


async def attached(call: Call, conversation_sid: str, message: int = 1) -> Media:
    """A file that a message has."""
    file = await sent(call)
    message_sid = rows.sid("IM", message)
    async with call.database.transaction() as transaction:
        await transaction.run(ATTACH, file.sid, message_sid, conversation_sid)
    return replace(file, conversation_sid=conversation_sid, message_sid=message_sid)


async def message_removed(call: Call, *files: Media, keep_rows: bool = False) -> None:
    """What the deletion of a message with these files leaves behind."""
    told = [Attachment(each.sid, "media", None, "a/b", each.size or 0) for each in files]
    message = Message(
        sid=rows.sid("IM", 1),
        service_sid=call.service_sid,
        conversation_sid=rows.sid("CH", 1),
        index=0,
        author="ann",
        participant_sid=None,
        body=None,
        subject=None,
        attributes="{}",
        date_created=1,
        date_updated=1,
        media=msgspec.json.encode(told).decode() if files else None,
    )
    event = Event(
        call.sid("EV"),
        call.service_sid,
        message.conversation_sid,
        "message.removed",
        0,
        call.now,
        msgspec.json.encode(message).decode(),
    )
    async with call.database.transaction() as transaction:
        if not keep_rows:
            await store.delete(transaction, [each.sid for each in files])
        await outbox.append(transaction, event)


async def told(call: Call, ada: Worker) -> None:
    """Everything that happened is looked at."""
    await placed(call.database)
    ended = Ended(call.database)
    while await ended.go_on(ada):
        pass


async def cleared(call: Call, ada: Worker) -> None:
    """The same, and what is marked is deleted."""
    await told(call, ada)
    emptying = Emptying(call.resources.objects)
    while await emptying.go_on(ada):
        pass


async def left(call: Call) -> list[str]:
    """The SIDs of files that are still there, and known."""
    known = await call.database.all(ROWS)
    assert held(call.resources) == known
    return known


async def test_files_go_with_their_message(call: Call, ada: Worker) -> None:
    room = await talk(call)
    gone = [await attached(call, room.sid), await attached(call, room.sid)]
    kept = [await attached(call, room.sid, 2), await sent(call)]
    await message_removed(call, *gone)
    await message_removed(call)
    await cleared(call, ada)
    assert await left(call) == [each.sid for each in kept]
    assert await cursors.seen(call.database, FOLLOWER) == await outbox.last(call.database)


async def test_a_row_that_outlived_its_message_goes_too(call: Call, ada: Worker) -> None:
    file = await attached(call, (await talk(call)).sid)
    await message_removed(call, file, keep_rows=True)
    await told(call, ada)
    with pytest.raises(MediaNotFound):
        await media.fetch(call, file.sid)
    await cleared(call, ada)
    assert await left(call) == []


async def test_files_go_with_their_conversation(
    call: Call, ada: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_MARKED", 2)
    monkeypatch.setattr(module, "_MOST_DELETED", 2)
    room, other = await talk(call), await talk(call)
    for _ in range(5):
        await attached(call, room.sid)
    kept = [await attached(call, other.sid), await sent(call)]
    await conversations.delete(call, room.sid)
    await cleared(call, ada)
    assert await left(call) == [each.sid for each in kept]


async def test_files_go_with_their_service(call: Call, ada: Worker) -> None:
    other = await elsewhere(call)
    room = await talk(other)
    await attached(other, room.sid)
    await sent(other)
    kept = await sent(call)
    await services.delete(call, other.service_sid)
    await cleared(call, ada)
    assert await left(call) == [kept.sid]


async def test_what_no_message_took_within_a_day_goes(call: Call, ada: Worker) -> None:
    room = await talk(call)
    taken, free = await attached(call, room.sid), await sent(call)
    clock = FrozenClock(call.now + 24 * HOUR)
    await Sweep(clock).go_on(ada)
    await cleared(call, ada)
    assert await left(call) == [taken.sid, free.sid]
    await Sweep(FrozenClock(call.now + 24 * HOUR + 1)).go_on(ada)
    await cleared(call, ada)
    assert await left(call) == [taken.sid]


def begun(resources: Resources, file: Media) -> None:
    """What the store has of a file while it comes."""
    Path(resources.objects.place, f"{media.name(file)}#1").write_bytes(b"half")


class Crash(BaseException):
    """Ends everything at once, as a kill would."""


async def test_of_an_upload_that_a_crash_ended_nothing_is_left(call: Call, ada: Worker) -> None:
    """Neither of what was half way in, nor of what was in before its row was told."""

    async def killed() -> AsyncIterator[bytes]:
        yield b"x"
        raise Crash

    with pytest.raises(Crash):
        await media.upload(call, PICTURE, killed())
    first = await media.begin(call, PICTURE)
    await call.resources.objects.write(media.name(first), _once(b"whole"))
    second = await media.begin(call, PICTURE)
    begun(call.resources, second)
    assert len(held(call.resources)) == 2
    await Sweep(FrozenClock(call.now + HOUR)).go_on(ada)
    await cleared(call, ada)
    assert len(held(call.resources)) == 2
    await Sweep(FrozenClock(call.now + HOUR + 1)).go_on(ada)
    await cleared(call, ada)
    assert await left(call) == []


async def _once(piece: bytes) -> AsyncIterator[bytes]:
    yield piece


async def test_a_sweep_comes_once_in_a_while(
    call: Call, ada: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: passed[0])
    sweep = Sweep(FrozenClock(call.now + 25 * HOUR))
    await sweep.go_on(ada)
    await sent(call)
    passed[0] += 59
    await sweep.go_on(ada)
    assert await store.doomed(call.database, 9) == []
    passed[0] += 1
    await sweep.go_on(ada)
    assert len(await store.doomed(call.database, 9)) == 1


async def test_a_store_that_is_not_there_holds_up_nothing_but_itself(
    call: Call, ada: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = await attached(call, (await talk(call)).sid)
    await message_removed(call, file)
    delete = Objects.delete

    async def fails(*_arguments: object) -> None:
        raise ObjectsFailure("the media in s3://x: gone")

    monkeypatch.setattr(Objects, "delete", fails)
    passed = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: passed[0])
    await told(call, ada)
    emptying = Emptying(call.resources.objects)
    assert not await emptying.go_on(ada)
    assert "s3://x: gone" in caplog.text
    assert await cursors.seen(call.database, FOLLOWER) == await outbox.last(call.database)
    monkeypatch.setattr(Objects, "delete", delete)
    passed[0] += 9
    await emptying.go_on(ada)
    assert await left(call) == [file.sid]
    passed[0] += 1
    await emptying.go_on(ada)
    assert await left(call) == []


async def test_whoever_lost_the_duty_writes_nothing(call: Call, ada: Worker) -> None:
    file = await attached(call, (await talk(call)).sid)
    await message_removed(call, file)
    await placed(call.database)
    stranger = Worker(call.database, clearing(call.resources), "bea")
    with pytest.raises(NotOurs):
        await Ended(call.database).go_on(stranger)
    with pytest.raises(NotOurs):
        await Sweep(call.resources.clock).go_on(stranger)
    await told(call, ada)
    with pytest.raises(NotOurs):
        await Emptying(call.resources.objects).go_on(stranger)
    assert len(await store.doomed(call.database, 9)) == 1


async def test_nothing_is_written_when_nothing_happened(call: Call, ada: Worker) -> None:
    await told(call, ada)
    ended, before = Ended(call.database), await cursors.seen(call.database, FOLLOWER)
    call.database.news.clear()
    assert not await ended.go_on(ada)
    assert not await Emptying(call.resources.objects).go_on(ada)
    assert not call.database.news.is_set()
    assert await cursors.seen(call.database, FOLLOWER) == before


async def test_a_node_does_all_of_it_by_itself(call: Call, resources: Resources) -> None:
    file = await attached(call, (await talk(call)).sid)
    async with working(resources):
        await message_removed(call, file)
        await until(lambda: held(resources) == [])
