from typing import Any

import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.model.participants import Participant
from partywire.storage import conversations, participants, users
from partywire.storage.database import Database
from partywire.storage.participants import Room
from storage import rows

ANN = rows.participant(1, of=1)
TALK = rows.conversation().sid


@pytest.fixture
async def talks(database: Database) -> Database:
    """Two users, an open conversation and a closed one, nobody in them."""
    async with database.transaction() as transaction:
        await users.add(transaction, rows.user(1))
        await users.add(transaction, rows.user(2))
        await conversations.add(transaction, rows.conversation(1))
        await conversations.add(transaction, rows.conversation(2, state="closed"))
    return database


async def test_a_participant_is_found_under_each_of_their_names(talks: Database) -> None:
    async with talks.transaction() as transaction:
        assert await participants.add(transaction, ANN) == ANN

    here, there = (rows.SERVICE, TALK), (rows.SERVICE, rows.conversation(2).sid)
    assert await participants.by_sid(talks, *here, ANN.sid) == ANN
    assert await participants.sid_by_identity(talks, *here, "user1") == ANN.sid
    assert await participants.sid_by_user(talks, *here, rows.user(1).sid) == ANN.sid
    for wrong in (there, (rows.ELSEWHERE, TALK)):
        assert await participants.by_sid(talks, *wrong, ANN.sid) is None
        assert await participants.sid_by_identity(talks, *wrong, "user1") is None
        assert await participants.sid_by_user(talks, *wrong, rows.user(1).sid) is None


async def test_an_identity_is_in_a_conversation_once(talks: Database) -> None:
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.add(transaction, rows.participant(2, of=1)) is None
        other_talk = rows.participant(3, of=1, within=2)
        assert await participants.add(transaction, other_talk) == other_talk


async def test_participants_are_listed_in_the_order_of_their_sids(talks: Database) -> None:
    bob = rows.participant(2, of=2)
    async with talks.transaction() as transaction:
        await participants.add(transaction, bob)
        await participants.add(transaction, ANN)
        await participants.add(transaction, rows.participant(3, of=1, within=2))

    page = await participants.page(talks, rows.SERVICE, TALK, PageRequest(50))
    assert page.items == [ANN, bob]
    assert (await participants.page(talks, rows.ELSEWHERE, TALK, PageRequest(50))).items == []


async def test_everybody_that_a_user_is_goes_with_them(talks: Database) -> None:
    elsewhere, bob = rows.participant(3, of=1, within=2), rows.participant(2, of=2)
    async with talks.transaction() as transaction:
        for each in (elsewhere, ANN, bob):
            await participants.add(transaction, each)
        ann = rows.user(1).sid
        assert await participants.delete_of_user(transaction, rows.ELSEWHERE, ann) == []
        assert await participants.delete_of_user(transaction, rows.SERVICE, ann) == [ANN, elsewhere]
        assert await participants.delete_of_user(transaction, rows.SERVICE, ann) == []

    page = await participants.page(talks, rows.SERVICE, TALK, PageRequest(50))
    assert page.items == [bob]


async def test_counts_stop_at_their_limit_and_leave_out_closed_conversations(
    talks: Database,
) -> None:
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        await participants.add(transaction, rows.participant(2, of=2))
        await participants.add(transaction, rows.participant(3, of=1, within=2))

    async def room(newcomer: Participant, most: int, most_open: int) -> Room:
        return await participants.room(talks, newcomer, 0, most, most_open)

    again = rows.participant(4, of=1)
    assert await room(again, 10, 10) == Room(namesakes=1, participants=2, open_of_user=1)
    assert await room(again, 1, 0) == Room(namesakes=1, participants=1, open_of_user=0)
    stranger = replace(again, identity=None, user_sid=None)
    assert await room(stranger, 10, 10) == Room(namesakes=0, participants=2, open_of_user=0)
    abroad = replace(again, service_sid=rows.ELSEWHERE)
    assert await room(abroad, 10, 10) == Room(namesakes=0, participants=0, open_of_user=0)


async def test_what_is_fixed_on_a_participant_is_not_saved(talks: Database) -> None:
    changed = replace(
        ANN, notification_level="muted", last_read_message_index=2**62, date_updated=9
    )
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.lock(transaction, rows.SERVICE, TALK, ANN.sid) == ANN
        assert await participants.lock(transaction, rows.ELSEWHERE, TALK, ANN.sid) is None
        await participants.save(transaction, replace(changed, address="+15550100"))

    assert await participants.by_sid(talks, rows.SERVICE, TALK, ANN.sid) == changed


async def test_a_participant_is_deleted_once_and_may_come_back(talks: Database) -> None:
    again = rows.participant(9, of=1)
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        assert await participants.delete(transaction, rows.ELSEWHERE, TALK, ANN.sid) is None
        assert await participants.delete(transaction, rows.SERVICE, TALK, ANN.sid) == ANN
        assert await participants.delete(transaction, rows.SERVICE, TALK, ANN.sid) is None
        assert await participants.add(transaction, again) == again


async def test_a_deleted_user_is_in_no_conversation_any_more(talks: Database) -> None:
    bob = rows.participant(2, of=2)
    async with talks.transaction() as transaction:
        await participants.add(transaction, ANN)
        await participants.add(transaction, bob)
        await users.delete(transaction, rows.SERVICE, rows.user(1).sid)

    page = await participants.page(talks, rows.SERVICE, TALK, PageRequest(50))
    assert page.items == [bob]


