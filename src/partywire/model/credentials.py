"""A push credential: what an account shows to Apple or Google when it sends a notification."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

PushType = Literal["apn", "gcm", "fcm"]


class PushCredential(Struct, frozen=True, gc=False):
    """One account's credential for one push service.

    Attributes:
        sandbox: whether it belongs to the push service's sandbox.
        secrets: a JSON object of what was given, such as the private key; each value encrypted.
    """

    sid: str
    account: str
    type: PushType
    friendly_name: str | None
    sandbox: int
    secrets: str
    date_created: int
    date_updated: int


class PushCredentialChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a credential, besides its secrets."""

    type: PushType | UnsetType = UNSET
    friendly_name: str | UnsetType = UNSET
    sandbox: int | UnsetType = UNSET
