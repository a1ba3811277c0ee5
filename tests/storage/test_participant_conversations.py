from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from partywire.model.pages import PageRequest
from partywire.model.participant_conversations import ParticipantConversation
from partywire.model.participants import Participant
from partywire.storage import conversations, participants, users
from partywire.storage import participant_conversations as store
from partywire.storage.database import Database
from storage import rows

ADDRESS = "+15550001"
ANN = rows.user(1)


def sms(number: int, within: int, proxy: str = "+15550100") -> Participant:
    """Somebody with the address."""
    return rows.participant(
        number,
        within=within,
        user_sid=None,
        identity=None,
        messaging_type="sms",
        address=ADDRESS,
        proxy_address=proxy,
    )


@dataclass
class Talks:
    """Three conversations with Ann, two with the address, one of them closed."""

    database: Database

    async def page(
        self, request: PageRequest, *, address: bool = False
    ) -> list[ParticipantConversation]:
        by, key = (store.by_address, ADDRESS) if address else (store.by_user, ANN.sid)
        return (await by(self.database, rows.SERVICE, key, request)).items


@pytest.fixture
async def talks(database: Database) -> Talks:
    async with database.transaction() as transaction:
        await users.add(transaction, ANN)
        await users.add(transaction, rows.user(2))
        for number, state in ((1, "active"), (2, "closed"), (3, "inactive")):
            made = rows.conversation(number, state=state, friendly_name=f"talk {number}")
            await conversations.add(transaction, made)
        for number, within in ((13, 1), (12, 2), (11, 3)):
            await participants.add(transaction, rows.participant(number, of=1, within=within))
        await participants.add(transaction, rows.participant(14, of=2, within=1))
        await participants.add(transaction, sms(22, 1))
        await participants.add(transaction, sms(21, 1, "+15550101"))
        await participants.add(transaction, sms(20, 2))
    return Talks(database)


async def test_a_row_joins_participant_and_conversation(talks: Talks) -> None:
    (found,) = await talks.page(PageRequest(1))
    talk = rows.conversation(1, friendly_name="talk 1")
    assert found == ParticipantConversation(
        conversation_sid=talk.sid,
        participant_sid=rows.sid("MB", 13),
        user_sid=ANN.sid,
        identity=ANN.identity,
        messaging_type=None,
        address=None,
        proxy_address=None,
        projected_address=None,
        friendly_name="talk 1",
        unique_name=None,
        attributes="{}",
        conversation_state="active",
        date_inactive=None,
        date_closed=None,
        created_by="system",
        date_created=talk.date_created,
        date_updated=talk.date_updated,
    )


async def test_a_user_s_conversations_stand_in_the_order_of_their_sids(talks: Talks) -> None:
    found = await talks.page(PageRequest(9))
    assert [each.conversation_sid for each in found] == [rows.sid("CH", n) for n in (1, 2, 3)]
    assert [each.conversation_state for each in found] == ["active", "closed", "inactive"]


async def test_an_address_may_be_in_a_conversation_twice(talks: Talks) -> None:
    found = await talks.page(PageRequest(9), address=True)
    assert [each.participant_sid for each in found] == [rows.sid("MB", n) for n in (21, 22, 20)]
    assert {(each.messaging_type, each.address) for each in found} == {("sms", ADDRESS)}


@pytest.mark.parametrize("address", [True, False])
async def test_a_walk_by_ones_shows_each_once(talks: Talks, address: bool) -> None:
    whole = await talks.page(PageRequest(9), address=address)
    by, key = (store.by_address, ADDRESS) if address else (store.by_user, ANN.sid)
    page = await by(talks.database, rows.SERVICE, key, PageRequest(1))
    walked = page.items
    while page.next:
        page = await by(talks.database, rows.SERVICE, key, PageRequest(1, page.next))
        walked += page.items
    assert walked == whole
    back = await by(talks.database, rows.SERVICE, key, PageRequest(9, page.previous))
    assert back.items == whole[:-1]


async def test_another_service_and_other_people_have_none(talks: Talks) -> None:
    for service, user, address in (
        (rows.ELSEWHERE, ANN.sid, ADDRESS),
        (rows.SERVICE, rows.sid("US", 9), "+15550002"),
    ):
        request = PageRequest(9)
        assert (await store.by_user(talks.database, service, user, request)).items == []
        assert (await store.by_address(talks.database, service, address, request)).items == []


async def test_a_projected_address_is_none_of_the_participant_s_own(talks: Talks) -> None:
    projected = replace(sms(23, 3), address=None, proxy_address=None, projected_address=ADDRESS)
    async with talks.database.transaction() as transaction:
        await participants.add(transaction, projected)

    found = await talks.page(PageRequest(9), address=True)
    assert projected.sid not in {each.participant_sid for each in found}
