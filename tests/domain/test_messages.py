"""Messages: posted, read, edited and deleted; an index is never given twice."""

import pytest
from msgspec.structs import replace

from domain.scenes import NOBODY, close, elsewhere, later, refused, talk, unchanged, written
from partywire import errors, sids
from partywire.domain import conversations, messages, participants
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant

TOO_MUCH = '"' + "x" * 4 * 1024 + '"'
HELLO = MessageChanges(body="hello")

UNACCEPTABLE = pytest.mark.parametrize(
    ("changes", "error"),
    [
        (MessageChanges(author="x" * 257), errors.AuthorTooLong),
        (MessageChanges(subject="x" * 257), errors.SubjectTooLong),
        (MessageChanges(attributes="{"), errors.AttributesNotJson),
        (MessageChanges(attributes=TOO_MUCH), errors.AttributesTooLong),
        (MessageChanges(body=""), errors.BodyMissing),
        (MessageChanges(body="x" * (32 * 1024 + 1)), errors.BodyTooLong),
        (MessageChanges(body="é" * (16 * 1024 + 1)), errors.BodyTooLong),
    ],
    ids=["author", "subject", "broken attributes", "long attributes", "empty", "long", "bytes"],
)


async def indexes(call: Call, sid: str) -> list[int]:
    page = await messages.page(call, sid, "asc", PageRequest(100))
    return [message.index for message in page.items]


async def test_a_message_starts_plain_and_is_the_system_s(call: Call) -> None:
    room = await talk(call, "ada")
    made = await messages.create(later(call), room.sid, HELLO)
    expected = Message(
        sid=made.sid,
        service_sid=call.service_sid,
        conversation_sid=room.sid,
        index=0,
        author="system",
        participant_sid=None,
        body="hello",
        subject=None,
        attributes="{}",
        date_created=later(call).now,
        date_updated=later(call).now,
    )
    assert made == expected
    assert sids.is_sid(made.sid, sids.MESSAGE)
    assert await messages.fetch(call, room.sid, made.sid) == expected


async def test_a_message_takes_what_is_given_at_birth(call: Call) -> None:
    room = await talk(call)
    given = MessageChanges(
        author="x" * 256,
        body="é" * 16 * 1024,
        subject="s" * 256,
        attributes="[1]",
        date_created=1000,
        date_updated=2000,
    )
    made = await messages.create(call, room.sid, given)
    assert given.applied_to(made) == made
    assert await messages.fetch(call, room.sid, made.sid) == made


async def test_an_imported_message_is_as_old_as_its_date_of_creation(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, replace(HELLO, date_created=1000))
    assert made.date_created == made.date_updated == 1000


async def test_a_participant_s_message_knows_who_wrote_it(call: Call) -> None:
    room = await talk(call, "ada")
    ada = await participants.fetch(call, room.sid, "ada")
    said = await messages.create(call, room.sid, replace(HELLO, author="ada"))
    assert (said.author, said.participant_sid) == ("ada", ada.sid)
    stranger = await messages.create(call, room.sid, replace(HELLO, author="bob"))
    assert (stranger.author, stranger.participant_sid) == ("bob", None)


async def test_a_message_needs_a_body(call: Call) -> None:
    room = await talk(call)
    with refused(call, errors.BodyMissing):
        await messages.create(call, room.sid, MessageChanges(author="ada"))


@UNACCEPTABLE
async def test_nothing_unacceptable_is_posted(
    call: Call, changes: MessageChanges, error: type[errors.ApiError]
) -> None:
    room = await talk(call)
    posted = HELLO.applied_to(changes) if "body" not in changes.given() else changes
    with refused(call, error):
        await messages.create(call, room.sid, posted)


@UNACCEPTABLE
async def test_a_message_is_not_edited_to_unacceptable_values(
    call: Call, changes: MessageChanges, error: type[errors.ApiError]
) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, HELLO)
    with refused(call, error):
        await messages.update(later(call), room.sid, made.sid, changes)


async def test_indexes_rise_from_0_and_are_never_given_twice(call: Call) -> None:
    room = await talk(call)
    made = [await messages.create(call, room.sid, HELLO) for _ in range(4)]
    assert await indexes(call, room.sid) == [0, 1, 2, 3]
    await messages.delete(call, room.sid, made[3].sid)
    await messages.delete(call, room.sid, made[1].sid)
    assert (await messages.create(call, room.sid, HELLO)).index == 4
    assert await indexes(call, room.sid) == [0, 2, 4]
    assert (await conversations.fetch(call, room.sid)).messages_deleted == 2


async def test_messages_are_listed_in_either_order(call: Call) -> None:
    room = await talk(call, messages_posted=3)
    first = await messages.page(call, room.sid, "desc", PageRequest(2))
    assert [one.index for one in first.items] == [2, 1]
    rest = await messages.page(call, room.sid, "desc", PageRequest(2, first.next))
    assert ([one.index for one in rest.items], rest.next) == ([0], None)
    assert await indexes(call, room.sid) == [0, 1, 2]


