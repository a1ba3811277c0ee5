"""A conversation: its participants' messages, numbered from 0."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

State = Literal["initializing", "active", "inactive", "closed"]
Reason = Literal["API", "TIMER", "EVENT"]


class Conversation(Struct, frozen=True, gc=False):
    """One conversation.

    Attributes:
        inactive_timer: how long after the last activity it becomes inactive, in milliseconds.
        closed_timer: the same for closed.
        date_inactive: when the inactive timer ends; None without one.
        date_closed: when the closed timer ends; None without one.
        next_message_index: the index that the next message gets; it is never given twice.
        messages_deleted: how many of the indexes below that have no message any more.
        date_active: when a message last came, or when it was created.
        group_mms: whether it is a Group MMS: somebody in it has a projected address.
    """

    sid: str
    service_sid: str
    messaging_service_sid: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    state: State
    inactive_timer: int | None
    closed_timer: int | None
    date_inactive: int | None
    date_closed: int | None
    email_address: str | None
    email_name: str | None
    created_by: str
    next_message_index: int
    messages_deleted: int
    date_active: int
    date_created: int
    date_updated: int
    group_mms: int = 0


class Counted(Struct, frozen=True, gc=False):
    """What posting a message needs of the conversation that has just counted it.

    Attributes:
        next_message_index: one beyond the message's own.
    """

    sid: str
    state: State
    next_message_index: int
    group_mms: int


class StateChange(Struct, frozen=True, gc=False):
    """That a conversation's state changed.

    Attributes:
        reason: a request, a timer's end, or something that happened in the conversation.
        date: when it changed.
    """

    conversation_sid: str
    service_sid: str
    messaging_service_sid: str
    state_from: State
    state_to: State
    reason: Reason
    date: int


class Opening(Struct, frozen=True):
    """The message from an address with which a conversation begins.

    Attributes:
        projected_address: ours in a Group MMS.
        author_address: who wrote it in a Group MMS.
    """

    address: str | None = None
    proxy_address: str | None = None
    projected_address: str | None = None
    author_address: str | None = None
    body: str | None = None


class ConversationChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a conversation; a timer of None is switched off."""

    friendly_name: str | UnsetType = UNSET
    unique_name: str | UnsetType | None = UNSET
    attributes: str | UnsetType = UNSET
    messaging_service_sid: str | UnsetType = UNSET
    state: State | UnsetType = UNSET
    inactive_timer: int | UnsetType | None = UNSET
    closed_timer: int | UnsetType | None = UNSET
    email_address: str | UnsetType | None = UNSET
    email_name: str | UnsetType | None = UNSET
    date_created: int | UnsetType = UNSET
    date_updated: int | UnsetType = UNSET


class ConversationFilter(Struct, frozen=True, kw_only=True):
    """Which conversations are wanted; dates are of creation, both ends included."""

    state: State | None = None
    start_date: int | None = None
    end_date: int | None = None
