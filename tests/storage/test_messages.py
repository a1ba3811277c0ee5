import pytest
from msgspec.structs import replace

from partywire.model.messages import Message
from partywire.model.pages import PageRequest
from partywire.storage import conversations, messages
from partywire.storage.database import Database, Duplicate
from partywire.storage.query import Query
from storage import rows

TALK = rows.conversation().sid
FIRST = rows.message(0)
BUCKETS = Query("SELECT level || ':' || bucket || '=' || deleted FROM message_deletions", str)


@pytest.fixture
async def talk(database: Database) -> Database:
    """A conversation with messages 0, 1, 2 and 5."""
    async with database.transaction() as transaction:
        await conversations.add(transaction, rows.conversation())
        for index in (0, 1, 2, 5):
            await messages.add(transaction, rows.message(index))
    return database


async def test_a_message_is_found_in_its_own_conversation_only(talk: Database) -> None:
    assert await messages.by_sid(talk, rows.SERVICE, TALK, FIRST.sid) == FIRST
    assert await messages.by_sid(talk, rows.ELSEWHERE, TALK, FIRST.sid) is None
    assert await messages.by_sid(talk, rows.SERVICE, rows.sid("CH", 2), FIRST.sid) is None


async def test_an_index_holds_one_message(talk: Database) -> None:
    with pytest.raises(Duplicate):
        async with talk.transaction() as transaction:
            await messages.add(transaction, rows.message(5, sid=rows.sid("IM", 99)))


@pytest.mark.parametrize(("order", "indexes"), [("asc", [0, 1, 2, 5]), ("desc", [5, 2, 1, 0])])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
async def test_pages_lead_through_all_messages_and_back(
    talk: Database, order: str, indexes: list[int], size: int
) -> None:
    page = await messages.page(talk, rows.SERVICE, TALK, order, PageRequest(size))
    assert page.previous is None
    pages = [page]
    while page.next:
        page = await messages.page(talk, rows.SERVICE, TALK, order, PageRequest(size, page.next))
        pages.append(page)
    assert [message.index for each in pages for message in each.items] == indexes

    back = [page]
    while page.previous:
        wanted = PageRequest(size, page.previous)
        page = await messages.page(talk, rows.SERVICE, TALK, order, wanted)
        back.append(page)
    assert [each.items for each in back] == [each.items for each in reversed(pages)]


async def test_what_is_fixed_on_a_message_is_not_saved(talk: Database) -> None:
    changed = replace(FIRST, body="edited", author="Ann", participant_sid="MB1", date_updated=9)
    async with talk.transaction() as transaction:
        assert await messages.lock(transaction, rows.SERVICE, TALK, FIRST.sid) == FIRST
        assert await messages.lock(transaction, rows.ELSEWHERE, TALK, FIRST.sid) is None
        await messages.save(transaction, replace(changed, index=77))

    assert await messages.by_sid(talk, rows.SERVICE, TALK, FIRST.sid) == changed


async def test_a_message_is_deleted_once_and_counted_once_in_a_bucket_of_each_level(
    talk: Database,
) -> None:
    far = rows.message(40_000)
    async with talk.transaction() as transaction:
        await messages.add(transaction, far)
        assert await messages.delete(transaction, rows.ELSEWHERE, TALK, far.sid) is None
        assert await messages.delete(transaction, rows.SERVICE, TALK, far.sid) == far
        assert await messages.delete(transaction, rows.SERVICE, TALK, far.sid) is None
        await messages.delete(transaction, rows.SERVICE, TALK, rows.message(1).sid)
        await messages.delete(transaction, rows.SERVICE, TALK, rows.message(2).sid)

    assert sorted(await talk.all(BUCKETS)) == [
        "0:1=1",
        "0:2=1",
        "0:40000=1",
        "1:0=2",
        "1:1250=1",
        "2:0=2",
        "2:39=1",
        "3:0=2",
        "3:1=1",
    ]


async def test_text_of_every_plane_and_no_text_at_all_come_back_as_written(
    talk: Database,
) -> None:
    odd = rows.message(7, body="é 𝄞 \u202e \r\n'\"\\ $1 ?1", subject=None, author="")
    none: Message = rows.message(8, body=None)
    async with talk.transaction() as transaction:
        await messages.add(transaction, odd)
        await messages.add(transaction, none)

    assert await messages.by_sid(talk, rows.SERVICE, TALK, odd.sid) == odd
    assert await messages.by_sid(talk, rows.SERVICE, TALK, none.sid) == none


async def test_the_messages_between_two_indexes_are_read_in_their_order(talk: Database) -> None:
    async def between(first: int, end: int, limit: int = 10) -> list[int]:
        found = await messages.between(talk, rows.SERVICE, TALK, first, end, limit)
        return [message.index for message in found]

    assert await between(1, 5) == [1, 2]
    assert await between(0, 99) == [0, 1, 2, 5]
    assert await between(0, 99, limit=3) == [0, 1, 2]
    assert await messages.between(talk, rows.ELSEWHERE, TALK, 0, 99, 10) == []
