"""Messages that have files: posted, edited and deleted."""

import msgspec
import pytest

from domain.attached import known, uploaded
from domain.gatekeepers import Gatekeeper, guarded
from domain.scenes import NOBODY, close, kinds, later, refused, talk, written
from partywire import errors
from partywire.domain import conversations, messages
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges

NOTHING = MessageChanges()
HELLO = MessageChanges(body="hello", author="ann")


async def test_a_message_may_have_files_and_no_text(call: Call) -> None:
    room = await talk(call, "ann", messages_posted=1)
    media = await uploaded(call)
    async with written(call) as told:
        made = await messages.create(later(call), room.sid, NOTHING, [media.sid])
    assert (made.index, made.body, made.author) == (1, None, "system")
    assert media.sid in (made.media or "")
    assert await messages.fetch(call, room.sid, made.sid) == made
    assert kinds(told) == ["message.added"]
    assert msgspec.json.decode(told[0].payload, type=Message) == made
    (row,) = await known(call.database)
    assert (row.conversation_sid, row.message_sid) == (room.sid, made.sid)
    assert (row.date_created, row.date_updated) == (media.date_created, later(call).now)


async def test_a_message_may_have_both(call: Call) -> None:
    room = await talk(call, "ann")
    files = [(await uploaded(call)).sid for _ in range(2)]
    made = await messages.create(call, room.sid, HELLO, files)
    assert (made.body, made.author, made.participant_sid is None) == ("hello", "ann", False)
    assert all(sid in (made.media or "") for sid in files)
    plain = await messages.create(call, room.sid, HELLO)
    assert (plain.index, plain.media) == (1, None)


async def test_what_is_refused_takes_no_file(call: Call) -> None:
    room, closed = await talk(call), await talk(call)
    await close(call, closed.sid)
    media = await uploaded(call)
    for where, changes, sids, error in (
        (room.sid, NOTHING, [media.sid, "ME" + NOBODY], errors.MediaNotFound),
        (room.sid, MessageChanges(attributes="{"), [media.sid], errors.AttributesNotJson),
        (closed.sid, NOTHING, [media.sid], errors.ConversationClosed),
        ("CH" + NOBODY, NOTHING, [media.sid], errors.NotFound),
        (room.sid, NOTHING, [], errors.BodyMissing),
    ):
        with refused(call, error):
            await messages.create(call, where, changes, sids)
    assert await known(call.database) == [media]


async def test_with_the_message_go_the_rows_of_its_files(call: Call) -> None:
    room = await talk(call)
    gone, kept = [(await uploaded(call)).sid for _ in range(2)]
    first = await messages.create(call, room.sid, NOTHING, [gone])
    await messages.create(call, room.sid, NOTHING, [kept])
    async with written(call) as told:
        await messages.delete(call, room.sid, first.sid)
    assert [each.sid for each in await known(call.database)] == [kept]
    assert kinds(told) == ["message.removed"]
    assert msgspec.json.decode(told[0].payload, type=Message).media == first.media


async def test_a_deleted_conversation_leaves_the_rows_for_who_empties_the_store(
    call: Call,
) -> None:
    room = await talk(call)
    media = await uploaded(call)
    made = await messages.create(call, room.sid, NOTHING, [media.sid])
    await conversations.delete(call, room.sid)
    (row,) = await known(call.database)
    assert (row.conversation_sid, row.message_sid) == (room.sid, made.sid)


async def test_the_text_beside_files_cannot_be_changed_all_else_can(call: Call) -> None:
    room = await talk(call)
    media, other = await uploaded(call), await uploaded(call)
    both = await messages.create(call, room.sid, HELLO, [media.sid])
    bare = await messages.create(call, room.sid, NOTHING, [other.sid])
    for each in (both, bare):
        with refused(call, errors.MediaBodyNotUpdatable):
            await messages.update(call, room.sid, each.sid, MessageChanges(body="Ciao"))
        more = MessageChanges(attributes="[1]", author="bob", subject="s")
        edited = await messages.update(later(call), room.sid, each.sid, more)
        assert (edited.attributes, edited.author, edited.media) == ("[1]", "bob", each.media)
        assert await messages.fetch(call, room.sid, each.sid) == edited
    same = MessageChanges(body="hello", attributes="[2]")
    assert (await messages.update(call, room.sid, both.sid, same)).attributes == "[2]"


async def test_the_gate_hears_of_the_files_and_may_add_a_text(call: Call) -> None:
    gate = Gatekeeper(lambda _: {"body": "A file!"})
    room = await talk(call)
    media = await uploaded(call)
    made = await messages.create(guarded(call, gate), room.sid, NOTHING, [media.sid])
    (asked,) = gate.asked
    assert (asked.thing.media, asked.thing.body) == (made.media, None)
    assert (made.body, media.sid in (made.media or "")) == ("A file!", True)


async def test_the_gate_may_take_the_text_but_not_change_it_later(call: Call) -> None:
    room = await talk(call)
    media = await uploaded(call)
    blank = guarded(call, Gatekeeper(lambda _: {"body": ""}))
    made = await messages.create(blank, room.sid, HELLO, [media.sid])
    assert made.body is None
    asking = Gatekeeper(lambda _: {"body": "A file!"})
    changes = MessageChanges(attributes="[]")
    with refused(call, errors.MediaBodyNotUpdatable):
        await messages.update(guarded(call, asking), room.sid, made.sid, changes)
    assert len(asking.asked) == 1
    with refused(call, errors.MediaBodyNotUpdatable):
        await messages.update(guarded(call, asking), room.sid, made.sid, HELLO)
    assert len(asking.asked) == 1


async def test_a_file_that_goes_to_another_while_the_gate_is_asked_is_not_taken(
    call: Call,
) -> None:
    class Slow(Gatekeeper):
        async def ask(self, asked: Call, *more: object) -> dict[str, str]:  # type: ignore[override]
            await messages.create(call, room.sid, HELLO, [media.sid])
            return await super().ask(asked, *more)  # type: ignore[arg-type]

    room = await talk(call)
    media = await uploaded(call)
    with pytest.raises(errors.MediaAlreadyUsed):
        await messages.create(guarded(call, Slow()), room.sid, NOTHING, [media.sid])
    assert (await conversations.fetch(call, room.sid)).next_message_index == 1
