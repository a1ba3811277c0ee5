"""What may be attached to a message, and that it is attached to one only."""

import asyncio
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import call_of
from domain.attached import known, uploaded
from domain.people import as_user
from domain.scenes import NOBODY, elsewhere, later, refused, talk
from partywire import errors
from partywire.config import Limits
from partywire.domain import attachments, messages
from partywire.domain.call import Call, Resources
from partywire.model.media import Attachment
from partywire.model.messages import MessageChanges
from partywire.storage.query import Statement

GONE = Statement("DELETE FROM media WHERE sid = $1")


def limited(call: Call, **limits: int) -> Call:
    config = replace(call.resources.config, limits=Limits(**limits))
    return replace(call, resources=replace(call.resources, config=config))


async def test_a_message_tells_of_its_files_in_the_order_that_was_asked_for(call: Call) -> None:
    one = await uploaded(call, filename=None, content_type="text/plain", size=0)
    two = await uploaded(call, category="body", filename="ü", size=5)
    told = await attachments.offered(call, [two.sid, one.sid])
    assert msgspec.json.decode(told, type=list[Attachment]) == [
        Attachment(two.sid, "body", "ü", "image/png", 5),
        Attachment(one.sid, "media", None, "text/plain", 0),
    ]


async def test_what_is_not_there_cannot_be_attached(call: Call) -> None:
    foreign = await uploaded(await elsewhere(call))
    sending = await uploaded(call, size=None)
    doomed = await uploaded(call, conversation_sid="", message_sid="")
    for sid in ("ME" + NOBODY, foreign.sid, sending.sid, doomed.sid):
        with refused(call, errors.MediaNotFound):
            await attachments.offered(call, [sid])


async def test_what_a_message_has_no_other_one_gets(call: Call) -> None:
    room = await talk(call)
    media = await uploaded(call)
    await messages.create(call, room.sid, MessageChanges(), [media.sid])
    with refused(call, errors.MediaAlreadyUsed):
        await attachments.offered(call, [media.sid])
    other = await uploaded(call)
    with refused(call, errors.MediaAlreadyUsed):
        await attachments.offered(call, [other.sid, other.sid])


async def test_a_user_attaches_only_what_they_uploaded(call: Call) -> None:
    ann = as_user(call, "ann")
    own = await uploaded(ann)
    others, accounts = await uploaded(as_user(call, "bob")), await uploaded(call)
    assert own.sid in await attachments.offered(ann, [own.sid])
    for each in (others, accounts):
        with refused(call, errors.MediaNotFound):
            await attachments.offered(ann, [each.sid])
        assert each.sid in await attachments.offered(call, [each.sid])
    assert own.sid in await attachments.offered(call, [own.sid])


async def test_a_message_has_only_so_many_files(call: Call) -> None:
    narrow = limited(call, media_per_message=2)
    found = [(await uploaded(call)).sid for _ in range(3)]
    await attachments.offered(narrow, found[:2])
    with refused(call, errors.TooManyMedia, match="at most 2"):
        await attachments.offered(narrow, found)


async def test_the_files_of_a_message_have_only_so_many_bytes(call: Call) -> None:
    narrow = limited(call, media_bytes=10)
    found = [(await uploaded(call, size=size)).sid for size in (4, 6, 1)]
    await attachments.offered(narrow, found[:2])
    with refused(call, errors.MediaTooLarge, match="at most 10 bytes"):
        await attachments.offered(narrow, found)


async def test_a_message_has_one_body_and_one_history_in_each_format(call: Call) -> None:
    async def file(**more: Any) -> str:
        return (await uploaded(call, **more)).sid

    text, html = "text/plain", "text/html"
    body = [await file(category="body", content_type=kind) for kind in (text, html)]
    history = [await file(category="history", content_type=kind) for kind in (text, html)]
    files = [await file(content_type=text), await file(content_type=text)]
    await attachments.offered(call, [*body, *history, *files])
    for category in ("body", "history"):
        again = await file(category=category, content_type=html)
        with refused(call, errors.TwoMediaForOne):
            await attachments.offered(call, [*body, *history, again])


async def test_what_was_taken_or_swept_meanwhile_undoes_the_message(call: Call) -> None:
    room = await talk(call)
    first = await messages.create(call, room.sid, MessageChanges(body="hello"))
    taken, swept, free = [await uploaded(call) for _ in range(3)]
    async with call.database.transaction() as transaction:
        await attachments.attach(call, transaction, first, [taken.sid])
        await transaction.run(GONE, swept.sid)
    for gone, error in ((taken, errors.MediaAlreadyUsed), (swept, errors.MediaNotFound)):
        with refused(call, error):
            async with call.database.transaction() as transaction:
                await attachments.attach(call, transaction, first, [free.sid, gone.sid])


FEW = st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(wishes=st.lists(FEW, min_size=2, max_size=6))
async def test_whoever_posts_at_once_each_file_is_one_message_s(
    resources: Resources, wishes: list[list[int]]
) -> None:
    call = await call_of(resources)
    rooms = [await talk(call), await talk(call)]
    files = [await uploaded(call) for _ in range(4)]

    async def post(number: int, wish: list[int]) -> Any:
        asked = later(call, number)
        sids = [files[each].sid for each in wish]
        return await messages.create(asked, rooms[number % 2].sid, MessageChanges(), sids)

    acts = (post(number, wish) for number, wish in enumerate(wishes))
    outcomes = await asyncio.gather(*acts, return_exceptions=True)

    got: dict[str, str] = {}
    for wish, outcome in zip(wishes, outcomes, strict=True):
        if isinstance(outcome, BaseException):
            assert isinstance(outcome, errors.MediaAlreadyUsed), outcome
            continue
        told = msgspec.json.decode(outcome.media, type=list[Attachment])
        assert [each.sid for each in told] == [files[each].sid for each in wish]
        for each in told:
            assert got.setdefault(each.sid, outcome.sid) == outcome.sid
    here = {each.sid for each in files}
    rows = [each for each in await known(call.database) if each.sid in here]
    assert {each.sid: each.message_sid for each in rows if each.message_sid} == got
    # Somebody comes first.
    assert got