def addressed(number: int, **more: Any) -> Participant:
    """Somebody who is no user, in the first conversation."""
    plain: dict[str, Any] = {"user_sid": None, "identity": None, "messaging_type": "sms"}
    return rows.participant(number, **{**plain, **more})


PROXIED = addressed(11, address="+15550001", proxy_address="+15550100")
GROUPED = addressed(12, address="+15550002")
PROJECTED = addressed(13, projected_address="+15550100")


async def test_people_without_an_identity_are_told_apart_by_their_sids(talks: Database) -> None:
    async with talks.transaction() as transaction:
        for each in (PROXIED, GROUPED, PROJECTED, addressed(14, address="+15550001")):
            assert await participants.add(transaction, each) == each

    assert (await participants.room(talks, PROXIED, 0, 10, 10)).participants == 4


async def test_who_is_in_a_group_is_deleted_only_by_who_knows_of_the_group(
    talks: Database,
) -> None:
    both = replace(PROJECTED, sid=rows.sid("MB", 16), user_sid=rows.user(2).sid, identity="user2")
    here = (rows.SERVICE, TALK)
    async with talks.transaction() as transaction:
        for each in (ANN, PROXIED, GROUPED, PROJECTED, both):
            await participants.add(transaction, each)
        for each in (GROUPED, PROJECTED, both):
            assert await participants.delete_outside_groups(transaction, *here, each.sid) is None
        for each in (ANN, PROXIED):
            assert await participants.delete_outside_groups(transaction, *here, each.sid) == each
        bob, ann = rows.user(2).sid, rows.user(1).sid
        assert await participants.groups_of_user(transaction, rows.SERVICE, bob) == [TALK]
        assert await participants.groups_of_user(transaction, rows.SERVICE, ann) == []


async def test_a_participant_is_found_by_address_and_by_projected_address(
    talks: Database,
) -> None:
    async with talks.transaction() as transaction:
        # An address of one's own counts before the one as which somebody shows.
        for each in (rows.participant(1), PROJECTED, PROXIED, GROUPED):
            await participants.add(transaction, each)
        await participants.add(transaction, addressed(15, projected_address="+15550002"))

    here = (rows.SERVICE, TALK)
    assert await participants.sid_by_address(talks, *here, "+15550001") == PROXIED.sid
    assert await participants.sid_by_address(talks, *here, "+15550002") == GROUPED.sid
    assert await participants.sid_by_address(talks, *here, "+15550100") == PROJECTED.sid
    for wrong in ((rows.ELSEWHERE, TALK), (rows.SERVICE, rows.conversation(2).sid)):
        assert await participants.sid_by_address(talks, *wrong, "+15550001") is None
        assert await participants.with_address(talks, *wrong) == []
        assert await participants.with_projection(talks, *wrong) == []


async def test_those_with_an_address_and_those_with_a_projection_are_listed(
    talks: Database,
) -> None:
    async with talks.transaction() as transaction:
        for each in (rows.participant(1), PROXIED, GROUPED, PROJECTED):
            await participants.add(transaction, each)

    found = await participants.with_address(talks, rows.SERVICE, TALK)
    assert sorted(each.sid for each in found) == [PROXIED.sid, GROUPED.sid]
    assert await participants.with_projection(talks, rows.SERVICE, TALK) == [PROJECTED]


async def test_who_shows_as_a_number_may_become_a_user(talks: Database) -> None:
    ben = replace(PROJECTED, user_sid=rows.user(2).sid, identity="user2")
    async with talks.transaction() as transaction:
        await participants.add(transaction, PROJECTED)
        await participants.save(transaction, ben)

    assert await participants.sid_by_identity(talks, rows.SERVICE, TALK, "user2") == ben.sid
    assert await participants.by_sid(talks, rows.SERVICE, TALK, ben.sid) == ben
    # The address itself is for good.
    moved = replace(PROXIED, address="+15550009", proxy_address=None)
    async with talks.transaction() as transaction:
        await participants.add(transaction, PROXIED)
        await participants.save(transaction, moved)
    kept = await participants.by_sid(talks, rows.SERVICE, TALK, PROXIED.sid)
    assert kept == replace(PROXIED, proxy_address=None)


async def test_participants_are_counted_and_users_named_in_their_conversation(
    talks: Database,
) -> None:
    someone = replace(
        rows.participant(3),
        user_sid=None,
        identity=None,
        messaging_type="sms",
        address="+15550001",
        proxy_address="+15559999",
    )
    async with talks.transaction() as transaction:
        for each in (ANN, rows.participant(2, of=2), someone):
            await participants.add(transaction, each)
        await participants.add(transaction, rows.participant(4, of=1, within=2))

    assert await participants.count(talks, rows.SERVICE, TALK) == 3
    assert await participants.count(talks, rows.ELSEWHERE, TALK) == 0
    names = await participants.identities(talks, rows.SERVICE, TALK)
    assert sorted(names) == ["user1", "user2"]
    assert await participants.identities(talks, rows.ELSEWHERE, TALK) == []
