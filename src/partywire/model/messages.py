"""A message: an entry of a conversation at a fixed index."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

Order = Literal["asc", "desc"]


class Message(Struct, frozen=True, gc=False):
    """One message.

    Attributes:
        index: its place in the conversation, from 0.
        delivery: how many of its receipts have which status, a ``Delivery`` as JSON; None where
            there are none.
        media: what is attached to it, a list of ``Attachment`` as JSON; None where nothing is.
    """

    sid: str
    service_sid: str
    conversation_sid: str
    index: int
    author: str
    participant_sid: str | None
    body: str | None
    subject: str | None
    attributes: str
    date_created: int
    date_updated: int
    delivery: str | None = None
    media: str | None = None


class MessageChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a message."""

    author: str | UnsetType = UNSET
    body: str | UnsetType = UNSET
    subject: str | UnsetType = UNSET
    attributes: str | UnsetType = UNSET
    date_created: int | UnsetType = UNSET
    date_updated: int | UnsetType = UNSET
