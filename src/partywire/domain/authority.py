"""What a user of the chat SDK may do, by their two roles: the service's and the conversation's.

Only calls of the SDK are asked about here: whoever has an account's credentials may do anything
in it. A command is refused before the gate is asked. Source: the Role resource's documents and
the permissions page of the Chat docs; what they leave open is decided in decisions/0035.
"""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from partywire import errors
from partywire.domain import authors, conversations
from partywire.domain.call import Call
from partywire.model.messages import Message
from partywire.storage import authority as store

Deed = Literal[
    "create conversation",
    "join",
    "take part",
    "mute",
    "name conversation",
    "edit conversation attributes",
    "delete conversation",
    "add participant",
    "add participant by address",
    "remove participant",
    "edit participant attributes",
    "send message",
    "send media",
    "edit message",
    "edit message attributes",
    "delete message",
    "edit user",
]


class Rule(Struct, frozen=True, kw_only=True):
    """Who may do something; whoever no rule lets may not.

    Attributes:
        words: each permits it, from either role. In the service role they hold in all
            conversations, whether the user is in them or not.
        own: each permits it too, where it is done to what is the user's own, and in a
            conversation only while they are in it.
        members: whether it takes being in the conversation, whatever the service role says.
        everyone: whether it takes no word, only that.
    """

    words: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    members: bool = False
    everyone: bool = False


def _rule(*words: str, own: str | None = None, members: bool = False) -> Rule:
    owned = frozenset() if own is None else frozenset({own})
    return Rule(words=frozenset(words), own=owned, members=members)


RULES: Final[dict[Deed, Rule]] = {
    "create conversation": _rule("createConversation"),
    "join": _rule("joinConversation"),
    # Seeing what is in it, reading, typing.
    "take part": Rule(members=True, everyone=True),
    "mute": _rule("editNotificationLevel", members=True),
    "name conversation": _rule("editConversationName"),
    "edit conversation attributes": _rule("editConversationAttributes"),
    "delete conversation": _rule("deleteConversation"),
    "add participant": _rule("addParticipant"),
    "add participant by address": _rule("addNonChatParticipant"),
    "remove participant": _rule("removeParticipant", own="leaveConversation"),
    "edit participant attributes": _rule(
        "editAnyParticipantAttributes", own="editOwnParticipantAttributes"
    ),
    "send message": _rule("sendMessage", members=True),
    "send media": _rule("sendMediaMessage", members=True),
    "edit message": _rule("editAnyMessage", own="editOwnMessage"),
    "edit message attributes": _rule("editAnyMessageAttributes", own="editOwnMessageAttributes"),
    "delete message": _rule("deleteAnyMessage", own="deleteOwnMessage"),
    "edit user": _rule("editAnyUserInfo", own="editOwnUserInfo"),
}
# What is done in no conversation: only the service role is asked.
_IN_SERVICE: Final[frozenset[Deed]] = frozenset({"create conversation", "join", "edit user"})

_words = msgspec.json.Decoder(frozenset[str]).decode


class Standing(Struct, frozen=True):
    """One user, and what they may do: in their service, and in one of its conversations.

    Attributes:
        conversation_sid: the conversation in question; None for none.
        participant_sid: who they are in it; None if they are not in it.
        in_service: what the user's role permits.
        in_conversation: what the participant's role permits.
    """

    identity: str
    user_sid: str
    conversation_sid: str | None
    participant_sid: str | None
    in_service: frozenset[str]
    in_conversation: frozenset[str]

    @property
    def is_member(self) -> bool:
        """Whether they are in the conversation."""
        return self.participant_sid is not None

    def may(self, deed: Deed, *, own: bool = False) -> bool:
        """Whether they may do this.

        Args:
            deed: what.
            own: whether to what is their own.
        """
        rule = RULES[deed]
        words = rule.words | rule.own if own else rule.words
        if deed in _IN_SERVICE:
            return not words.isdisjoint(self.in_service)
        if not self.is_member:
            return not rule.members and not rule.words.isdisjoint(self.in_service)
        return rule.everyone or not words.isdisjoint(self.in_service | self.in_conversation)

    def require(self, *deeds: Deed, own: bool = False) -> None:
        """Refuses what they may not do.

        Raises:
            NotMember: one of the deeds is not permitted, and they are not in the conversation.
            Forbidden: one of the deeds is not permitted.
        """
        for deed in deeds:
            if not self.may(deed, own=own):
                outside = deed not in _IN_SERVICE and not self.is_member
                raise errors.NotMember if outside else errors.Forbidden

    def owns(self, message: Message) -> bool:
        """Whether they wrote the message, being in the conversation then."""
        return authors.is_by(message, self.identity)

    def whose(self, deed: Deed, message: Message) -> str | None:
        """Whose the message must still be when the deed is done; None if it may be anybody's.

        Raises:
            NotMember, Forbidden: they may not do it at all.
        """
        self.require(deed, own=self.owns(message))
        return None if self.may(deed) else self.identity


async def of(call: Call) -> Standing:
    """What the user who calls may do in the service.

    Raises:
        NotFound: the service has no such user (any more).
    """
    return await _standing(call, None)


async def within(call: Call, conversation_key: str) -> Standing:
    """What the user who calls may do in a conversation.

    Raises:
        NotFound: the service has no such user, or no such conversation.
    """
    sid = await conversations.resolve(call, conversation_key)
    standing = await _standing(call, sid)
    if not standing.is_member:
        await conversations.fetch(call, sid)
    return standing


async def _standing(call: Call, conversation_sid: str | None) -> Standing:
    identity = call.client_identity or ""
    key = (call.service_sid, identity, conversation_sid)
    found = await store.roles_of(call.database, *key)
    if found is None:
        raise errors.NotFound
    return Standing(
        identity=identity,
        user_sid=found.user_sid,
        conversation_sid=conversation_sid,
        participant_sid=found.participant_sid,
        in_service=_words(found.in_service),
        in_conversation=_words(found.in_conversation or "[]"),
    )
