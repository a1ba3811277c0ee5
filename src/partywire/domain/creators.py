"""A user of the chat SDK makes a conversation, and is in it from its first moment."""

from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import conversations, drafts, events, joining, participants, roles, timers
from partywire.domain.call import Call
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.model.participants import NewParticipant
from partywire.storage import services as service_store


async def create(call: Call, changes: ConversationChanges) -> Conversation:
    """Makes a conversation of the user who calls, who joins it as its creator.

    Both in one transaction: nobody sees it without them (decided: decisions/0035).

    Raises:
        CreatedClosed: a conversation is not born closed.
        UniqueNameTaken: the service has a conversation of this unique name.
        TooManyConversationsForUser: the user is in too many conversations.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want the conversation or the participant, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    drafts.check_new(call, changes)
    sid = call.sid_to_ask_about(sids.CONVERSATION)
    creator = NewParticipant(identity=call.client_identity or "")
    participants.check(call, creator)
    if call.webhooks:
        changes = await drafts.permitted(call, changes)
        service = await service_store.fetch(call.database, call.scope.account, call.service_sid)
        if service is None:
            raise errors.NotFound
        role_sid = service.default_conversation_creator_role_sid
        await joining.permitted(call, sid, replace(creator, role_sid=role_sid))
        call = call.resumed()
    async with timers.making_way(call), call.database.transaction() as transaction:
        made = await conversations.born(call, transaction, changes, sid)
        await events.append(call, transaction, "conversation.added", made, sid)
        role_sid = await roles.default(call, transaction, "creator")
        creator = replace(creator, role_sid=role_sid)
        await participants.join(call, transaction, sid, [creator])
    return made