@pytest.mark.parametrize("key", ["CH" + NOBODY, "general"])
async def test_what_is_asked_of_a_missing_conversation_is_not_found(call: Call, key: str) -> None:
    made = await messages.create(call, (await talk(call)).sid, HELLO)
    with refused(call, errors.NotFound):
        await messages.create(call, key, HELLO)
    with refused(call, errors.NotFound):
        await messages.page(call, key, "asc", PageRequest(10))
    with refused(call, errors.NotFound):
        await messages.fetch(call, key, made.sid)
    with refused(call, errors.NotFound):
        await messages.update(call, key, made.sid, HELLO)
    with refused(call, errors.NotFound):
        await messages.delete(call, key, made.sid)


async def test_an_empty_conversation_has_an_empty_page(call: Call) -> None:
    room = await talk(call)
    assert (await messages.page(call, room.sid, "asc", PageRequest(10))).items == []


async def test_a_message_is_reached_through_its_own_conversation_only(call: Call) -> None:
    room, other = await talk(call), await talk(call)
    there = await elsewhere(call)
    made = await messages.create(call, room.sid, HELLO)
    for caller, key, sid in (
        (call, other.sid, made.sid),
        (there, room.sid, made.sid),
        (call, room.sid, "IM" + NOBODY),
    ):
        with refused(call, errors.NotFound):
            await messages.fetch(caller, key, sid)
        with refused(call, errors.NotFound):
            await messages.update(caller, key, sid, MessageChanges(body="mine"))
        with refused(call, errors.NotFound):
            await messages.delete(caller, key, sid)


async def test_nothing_is_posted_from_another_service(call: Call) -> None:
    room, there = await talk(call), await elsewhere(call)
    with refused(call, errors.NotFound):
        await messages.create(there, room.sid, HELLO)


async def test_an_edit_changes_what_is_given_and_the_date(call: Call) -> None:
    room = await talk(call, "ada")
    before = await messages.create(call, room.sid, replace(HELLO, author="ada", subject="s"))
    changes = MessageChanges(body="hullo", attributes="[1]")
    after = await messages.update(later(call), room.sid, before.sid, changes)
    expected = replace(before, body="hullo", attributes="[1]", date_updated=later(call).now)
    assert after == expected
    assert await messages.fetch(call, room.sid, before.sid) == expected


async def test_a_new_author_is_looked_up_among_the_participants(call: Call) -> None:
    room = await talk(call, "ada", "bob")
    bob = await participants.fetch(call, room.sid, "bob")
    sid = (await messages.create(call, room.sid, replace(HELLO, author="ada"))).sid
    for author, expected in (
        ("bob", ("bob", bob.sid)),
        ("cy", ("cy", None)),
        ("", ("system", None)),
    ):
        edited = await messages.update(call, room.sid, sid, MessageChanges(author=author))
        assert (edited.author, edited.participant_sid) == expected
        assert await messages.fetch(call, room.sid, sid) == edited


async def test_an_empty_author_at_birth_is_the_system(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, replace(HELLO, author=""))
    assert made.author == "system"
    assert await messages.fetch(call, room.sid, made.sid) == made


async def test_an_empty_edit_changes_nothing(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, HELLO)
    with unchanged(call):
        assert await messages.update(later(call), room.sid, made.sid, MessageChanges()) == made


async def test_a_closed_conversation_takes_no_message_and_no_edit(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, HELLO)
    await close(call, room.sid)
    with refused(call, errors.ConversationClosed):
        await messages.create(call, room.sid, HELLO)
    for changes in (MessageChanges(), MessageChanges(body="hullo")):
        with refused(call, errors.ConversationClosed):
            await messages.update(call, room.sid, made.sid, changes)


async def test_a_closed_conversation_s_messages_can_be_read_and_deleted(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, HELLO)
    await close(call, room.sid)
    assert await messages.fetch(call, room.sid, made.sid) == made
    assert await indexes(call, room.sid) == [0]
    await messages.delete(call, room.sid, made.sid)
    assert await indexes(call, room.sid) == []


async def test_a_message_is_deleted_once(call: Call) -> None:
    room = await talk(call)
    made = await messages.create(call, room.sid, HELLO)
    await messages.delete(call, room.sid, made.sid)
    with refused(call, errors.NotFound):
        await messages.delete(call, room.sid, made.sid)
    assert (await conversations.fetch(call, room.sid)).messages_deleted == 1


async def test_a_post_writes_nothing_for_the_participants(call: Call) -> None:
    room = await talk(call, "ada", "bob")
    before = (await participants.page(call, room.sid, PageRequest(10))).items
    async with written(call) as found:
        await messages.create(later(call), room.sid, replace(HELLO, author="ada"))
    assert len(found) == 1
    assert (await participants.page(call, room.sid, PageRequest(10))).items == before


async def test_a_message_of_an_address_is_its_participant_s(call: Call) -> None:
    room = await talk(call, "ada")
    new = NewParticipant(address="+15550001", proxy_address="+15550100")
    ben = await participants.create(call, room.sid, new)
    for author, written_by in (("+15550001", ben.sid), ("+15550100", None)):
        said = await messages.create(call, room.sid, MessageChanges(author=author, body="hello"))
        assert (said.author, said.participant_sid) == (author, written_by)
