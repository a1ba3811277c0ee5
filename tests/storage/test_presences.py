import pytest
from msgspec.structs import replace

from partywire.model.presences import Node, Presence
from partywire.storage import presences, users
from partywire.storage.database import Database
from storage import rows

ANN, BOB = rows.user(1), rows.user(2)
HERE = Presence(ANN.sid, "here", rows.SERVICE)
THERE = replace(HERE, node="there")


@pytest.fixture
async def people(database: Database) -> Database:
    async with database.transaction() as transaction:
        for user in (ANN, BOB):
            await users.add(transaction, user)
        for node in ("here", "there"):
            await presences.register(transaction, node)
    return database


async def test_a_user_is_online_while_some_node_has_a_socket_of_theirs(people: Database) -> None:
    assert not await presences.is_online(people, ANN.sid)
    async with people.transaction() as transaction:
        for each in (HERE, THERE, HERE):
            await presences.add(transaction, each)
    assert await presences.is_online(people, ANN.sid)
    assert not await presences.is_online(people, BOB.sid)
    for node, still in (("here", True), ("here", True), ("there", False)):
        async with people.transaction() as transaction:
            await presences.delete(transaction, ANN.sid, node)
        assert await presences.is_online(people, ANN.sid) is still


async def test_a_node_beats_for_as_long_as_it_is_there(people: Database) -> None:
    assert await presences.nodes(people) == [Node("here", 1), Node("there", 1)]
    async with people.transaction() as transaction:
        assert await presences.beat(transaction, "here")
        await presences.register(transaction, "there")
        assert await presences.hold(transaction, "here") == 2
        await presences.forget(transaction, "there")
        assert not await presences.beat(transaction, "there")
        assert await presences.hold(transaction, "there") is None
    assert await presences.nodes(people) == [Node("here", 2)]


async def test_who_is_at_a_node_goes_with_it_and_with_their_user(people: Database) -> None:
    bob = replace(HERE, user_sid=BOB.sid)
    async with people.transaction() as transaction:
        for each in (bob, HERE, THERE):
            await presences.add(transaction, each)
    assert await presences.of_node(people, "here", 9) == [HERE, bob]
    assert await presences.of_node(people, "here", 1) == [HERE]
    async with people.transaction() as transaction:
        await users.delete(transaction, rows.SERVICE, BOB.sid)
        await presences.forget(transaction, "there")
    assert await presences.of_node(people, "here", 9) == [HERE]
    assert await presences.of_node(people, "there", 9) == []
