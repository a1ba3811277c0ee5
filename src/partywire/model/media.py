"""Media: files that users send with their messages."""

from typing import Literal

import msgspec
from msgspec import Struct

# What it is to its message: a file, or the text or the history of an e-mail.
Category = Literal["media", "body", "history"]


class Media(Struct, frozen=True, gc=False):
    """What is known of one file.

    Attributes:
        author: identity of the user who uploaded it; None if it was the account.
        filename: as it was named; None if it was not.
        size: in bytes; None while it is on its way to the object store.
        conversation_sid: of the message; None while it belongs to none.
        message_sid: whose it is, for ever; None while it is nobody's.
        date_created: in milliseconds since 1970-01-01T00:00:00Z.
        date_updated: likewise.
    """

    sid: str
    service_sid: str
    author: str | None
    category: Category
    filename: str | None
    content_type: str
    size: int | None
    conversation_sid: str | None
    message_sid: str | None
    date_created: int
    date_updated: int


class Attachment(Struct, frozen=True, gc=False):
    """What a message tells of one of its files."""

    sid: str
    category: Category
    filename: str | None
    content_type: str
    size: int


_attachments = msgspec.json.Decoder(list[Attachment]).decode


def attachments(stored: str | None) -> list[Attachment]:
    """What a message keeps of its files, read; nothing of None."""
    return [] if stored is None else _attachments(stored)
