"""Participants: who joins, is added, changes, leaves or is taken out."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from partywire.domain import authority, participants
from partywire.domain.authority import Standing
from partywire.model.participants import NewParticipant, Participant, ParticipantChanges
from partywire.wire.http.participants import view
from partywire.wire.socket.commands.command import Asked, attributes, text


class Binding(Struct, frozen=True):
    """How somebody is reached who takes part by an address."""

    address: str | UnsetType | None = UNSET
    proxy_address: str | UnsetType | None = UNSET


class Newcomer(Struct, frozen=True):
    """What may be said of somebody who joins: an identity, or an address."""

    identity: str | UnsetType | None = UNSET
    attributes: Any = UNSET
    messaging_binding: Binding | UnsetType | None = UNSET


class Changes(Struct, frozen=True):
    """What may be set on a participant."""

    attributes: Any = UNSET


def _shown(asked: Asked, participant: Participant) -> dict[str, Any]:
    scope = asked.call.scope
    conversation = f"{scope.root}/Conversations/{participant.conversation_sid}"
    return {
        **asdict(view(scope, participant)),
        "links": {"conversation": conversation},
    }


async def create(asked: Asked, conversation: str) -> dict[str, Any]:
    """POST …/Conversations/{ConversationSid}/Participants."""
    sent = asked.body(Newcomer)
    binding = sent.messaging_binding or Binding()
    new = NewParticipant(
        identity=text(sent.identity),
        address=text(binding.address),
        proxy_address=text(binding.proxy_address),
        attributes=attributes(sent.attributes),
    )
    standing = await authority.within(asked.call, conversation)
    sid = standing.conversation_sid or conversation
    by_address = new.address is not UNSET or new.proxy_address is not UNSET
    if by_address:
        standing.require("add participant by address")
    elif new.identity != asked.identity:
        standing.require("add participant")
    elif standing.participant_sid is not None:
        return _shown(asked, await participants.fetch(asked.call, sid, standing.participant_sid))
    else:
        standing.require("join")
    return _shown(asked, await participants.create(asked.call, sid, new))


async def _found(asked: Asked, standing: Standing, key: str) -> tuple[Participant, bool]:
    """The participant, and whether it is who asks; whoever is outside learns of nobody.

    Raises:
        NotFound: there is no such participant.
    """
    sid = standing.conversation_sid or ""
    participant = await participants.fetch(asked.call, sid, key)
    return participant, participant.sid == standing.participant_sid


async def update(asked: Asked, conversation: str, key: str) -> dict[str, Any]:
    """POST …/Conversations/{ConversationSid}/Participants/{Sid or identity}."""
    changes = ParticipantChanges(attributes=attributes(asked.body(Changes).attributes))
    standing = await authority.within(asked.call, conversation)
    if not standing.is_member:
        standing.require("edit participant attributes")
    participant, own = await _found(asked, standing, key)
    standing.require("edit participant attributes", own=own)
    where = participant.conversation_sid
    return _shown(asked, await participants.update(asked.call, where, participant.sid, changes))


async def delete(asked: Asked, conversation: str, key: str) -> None:
    """DELETE …/Conversations/{ConversationSid}/Participants/{Sid or identity}."""
    standing = await authority.within(asked.call, conversation)
    if not standing.is_member:
        standing.require("remove participant")
    participant, own = await _found(asked, standing, key)
    standing.require("remove participant", own=own)
    await participants.delete(asked.call, participant.conversation_sid, participant.sid)
