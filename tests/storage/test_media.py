from typing import Any

from msgspec.structs import replace

from partywire import sids
from partywire.model.media import Media
from partywire.storage import attachments, conversations, media, outbox, participants, roles, users
from partywire.storage.database import Database
from storage import rows

HERE, THERE = rows.sid(sids.CONVERSATION, 1), rows.sid(sids.CONVERSATION, 2)


def file(number: int = 1, **more: Any) -> Media:
    made = Media(
        sid=rows.sid(sids.MEDIA, number),
        service_sid=rows.SERVICE,
        author="ann",
        category="media",
        filename="a.png",
        content_type="image/png",
        size=3,
        conversation_sid=None,
        message_sid=None,
        date_created=number,
        date_updated=number,
    )
    return replace(made, **more)


def attached(number: int, conversation_sid: str = HERE) -> Media:
    message = rows.sid(sids.MESSAGE, number)
    return file(number, conversation_sid=conversation_sid, message_sid=message)


async def written(database: Database, *files: Media) -> None:
    async with database.transaction() as transaction:
        for each in files:
            await media.add(transaction, each)


async def seen(database: Database, *files: Media) -> list[bool]:
    found = [await media.by_sid(database, each.service_sid, each.sid) for each in files]
    assert [one for one in found if one] == [
        each for each, one in zip(files, found, strict=True) if one
    ]
    return [one is not None for one in found]


async def test_a_file_is_seen_once_all_of_it_is_there(database: Database) -> None:
    coming = file(size=None)
    await written(database, coming)
    assert await seen(database, coming) == [False]
    async with database.transaction() as transaction:
        assert await media.finish(transaction, coming.sid, 7, 5)
    assert await seen(database, replace(coming, size=7, date_updated=5)) == [True]
    async with database.transaction() as transaction:
        assert not await media.finish(transaction, coming.sid, 8, 6)
    assert await media.by_sid(database, rows.ELSEWHERE, coming.sid) is None


async def test_what_is_given_up_is_not_seen_and_not_finished(database: Database) -> None:
    free, coming, taken = file(1), file(2, size=None), attached(3)
    await written(database, free, coming, taken)
    async with database.transaction() as transaction:
        done = [await media.doom(transaction, each.sid) for each in (free, coming, taken)]
        assert done == [True, True, False]
        assert not await media.finish(transaction, coming.sid, 1, 1)
        assert not await media.doom(transaction, free.sid)
        message_sid = rows.sid(sids.MESSAGE, 9)
        key = (rows.SERVICE, free.sid, HERE, message_sid, 1)
        assert not await attachments.attach(transaction, *key)
    assert await seen(database, free, taken) == [False, True]
    assert [each.sid for each in await media.doomed(database, 9)] == [free.sid, coming.sid]
    async with database.transaction() as transaction:
        await media.delete(transaction, [free.sid, coming.sid])
    assert await media.doomed(database, 9) == []


async def test_the_oldest_that_nobody_took_are_given_up(database: Database) -> None:
    files = [file(1), file(2, size=None), attached(3), file(4), file(5, size=None)]
    await written(database, *files)
    async with database.transaction() as transaction:
        await media.doom_broken(transaction, 5, 9)
        await media.doom_old(transaction, 5, 1)
    assert [each.sid for each in await media.doomed(database, 9)] == [files[0].sid, files[1].sid]
    async with database.transaction() as transaction:
        await media.doom_old(transaction, 5, 9)
        assert len(await media.doomed(transaction, 9)) == 3
        await media.doom_old(transaction, 6, 9)
    assert len(await media.doomed(database, 9)) == 4
    assert len(await media.doomed(database, 2)) == 2


async def test_files_are_found_by_where_they_belong(database: Database) -> None:
    files = [attached(1), attached(2, THERE), attached(3), file(4, service_sid=rows.ELSEWHERE)]
    await written(database, *files)
    assert await media.of_conversation(database, HERE, 9) == [files[0], files[2]]
    assert await media.of_conversation(database, HERE, 1) == [files[0]]
    assert await media.of_service(database, rows.ELSEWHERE, 9) == [files[3]]
    assert len(await media.of_service(database, rows.SERVICE, 2)) == 2
    async with database.transaction() as transaction:
        await media.doom_all(transaction, [each.sid for each in files])
    assert await media.of_service(database, rows.SERVICE, 9) == []
    assert await media.of_conversation(database, HERE, 9) == []
    assert len(await media.doomed(database, 9)) == 4


async def test_what_went_with_its_message_comes_back_to_be_deleted(database: Database) -> None:
    there, gone = attached(1), attached(2)
    await written(database, there)
    nowhere = {"conversation_sid": media.NOWHERE, "message_sid": media.NOWHERE}
    async with database.transaction() as transaction:
        await media.doom_gone(transaction, [replace(each, **nowhere) for each in (there, gone)])
    assert await media.doomed(database, 9) == [replace(each, **nowhere) for each in (there, gone)]


async def test_either_role_lets_a_user_send(database: Database) -> None:
    word = '["joinConversation","sendMediaMessage"]'
    idle, busy = rows.sid(sids.ROLE, 1), rows.sid(sids.ROLE, 2)
    async with database.transaction() as transaction:
        await roles.add(transaction, rows.role(1))
        await roles.add(transaction, rows.role(2, permissions=word))
        await conversations.add(transaction, rows.conversation(1))
        for number, role in ((1, idle), (2, busy), (3, idle)):
            await users.add(transaction, rows.user(number, role_sid=role))
        for number, role in ((1, idle), (3, busy)):
            one = rows.participant(number, of=number, role_sid=role)
            await participants.add(transaction, one)
    who = ["user1", "user2", "user3", "nobody"]
    may = [await media.may_send(database, rows.SERVICE, each) for each in who]
    assert may == [False, True, True, False]
    assert not await media.may_send(database, rows.ELSEWHERE, "user2")


async def test_the_events_with_which_media_end_are_found(database: Database) -> None:
    kinds = ["message.added", "message.removed", "conversation.removed", "service.removed"]
    async with database.transaction() as transaction:
        for number, kind in enumerate(kinds, 1):
            await outbox.append(transaction, rows.event(number, kind=kind))
        await outbox.place(transaction)
    found = await media.ends(database, 0, 9, 9)
    assert [each.kind for each in found] == kinds[1:]
    assert [each.kind for each in await media.ends(database, 2, 3, 9)] == kinds[2:3]
    assert len(await media.ends(database, 0, 9, 1)) == 1
