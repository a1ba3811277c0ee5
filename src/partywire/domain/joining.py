"""Somebody comes into a conversation: who they will be, and whether there is room for them."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import gates, messaging_bindings, roles, users
from partywire.domain.call import Call
from partywire.model.participants import NewParticipant, Participant
from partywire.storage import participants as store
from partywire.storage import services as service_store
from partywire.storage.database import Transaction
from partywire.storage.participants import Room


def newcomer(call: Call, conversation_sid: str, new: NewParticipant) -> Participant:
    """The participant as they are asked for, without their user and their default role."""
    created = call.now if new.date_created is UNSET else new.date_created
    participant = new.applied_to(
        Participant(
            sid=call.sid(sids.PARTICIPANT),
            service_sid=call.service_sid,
            conversation_sid=conversation_sid,
            user_sid=None,
            identity=None,
            role_sid=None,
            attributes="{}",
            notification_level="default",
            last_read_message_index=None,
            last_read_timestamp=None,
            date_created=created,
            date_updated=created,
            messaging_type=messaging_bindings.check(new),
        )
    )
    return replace(participant, identity=participant.identity or None)


async def room(call: Call, transaction: Transaction, participant: Participant) -> Room:
    """How full everything is for somebody whose conversation and user are held.

    Raises:
        ParticipantAlreadyExists, TooManyConversationsForUser: of the user.
    """
    limits = call.limits
    most, most_open = limits.participants_per_conversation, limits.conversations_per_user
    found = await store.room(transaction, participant, call.now, most, most_open)
    if found.namesakes:
        raise errors.ParticipantAlreadyExists
    if found.open_of_user >= most_open:
        raise errors.TooManyConversationsForUser
    return found


async def with_role(call: Call, transaction: Transaction, participant: Participant) -> Participant:
    """The participant with the default role, if they are a user to whom none was given."""
    if participant.user_sid is None or participant.role_sid is not None:
        return participant
    role_sid = await roles.default(call, transaction, "conversation")
    return replace(participant, role_sid=role_sid)


def check_identifiable(call: Call, participant: Participant, identity: str) -> None:
    """Refuses an identity that a participant cannot be given, or that is none.

    Raises:
        IdentityNotSettable: they have another one, or are no number in a Group MMS.
        IdentityMissing, IdentityTooLong, IdentityLooksLikeSid: of the identity.
    """
    if identity == participant.identity:
        return
    if participant.identity is not None or participant.projected_address is None:
        raise errors.IdentityNotSettable
    users.check_identity(call, identity)


async def expected(call: Call, participant: Participant) -> Participant:
    """The participant as the gate is asked about them: with the role that they would have."""
    if participant.identity is None or participant.role_sid is not None:
        return participant
    key = (call.scope.account, call.service_sid)
    service = await service_store.fetch(call.database, *key)
    if service is None:
        raise errors.NotFound
    return replace(participant, role_sid=service.default_conversation_role_sid)


async def permitted(call: Call, conversation_sid: str, new: NewParticipant) -> None:
    """Asks the gate whether somebody who was checked may join.

    Raises:
        ParticipantAlreadyExists: the identity is in the conversation.
        ConversationRoleNotFound: of the role.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
    """
    await roles.look(call, new.role_sid, "conversation")
    participant = newcomer(call, conversation_sid, new)
    if participant.identity is not None:
        key = (call.service_sid, conversation_sid, participant.identity)
        if await store.sid_by_identity(call.database, *key) is not None:
            raise errors.ParticipantAlreadyExists
    await gates.ask(call, "participant.add", await expected(call, participant))
