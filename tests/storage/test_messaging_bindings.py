import pytest

from partywire.model.participants import Participant
from partywire.storage import accounts, conversations, participants, services
from partywire.storage import messaging_bindings as bindings
from partywire.storage.database import Database, Transaction
from storage import rows

STRANGER = rows.sid("AC", 9)
ONE, TWO = rows.conversation(1).sid, rows.conversation(2).sid
ANN = rows.sid("MB", 1)
BEN = rows.sid("MB", 2)
PAIR = ("+15550001", "+15550100")
GROUP = "+15550001 +15550100"


def addressed(number: int, within: int) -> Participant:
    """A participant who is nobody's user."""
    return rows.participant(number, within=within, user_sid=None, identity=None)


@pytest.fixture
async def talks(database: Database) -> Database:
    """Two conversations, Ann in the first and Ben in the second; another account."""
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account(9))
        for number in (1, 2):
            await conversations.add(transaction, rows.conversation(number))
            await participants.add(transaction, addressed(number, number))
    return database


async def take(
    transaction: Transaction, talk: str, participant: str, account: str = rows.ACCOUNT
) -> str | None:
    return await bindings.take_pair(transaction, account, *PAIR, talk, participant)


async def test_a_pair_is_taken_once_in_an_account(talks: Database) -> None:
    async with talks.transaction() as transaction:
        assert await take(transaction, ONE, ANN) is None
        assert await take(transaction, TWO, BEN) == ONE
        assert await take(transaction, TWO, BEN, account=STRANGER) is None


async def test_either_half_of_a_pair_is_free_with_another(talks: Database) -> None:
    address, proxy = PAIR
    async with talks.transaction() as transaction:
        assert await take(transaction, ONE, ANN) is None
        await participants.add(transaction, addressed(3, 2))
        for participant, pair in (
            (BEN, (address, "+15550199")),
            (rows.sid("MB", 3), (proxy, address)),
        ):
            key = (rows.ACCOUNT, *pair, TWO, participant)
            assert await bindings.take_pair(transaction, *key) is None


async def test_a_pair_goes_with_its_participant_only(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
        await bindings.release_pair(transaction, TWO, BEN)
        assert await take(transaction, TWO, BEN) == ONE
        await bindings.release_pair(transaction, ONE, ANN)
        assert await take(transaction, TWO, BEN) is None


async def test_a_pair_is_free_once_its_participant_is_deleted(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
        await participants.delete(transaction, rows.SERVICE, ONE, ANN)
        assert await take(transaction, TWO, BEN) is None


async def test_a_group_is_taken_once_in_an_account(talks: Database) -> None:
    async with talks.transaction() as transaction:
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, ONE) is None
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) == ONE
        assert await bindings.take_group(transaction, STRANGER, GROUP, TWO) is None
        await bindings.release_group(transaction, TWO)
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) == ONE
        await bindings.release_group(transaction, ONE)
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) is None


async def test_a_conversation_lets_go_of_all_that_it_holds_and_no_more(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
        await bindings.take_group(transaction, rows.ACCOUNT, GROUP, ONE)
        await bindings.release(transaction, TWO)
        assert await take(transaction, TWO, BEN) == ONE
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) == ONE
        await bindings.release(transaction, ONE)
        assert await take(transaction, TWO, BEN) is None
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) is None


async def test_what_a_deleted_conversation_held_is_free(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
        await bindings.take_group(transaction, rows.ACCOUNT, GROUP, ONE)
        await conversations.delete(transaction, rows.SERVICE, ONE)
        assert await take(transaction, TWO, BEN) is None
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, TWO) is None


async def test_what_a_deleted_service_held_is_free(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
        await bindings.take_group(transaction, rows.ACCOUNT, GROUP, ONE)
        await services.delete(transaction, rows.ACCOUNT, rows.SERVICE)
        there = rows.conversation(3, service_sid=rows.ELSEWHERE)
        await conversations.add(transaction, there)
        await participants.add(transaction, addressed(3, 3))
        assert await take(transaction, there.sid, rows.sid("MB", 3)) is None
        assert await bindings.take_group(transaction, rows.ACCOUNT, GROUP, there.sid) is None


async def test_who_has_a_pair_is_found_in_its_account(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await take(transaction, ONE, ANN)
    found = await bindings.pair(talks, rows.ACCOUNT, *PAIR)
    assert found == bindings.Pair(ONE, ANN, rows.SERVICE)
    assert await bindings.pair(talks, STRANGER, *PAIR) is None
    assert await bindings.pair(talks, rows.ACCOUNT, *PAIR[::-1]) is None
    async with talks.transaction() as transaction:
        assert await bindings.is_held_by(transaction, rows.ACCOUNT, *PAIR, ANN)
        assert not await bindings.is_held_by(transaction, rows.ACCOUNT, *PAIR, BEN)
        assert not await bindings.is_held_by(transaction, STRANGER, *PAIR, ANN)
