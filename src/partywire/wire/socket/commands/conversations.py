"""Conversations: made, looked at, renamed and deleted."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from partywire.domain import attendance, authority, conversations, creators
from partywire.model.conversations import Conversation, ConversationChanges
from partywire.wire.http.conversations import view
from partywire.wire.socket.commands.command import Asked, attributes, text
from partywire.wire.socket.commands.objects import of_conversation


class Changes(Struct, frozen=True):
    """What may be set on a conversation; an empty unique name, or none, clears it."""

    friendly_name: str | UnsetType | None = UNSET
    unique_name: str | UnsetType | None = UNSET
    attributes: Any = UNSET


def _changes(asked: Asked) -> ConversationChanges:
    sent = asked.body(Changes)
    unique_name = sent.unique_name
    return ConversationChanges(
        friendly_name=text(sent.friendly_name),
        unique_name=unique_name if unique_name is UNSET else unique_name or None,
        attributes=attributes(sent.attributes),
    )


def _shown(asked: Asked, conversation: Conversation) -> dict[str, Any]:
    """What REST shows, and what leads the SDK to Sync."""
    return {
        **asdict(view(asked.call.scope, conversation)),
        "created_by": conversation.created_by,
        "messages_count": conversation.next_message_index - conversation.messages_deleted,
        "sync_objects": of_conversation(conversation.sid),
    }


async def create(asked: Asked) -> dict[str, Any]:
    """POST …/Conversations."""
    changes = _changes(asked)
    (await authority.of(asked.call)).require("create conversation")
    return _shown(asked, await creators.create(asked.call, changes))


async def fetch(asked: Asked, key: str) -> dict[str, Any]:
    """GET …/Conversations/{Sid}: with counts, which are made for this answer."""
    standing = await authority.within(asked.call, key)
    standing.require("take part")
    sid = standing.conversation_sid or key
    conversation = await conversations.fetch(asked.call, sid)
    count = await attendance.count(asked.call, sid)
    return {**_shown(asked, conversation), "participants_count": count}


async def update(asked: Asked, key: str) -> dict[str, Any]:
    """POST …/Conversations/{Sid}."""
    changes = _changes(asked)
    standing = await authority.within(asked.call, key)
    given = changes.given()
    if given.keys() & {"friendly_name", "unique_name"}:
        standing.require("name conversation")
    if "attributes" in given:
        standing.require("edit conversation attributes")
    if not given:
        standing.require("take part")
    sid = standing.conversation_sid or key
    return _shown(asked, await conversations.update(asked.call, sid, changes))


async def delete(asked: Asked, key: str) -> None:
    """DELETE …/Conversations/{Sid}."""
    standing = await authority.within(asked.call, key)
    standing.require("delete conversation")
    await conversations.delete(asked.call, standing.conversation_sid or key)
