"""A handset: what a participant by address has in the hand, which on a bench exists only there."""

from typing import Literal

from msgspec import Struct

from partywire.model.receipts import DeliveryStatus

Direction = Literal["received", "written"]


class Handset(Struct, frozen=True):
    """The handset at one address.

    Attributes:
        status: what a message that comes to it gets by itself.
        error_code: and why; 0 where it does not fail.
    """

    account: str
    address: str
    status: DeliveryStatus = "delivered"
    error_code: int = 0


class HandsetMessage(Struct, frozen=True):
    """A message that a handset holds.

    Attributes:
        sid: of the channel message; the receipt of one that was received names it.
        proxy_address: whom the handset talks to.
        direction: whether it came to the handset or was written on it.
        author: of the message in the conversation.
        media: what came with it, as the message keeps it.
        number: its place among all that handsets hold.
        status: of the receipt; None where there is none.
        error_code: the same.
    """

    sid: str
    account: str
    address: str
    proxy_address: str
    direction: Direction
    body: str | None
    author: str | None
    service_sid: str
    conversation_sid: str
    message_sid: str
    participant_sid: str
    date_created: int
    media: str | None = None
    number: int = 0
    status: DeliveryStatus | None = None
    error_code: int | None = None
