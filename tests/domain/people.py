"""Users of the chat SDK, with roles as a test wants them."""

from msgspec.structs import replace

from partywire.domain import participants, roles, users
from partywire.domain.call import Call
from partywire.model.participants import NewParticipant, Participant
from partywire.model.users import UserChanges

# What nobody minds: a role has to hold some word.
IDLE = "editNotificationLevel"


def as_user(call: Call, identity: str) -> Call:
    """The same server's call by a user of the chat SDK."""
    door = replace(call.scope, door="service", root=f"http://bench/v1/Services/{call.service_sid}")
    return replace(
        call, scope=door, source="SDK", client_identity=identity, webhooks=True, answers={}
    )


async def user(call: Call, identity: str, *words: str) -> Call:
    """The call of a user whose service role has just these words, and one that says little."""
    role = await roles.create(call, "of the service", "service", [*words, IDLE])
    await users.create(call, identity, UserChanges(role_sid=role.sid))
    return as_user(call, identity)


async def member(call: Call, conversation: str, identity: str, *words: str) -> Participant:
    """A participant whose role in the conversation has just these words, and one that is idle."""
    role = await roles.create(call, "of the conversation", "conversation", [*words, IDLE])
    return await participants.create(
        call, conversation, NewParticipant(identity=identity, role_sid=role.sid)
    )
