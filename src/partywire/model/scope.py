"""Whose data a request may touch, and how its URLs are written."""

from typing import Literal

from msgspec import Struct

Door = Literal["account", "service", "bench"]


class Scope(Struct, frozen=True, gc=False):
    """One account, one of its services, and the door through which the request came.

    Attributes:
        account: key of the account's row; what belongs to whom hangs on it.
        account_sid: SID that the account shows.
        service_sid: the service in question; at the account door, the account's default one.
        door: ``account`` for ``/v1/…``, ``service`` for ``/v1/Services/{ChatServiceSid}/…``,
            ``bench`` for ``/_partywire/…``.
        root: absolute URL of the door, ``https://conversations.twilio.com/v1`` or
            ``https://conversations.twilio.com/v1/Services/IS…``.
    """

    account: str
    account_sid: str
    service_sid: str
    door: Door
    root: str
