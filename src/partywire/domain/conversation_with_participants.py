"""A conversation that is made together with its participants."""

from typing import Final

from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import conversations, drafts, events, participants, timers
from partywire.domain.call import Call
from partywire.domain.joining import permitted
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.model.participants import NewParticipant

_MOST: Final = 10


async def create(
    call: Call, changes: ConversationChanges, people: list[NewParticipant]
) -> Conversation:
    """Makes a conversation and adds its participants: all of them, or nothing is made.

    Returns it as it is born: ``initializing`` where there are participants. It is in the wanted
    state when this returns: they are added in the same transaction (decided: decisions/0014).

    Raises:
        TooManyInRequest: there are more than 10 participants.
        CreatedClosed: a conversation is not born closed.
        UniqueNameTaken: the service has a conversation of this unique name.
        ParticipantAlreadyExists: somebody is named twice.
        PairTaken, GroupTaken: the addresses are in another open conversation.
        TooManyConversationsForUser: somebody is in too many conversations.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it or one of the participants, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    if len(people) > _MOST:
        raise errors.TooManyInRequest
    drafts.check_new(call, changes)
    for new in people:
        participants.check(call, new)
    pairs = [(new.address, new.proxy_address) for new in people if new.proxy_address]
    if len(set(pairs)) < len(pairs):
        raise errors.PairTaken
    sid = call.sid_to_ask_about(sids.CONVERSATION)
    if call.webhooks:
        changes = await drafts.permitted(call, changes)
        for new in people:
            await permitted(call, sid, new)
        call = call.resumed()
    async with timers.making_way(call), call.database.transaction() as transaction:
        made = await conversations.born(call, transaction, changes, sid)
        first = replace(made, state="initializing") if people else made
        await events.append(call, transaction, "conversation.added", first, made.sid)
        await participants.join(call, transaction, made.sid, people)
        if people:
            await events.append(call, transaction, "conversation.updated", made, made.sid)
    return first
