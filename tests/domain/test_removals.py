"""What webhooks and clients have to know of a conversation outlives it."""

import msgspec

from domain.scenes import later, talk
from partywire.domain import conversations, participants, users, webhooks
from partywire.domain.call import Call
from partywire.model.deliveries import RemovedConversation
from partywire.model.participants import NewParticipant
from partywire.model.webhooks import Webhook, WebhookChanges
from partywire.storage import removals


async def test_a_deleted_conversation_leaves_its_webhooks_to_those_who_tell_them(
    call: Call,
) -> None:
    room = await talk(call)
    changes = WebhookChanges(url="http://a", filters=["onConversationRemoved"])
    made = await webhooks.create(call, room.sid, "webhook", changes)
    assert await removals.by_sid(call.database, room.sid) is None
    await conversations.delete(later(call), room.sid)
    found = await removals.by_sid(call.database, room.sid)
    assert found is not None
    assert found == RemovedConversation(
        sid=room.sid,
        service_sid=call.service_sid,
        messaging_service_sid=room.messaging_service_sid,
        webhooks=found.webhooks,
        date=later(call).now,
    )
    assert msgspec.json.decode(found.webhooks, type=list[Webhook]) == [made]


async def test_a_deleted_conversation_leaves_word_of_the_users_who_were_in_it(call: Call) -> None:
    room = await talk(call, "ann", "ben")
    by_address = NewParticipant(address="+15550000001", proxy_address="+15550000002")
    await participants.create(call, room.sid, by_address)
    await conversations.delete(call, room.sid)
    found = await removals.by_sid(call.database, room.sid)
    assert found is not None
    there = {(await users.fetch(call, identity)).sid for identity in ("ann", "ben")}
    assert set(msgspec.json.decode(found.user_sids)) == there
