"""Why a push came, or did not: the decision log, and what it does not say by itself."""

from typing import Final

from msgspec import Struct

from partywire.domain.call import Resources
from partywire.model.messages import Message
from partywire.model.notifications import Notifications
from partywire.model.pages import PageRequest
from partywire.model.pushes import Push
from partywire.storage import cursors, notifications, outbox, participants
from partywire.storage import pushes as store

_FOLLOWER: Final = "push"
_MOST: Final = 20_000  # decisions about one message that are shown
_MOST_PARTICIPANTS: Final = 1000


class UnknownMessage(Exception):
    """There is no such message, and nothing is known of one."""


class Explanation(Struct, frozen=True, kw_only=True):
    """All that is known about the pushes of a message.

    Attributes:
        message: None if it is deleted.
        decisions: one for each user and device, in the order in which they were made.
        undecided: identities of users who are in the conversation now, and about whom nothing
            stands in the log while something does about others.
        is_behind: whether the server may still decide about some of them.
        notes: sentences about why something is not in the log.
    """

    message_sid: str
    message: Message | None
    service_sid: str
    conversation_sid: str
    decisions: list[Push]
    undecided: list[str]
    is_behind: bool
    notes: list[str]


async def explain(resources: Resources, message_sid: str) -> Explanation:
    """What became of the pushes of a message, of whichever account.

    Raises:
        UnknownMessage: there is no such message, and nothing is known of one.
    """
    if not message_sid.isascii():  # also what a terminal sends that is no text at all
        raise UnknownMessage(message_sid)
    database = resources.database
    # Asked first: what is decided meanwhile is at least not missing below.
    behind = await _is_behind(resources)
    decisions = await store.of_message(database, message_sid, _MOST)
    message = await store.message(database, message_sid)
    if message is None and not decisions:
        raise UnknownMessage(message_sid)
    known = message or decisions[0]
    settings = await notifications.fetch(database, known.service_sid)
    notes = [] if message else ["the message is deleted"]
    if behind:
        notes.append(
            "the server has not decided about all that has happened yet: is one running on this "
            "database?"
        )
    if not decisions and not behind:
        notes += _silence(known.service_sid, settings)
    return Explanation(
        message_sid=message_sid,
        message=message,
        service_sid=known.service_sid,
        conversation_sid=known.conversation_sid,
        decisions=decisions,
        undecided=await _undecided(resources, known, decisions),
        is_behind=behind,
        notes=notes,
    )


async def _is_behind(resources: Resources) -> bool:
    database = resources.database
    if await outbox.is_to_place(database):
        return True
    return await cursors.seen(database, _FOLLOWER) < await outbox.last(database)


def _silence(service_sid: str, settings: Notifications) -> list[str]:
    """Why nothing was decided, as far as that can be told."""
    door = f"POST /v1/Services/{service_sid}/Configuration/Notifications"
    if not settings.given():
        return [
            f"the service {service_sid} has never been configured for push: "
            f"{door} with NewMessage.Enabled=true"
        ]
    return [
        "nothing was decided: push was configured after the message was posted, or no user was in "
        "the conversation, or the log has forgotten it (--days-kept)"
    ]


async def _undecided(
    resources: Resources, known: Message | Push, decisions: list[Push]
) -> list[str]:
    """Who is in the conversation now, and not in a log that knows of others."""
    decided = {push.participant_sid for push in decisions}
    if decided <= {""}:
        return []
    key = (known.service_sid, known.conversation_sid)
    request = PageRequest(_MOST_PARTICIPANTS)
    page = await participants.page(resources.database, *key, request)
    return [
        participant.identity
        for participant in page.items
        if participant.identity is not None and participant.sid not in decided
    ]
