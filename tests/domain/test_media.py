"""Media: who may send them up, who sees them, and what is left of what went wrong."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from domain import files
from domain.files import PICTURE, held, sent
from domain.people import as_user, member, user
from domain.scenes import NOBODY, elsewhere, refused, talk
from partywire import errors
from partywire.config import Limits
from partywire.domain import conversations, media, participants
from partywire.domain.call import Call, Resources
from partywire.domain.media import Described
from partywire.model.media import Media
from partywire.storage.query import Query, Statement

ATTACH = Statement("UPDATE media SET message_sid = $2, conversation_sid = $3 WHERE sid = $1")
ROWS = Query("SELECT sid FROM media ORDER BY sid", str)


async def attach(call: Call, file: Media, conversation_sid: str) -> None:
    async with call.database.transaction() as transaction:
        await transaction.run(ATTACH, file.sid, "IM" + "1" * 32, conversation_sid)


async def sees(call: Call, file: Media) -> bool:
    try:
        found = await media.fetch(call, file.sid)
    except errors.MediaNotFound:
        return False
    return found.sid == file.sid


async def read(resources: Resources, file: Media, start: int, stop: int) -> bytes:
    return b"".join([piece async for piece in media.content(resources, file, start, stop)])


async def test_a_file_is_sent_up_and_read_again(call: Call, resources: Resources) -> None:
    file = await sent(call, b"some bytes", Described("BODY", "text/plain; charset=utf-8", None))
    assert (file.size, file.category, file.author, file.filename) == (10, "body", None, None)
    assert file.service_sid == call.service_sid
    assert await media.fetch(call, file.sid) == file
    assert await read(resources, file, 0, 10) == b"some bytes"
    assert await read(resources, file, 5, 7) == b"by"
    assert held(resources) == [file.sid]


async def test_users_see_what_is_theirs_and_what_is_where_they_take_part(call: Call) -> None:
    room = await talk(call, "ann", "bob")
    ann, bob, eve = as_user(call, "ann"), as_user(call, "bob"), await user(call, "eve")
    file = await sent(ann)
    assert file.author == "ann"
    assert [await sees(each, file) for each in (call, ann, bob, eve)] == [True, True, False, False]
    await attach(call, file, room.sid)
    assert [await sees(each, file) for each in (call, ann, bob, eve)] == [True, True, True, False]
    assert not await sees(as_user(call, "nobody"), file)
    await participants.delete(call, room.sid, "bob")
    assert not await sees(bob, file)
    await conversations.delete(call, room.sid)
    assert await sees(ann, file)


async def test_another_service_does_not_have_it(call: Call) -> None:
    file = await sent(call)
    assert not await sees(await elsewhere(call), file)
    for sid in ("", "ME" + NOBODY, "\0", "ME" + "x" * 32, file.sid[2:]):
        with refused(call, errors.MediaNotFound):
            await media.fetch(call, sid)


async def test_only_whom_a_role_lets_may_send(call: Call) -> None:
    room = await talk(call)
    ann = await user(call, "ann")
    with refused(call, errors.Forbidden):
        await media.permit(ann)
    with refused(call, errors.Forbidden):
        await media.permit(as_user(call, "nobody"))
    await member(call, room.sid, "ann", "sendMediaMessage")
    await media.permit(ann)
    await media.permit(call)


@pytest.mark.parametrize(
    ("described", "error"),
    [
        (Described("media", "", None), errors.MediaTypeInvalid),
        (Described("media", "image", None), errors.MediaTypeInvalid),
        (Described("media", "image/", None), errors.MediaTypeInvalid),
        (Described("media", "image/png/x", None), errors.MediaTypeInvalid),
        (Described("media", "image/png\r\nX: y", None), errors.MediaTypeInvalid),
        (Described("media", "image/pñg", None), errors.MediaTypeInvalid),
        (Described("media", "image/" + "x" * 250, None), errors.MediaTypeInvalid),
        (Described("film", "image/png", None), errors.BadRequest),
        (Described("media", "image/png", "x" * 257), errors.BadRequest),
        (Described("media", "image/png", "a\r\nb"), errors.BadRequest),
        (Described("media", "image/png", "a\0b"), errors.BadRequest),
    ],
)
async def test_what_cannot_be_is_refused_before_a_byte_is_read(
    call: Call, resources: Resources, described: Described, error: type[errors.ApiError]
) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError
        yield b""

    with refused(call, error):
        await media.upload(call, described, unread())
    assert held(resources) == []


async def test_a_server_may_take_some_types_only(call: Call) -> None:
    config = replace(call.resources.config, media_types=("image/*", "application/pdf"))
    call = replace(call, resources=replace(call.resources, config=config))
    for kind in ("image/png", "IMAGE/GIF", "application/pdf; x=y"):
        await sent(call, described=Described("media", kind, None))
    for kind in ("application/json", "text/plain", "image/*x/y"):
        with refused(call, errors.MediaTypeInvalid):
            await sent(call, described=Described("media", kind, None))


@pytest.mark.parametrize(
    ("content", "error"),
    [([], errors.MediaInvalid), ([b"abc", b"defg", b"?", b"?"], errors.MediaTooLarge)],
)
async def test_of_what_is_empty_or_too_large_nothing_is_left(
    call: Call, resources: Resources, content: list[bytes], error: type[errors.ApiError]
) -> None:
    config = replace(resources.config, limits=Limits(media_bytes=6))
    call = replace(call, resources=replace(resources, config=config))
    rest = iter(content)

    async def counted() -> AsyncIterator[bytes]:
        for piece in rest:
            yield piece

    with refused(call, error):
        await media.upload(call, PICTURE, counted())
    assert list(rest) == content[2:]
    assert held(resources) == await call.database.all(ROWS) == []
    assert (await sent(call, b"abcdef")).size == 6


async def test_of_what_breaks_off_nothing_is_left(call: Call, resources: Resources) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise errors.BadRequest("The client went away")

    with refused(call, errors.BadRequest):
        await media.upload(call, PICTURE, broken())
    assert held(resources) == await call.database.all(ROWS) == []


async def test_what_takes_too_long_is_given_up(
    call: Call, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "LONGEST_SECONDS", 0.01)

    async def endless() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    with refused(call, errors.MediaInvalid):
        await media.upload(call, PICTURE, endless())
    assert held(resources) == await call.database.all(ROWS) == []


async def test_what_was_given_up_meanwhile_does_not_come_back(
    call: Call, resources: Resources
) -> None:
    async def given_up() -> AsyncIterator[bytes]:
        yield b"x"
        async with call.database.transaction() as transaction:
            await transaction.run(ATTACH, (await call.database.all(ROWS))[0], "", "")

    with refused(call, errors.MediaNotFound):
        await media.upload(call, PICTURE, given_up())
    assert held(resources) == []


async def test_what_belongs_to_no_message_can_be_deleted(call: Call, resources: Resources) -> None:
    room = await talk(call, "ann", "bob")
    ann, bob = as_user(call, "ann"), as_user(call, "bob")
    one, two, three = [await sent(ann) for _ in range(3)]
    with refused(call, errors.MediaNotFound):
        await media.remove(bob, one.sid)
    await media.remove(ann, one.sid)
    await media.remove(call, two.sid)
    assert held(resources) == await call.database.all(ROWS) == [three.sid]
    await attach(call, three, room.sid)
    with refused(call, errors.Conflict):
        await media.remove(ann, three.sid)
    with refused(call, errors.MediaNotFound):
        await media.remove(ann, one.sid)


async def test_a_link_is_good_for_one_file_until_its_time(call: Call, resources: Resources) -> None:
    file, other = await sent(call), await sent(call)
    soon = call.now // 1000 + 1
    place = (call.service_sid, file.sid)
    signature = media.signature(resources, *place, soon)
    assert await media.by_link(resources, *place, soon, signature) == file
    past = media.signature(resources, *place, soon - 1)
    for sid, expires, given in [
        (other.sid, soon, signature),
        (file.sid, soon + 1, signature),
        (file.sid, soon, signature[:-1]),
        (file.sid, soon, "é"),
        (file.sid, soon - 1, past),
    ]:
        with refused(call, errors.MediaLinkInvalid):
            await media.by_link(resources, call.service_sid, sid, expires, given)
    await media.remove(call, file.sid)
    with refused(call, errors.MediaNotFound):
        await media.by_link(resources, *place, soon, signature)


async def test_a_file_that_the_store_lost_is_not_found(call: Call, resources: Resources) -> None:
    file = await sent(call)
    await resources.objects.delete(media.name(file))
    with refused(call, errors.MediaNotFound):
        await read(resources, file, 0, 3)


async def test_a_store_that_fails_is_unavailable_and_leaves_no_file(
    call: Call, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_arguments: object) -> None:
        raise errors.Unavailable("the disk is full")

    monkeypatch.setattr(type(resources.objects), "write", fails)
    with refused(call, errors.Unavailable):
        await media.upload(call, PICTURE, files.pieces(b"x"))
    assert await call.database.all(ROWS) == []
