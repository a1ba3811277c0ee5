"""The unread count at its cap and over long stretches, against counting one by one."""

import asyncio
import random
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import call_of
from model_based.bench import Bench
from partywire.config import Config
from partywire.domain import conversations, messages, participants, user_conversations
from partywire.domain.call import Call
from partywire.domain.user_conversations import unread_messages_count
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.user_conversations import UserConversationChanges
from partywire.storage import conversations as conversation_store
from partywire.storage import messages as store
from partywire.storage import services
from partywire.storage.query import Query, Statement
from storage import rows

POSTED = 1300
SERVICE, TALK = rows.SERVICE, rows.conversation().sid


@pytest.fixture
def bench(config: Config) -> Iterator[Bench]:
    with Bench(config) as running:
        yield running


async def unread(call: Call, talk: str, horizon: int) -> int | None:
    """The count as both ways to it say: setting the horizon, and the list afterwards."""
    changes = UserConversationChanges(last_read_message_index=horizon)
    set_to = await user_conversations.update(call, "ann", talk, changes)
    read = await user_conversations.fetch(call, "ann", talk)
    assert read == set_to
    return unread_messages_count(read)


def doomed(pattern: str, chance: random.Random) -> list[int]:
    """The indexes to delete, in a random order."""
    several = {
        "none": [],
        "one in ten": chance.sample(range(POSTED), POSTED // 10),
        "half": chance.sample(range(POSTED), POSTED // 2),
        "the oldest": range(700),
        "the newest": range(290, POSTED),
        "runs": [index for index in range(POSTED) if index // 37 % 2 == 0],
        "nearly all": chance.sample(range(POSTED), POSTED - 40),
    }[pattern]
    return chance.sample(list(several), len(several))


@pytest.mark.parametrize(
    "pattern", ["none", "one in ten", "half", "the oldest", "the newest", "runs", "nearly all"]
)
async def test_more_than_a_thousand_messages_are_counted_exactly_up_to_the_cap(
    call: Call, pattern: str
) -> None:
    chance = random.Random(7)
    talk = (await conversations.create(call, ConversationChanges())).sid
    await participants.create(call, talk, NewParticipant(identity="ann"))
    posting = (messages.create(call, talk, MessageChanges(body="x")) for _ in range(POSTED))
    posted = await asyncio.gather(*posting)
    there = {message.index: message.sid for message in posted}
    assert sorted(there) == list(range(POSTED))
    indexes = doomed(pattern, chance)

    for part in (indexes[: len(indexes) // 2], indexes[len(indexes) // 2 :]):
        await asyncio.gather(*(messages.delete(call, talk, there.pop(each)) for each in part))
        edges = [0, 31, 32, POSTED - 1001, POSTED - 1000, POSTED - 1, POSTED, 2**63 - 1]
        for horizon in (*edges, *(chance.randrange(POSTED + 20) for _ in range(60))):
            expected = min(1000, sum(index > horizon for index in there))
            assert await unread(call, talk, horizon) == expected, horizon


# --- the counts of deleted messages alone, over indexes that no test could post ------------

LAST = 5_000_000
EDGES = [0, 1, 31, 32, 33, 1023, 1024, 1025, 32_767, 32_768, 32_769, 1_048_575, 1_048_576]
nearby = st.builds(
    lambda bucket, size, off: max(0, bucket * size + off),
    st.integers(0, 40),
    st.sampled_from([1, 32, 1024, 32_768]),
    st.integers(-2, 2),
)
index = st.one_of(st.integers(0, LAST), st.sampled_from(EDGES), nearby)
stretch = st.builds(lambda first, length: range(first, first + length), index, st.integers(1, 80))
deleted = st.builds(
    lambda single, runs: {*single, *(each for run in runs for each in run)},
    st.sets(index, max_size=60),
    st.lists(stretch, max_size=3),
)
COUNT = Query(f"SELECT {store.deletions_above('$1', '$2')} AS deleted", int)
CLEAR = Statement("DELETE FROM message_deletions")


async def delete_all(bench: Bench, indexes: set[int]) -> None:
    """Writes and deletes a message at each index, as the storage layer does it."""
    async with bench.resources.database.transaction() as transaction:
        await transaction.run(CLEAR)
        for each in indexes:
            message = rows.message(each)
            await store.add(transaction, message)
            await store.delete(transaction, SERVICE, TALK, message.sid)


async def with_a_conversation(bench: Bench) -> None:
    call = await call_of(bench.resources)
    async with bench.resources.database.transaction() as transaction:
        await services.add(transaction, rows.service(account=call.scope.account))
        await conversation_store.add(transaction, rows.conversation())


async def compare(bench: Bench, indexes: set[int], horizons: list[int]) -> None:
    await delete_all(bench, indexes)
    for horizon in horizons:
        expected = sum(each > horizon for each in indexes)
        assert await bench.resources.database.one(COUNT, TALK, horizon) == expected, horizon


def test_deletions_above_any_horizon_are_counted_exactly(bench: Bench) -> None:
    bench.run(with_a_conversation(bench))

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(deleted, st.lists(index, min_size=1, max_size=30))
    @example({0}, [0])
    @example(set(EDGES), [*EDGES, *(edge + 1 for edge in EDGES)])
    def holds(indexes: set[int], horizons: list[int]) -> None:
        around = [each + off for each in list(indexes)[:10] for off in (-1, 0, 1)]
        bench.run(compare(bench, indexes, horizons + [each for each in around if each >= 0]))

    holds()
