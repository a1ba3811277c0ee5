"""A delivery receipt: how far a message came on its way to one participant."""

from typing import Literal

from msgspec import Struct

DeliveryStatus = Literal["read", "failed", "delivered", "undelivered", "sent"]


class Delivery(Struct, frozen=True, gc=False, omit_defaults=True):
    """How many receipts of one message have which status."""

    sent: int = 0
    delivered: int = 0
    read: int = 0
    failed: int = 0
    undelivered: int = 0


class Receipt(Struct, frozen=True, gc=False):
    """One message's way to one participant with an address.

    Attributes:
        channel_message_sid: SID of the message that carries it there, such as an SMS.
        error_code: why it failed; 0 while it did not.
        date_updated: when the status last changed; None while it never did.
    """

    sid: str
    service_sid: str
    conversation_sid: str
    message_sid: str
    participant_sid: str
    channel_message_sid: str
    status: DeliveryStatus
    error_code: int
    date_created: int
    date_updated: int | None
