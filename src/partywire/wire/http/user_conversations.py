"""User conversations over HTTP: form, view and acts. The heart of the API."""

from typing import Final

from msgspec import Struct

from partywire import errors
from partywire.domain import user_conversations
from partywire.domain.call import Call
from partywire.domain.user_conversations import unread_messages_count
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.model.user_conversations import UserConversation, UserConversationChanges
from partywire.wire.http.conversations import Timers
from partywire.wire.http.fields import choice, index, instant
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date, optional_date

UPDATE = Form(
    {
        "NotificationLevel": (
            "notification_level",
            choice("default", "muted", error=errors.BadNotificationLevel),
        ),
        "LastReadTimestamp": ("last_read_timestamp", instant(errors.BadLastReadTimestamp)),
        "LastReadMessageIndex": ("last_read_message_index", index(errors.BadLastReadMessageIndex)),
    }
)


class Links(Struct, gc=False):
    """URLs of the user's participant and of the conversation."""

    participant: str
    conversation: str


class UserConversationView(Struct, gc=False):
    """A user conversation as the wire shows it. Source: "Conversation Properties" of its page.

    Names, attributes, state, timers, dates and creator are the conversation's; the count, the
    horizon, the participant and the notification level belong to the pair.
    """

    account_sid: str
    chat_service_sid: str
    conversation_sid: str
    unread_messages_count: int | None
    last_read_message_index: int | None
    participant_sid: str
    user_sid: str
    friendly_name: str | None
    conversation_state: str
    timers: Timers
    attributes: str
    date_created: str
    date_updated: str
    created_by: str
    notification_level: str
    unique_name: str | None
    url: str
    links: Links


_NO_TIMERS: Final = Timers()


def view(scope: Scope, seen: UserConversation) -> UserConversationView:
    """What the answer shows."""
    root, sid, user_sid = scope.root, seen.conversation_sid, seen.user_sid
    participant_sid = seen.participant_sid
    conversation = f"{root}/Conversations/{sid}"
    inactive, closed = seen.date_inactive, seen.date_closed
    timers = _NO_TIMERS
    if inactive is not None or closed is not None:
        timers = Timers(optional_date(inactive), optional_date(closed))
    # By position: a page of fifty is made of these, and names cost a third more.
    return UserConversationView(
        scope.account_sid,
        scope.service_sid,
        sid,
        unread_messages_count(seen),
        seen.last_read_message_index,
        participant_sid,
        user_sid,
        seen.friendly_name,
        seen.conversation_state,
        timers,
        seen.attributes,
        date(seen.date_created),
        date(seen.date_updated),
        seen.created_by,
        seen.notification_level,
        seen.unique_name,
        f"{root}/Users/{user_sid}/Conversations/{sid}",
        Links(f"{conversation}/Participants/{participant_sid}", conversation),
    )


fetch = user_conversations.fetch
delete = user_conversations.delete


async def page(
    call: Call, user: str, _filters: Values, request: PageRequest
) -> Page[UserConversation]:
    """GET /Users/{UserSid}/Conversations."""
    return await user_conversations.page(call, user, request)


async def update(call: Call, user: str, conversation: str, values: Values) -> UserConversation:
    """POST /Users/{UserSid}/Conversations/{ConversationSid}."""
    changes = UserConversationChanges(**values)
    return await user_conversations.update(call, user, conversation, changes)
