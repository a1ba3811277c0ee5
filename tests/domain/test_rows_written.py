"""How many rows a post writes, and a timer's end: as many for a thousand people as for a few."""

import asyncio
from collections import Counter

import pytest
from msgspec.structs import replace

from delivery.push.scenes import configured, device
from domain.ends import BOTH, CLOSED, fire
from domain.scenes import later, talk
from domain.test_messaging_bindings import joins
from domain.test_webhooks import tell
from domain.written import counting
from partywire.domain import configuration_webhooks, conversations, messages, participants
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import AccountWebhooksChanges, ServiceWebhooksChanges
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant

PEOPLE = 1000
PHONES = 50
HELLO = MessageChanges(author="user0", body="hello")
HOOK = {"post_webhook_url": "https://example.com/hook", "filters": ["onMessageAdded"]}
POST = {"conversations UPDATE": 1, "messages INSERT": 1, "events INSERT": 1}


async def crowded(call: Call, people: int, phones: int) -> str:
    """A conversation with timers; each of its people has a device, and they are pushed to.

    The account, its service and the conversation itself have webhooks.
    """
    await configured(call, new_message_enabled=1, new_message_badge_count_enabled=1)
    await configuration_webhooks.update_account(call, AccountWebhooksChanges(**HOOK))
    await configuration_webhooks.update_service(call, ServiceWebhooksChanges(**HOOK))
    room = await talk(call, *(f"user{number}" for number in range(people)), changes=BOTH)
    await tell(call, room.sid)
    for number in range(phones):
        await joins(call, room.sid, address=f"+1555{number:04}", proxy_address="+15560000")
    wanted = (f"user{number}" for number in range(people))
    await asyncio.gather(*(device(call, each, "twilsock", f"{each}'s phone") for each in wanted))
    return room.sid


async def test_a_post_to_a_thousand_people_writes_three_rows(call: Call) -> None:
    sid = await crowded(call, PEOPLE - PHONES, PHONES)
    asking = replace(call, webhooks=True)
    with counting(call.resources) as count:
        await messages.create(asking, sid, HELLO)
        assert count() == POST
        await messages.create(call, sid, replace(HELLO, author="+15550001"))
        assert count() == POST

        # Whoever is woken is told of as well: a row of the conversation, and two events more.
        await conversations.update(call, sid, ConversationChanges(state="inactive"))
        count()
        await messages.create(asking, sid, HELLO)
        assert count() == Counter(POST) + Counter({"conversations UPDATE": 1, "events INSERT": 2})

        # Nor does anything grow with them that is written afterwards for the conversation.
        message = await messages.create(asking, sid, HELLO)
        count()
        await messages.update(asking, sid, message.sid, MessageChanges(body="hello!"))
        assert count() == {"messages UPDATE": 1, "events INSERT": 1}


@pytest.mark.parametrize("phones", [0, 2])
async def test_a_timer_s_end_writes_no_row_for_anybody_but_pairs_that_are_let_go(
    call: Call, phones: int
) -> None:
    sid = await crowded(call, 20, phones)
    with counting(call.resources) as count:
        assert await fire(later(call, CLOSED)) == 1
        # It has become inactive, and closed: each is told by two events.
        expected = {"conversations UPDATE": 1, "events INSERT": 4, "address_pairs DELETE": phones}
        assert count() == +Counter(expected)
    assert (await conversations.fetch(call, sid)).state == "closed"


async def test_every_row_that_is_written_is_counted(call: Call) -> None:
    room = await talk(call, "ada")
    with counting(call.resources) as count:
        await participants.create(call, room.sid, NewParticipant(identity="ben"))
        assert count()["participants INSERT"] == 1
        await conversations.delete(call, room.sid)
        assert count()["participants DELETE"] == 2
