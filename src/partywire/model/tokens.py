"""An access token: what a user's device shows instead of the account's credentials."""

from msgspec import Struct


class Grant(Struct, frozen=True):
    """What a token that was found good gives.

    Attributes:
        account: key of the account's row.
        account_sid: SID that the account shows.
        service_sid: the one service that it opens.
        identity: whose it is.
        key: SID of the API key that signed it.
        expires: when it ends, in milliseconds since 1970-01-01T00:00:00Z.
        push_credential_sid: the credential by which the device wants to get push, if it says so.
        endpoint_id: a name that the device gave itself, if it did.
    """

    account: str
    account_sid: str
    service_sid: str
    identity: str
    key: str
    expires: int
    push_credential_sid: str | None = None
    endpoint_id: str | None = None


class Issued(Struct, frozen=True):
    """A token that was made here, and what it is good for."""

    token: str
    identity: str
    service_sid: str
