"""An account and its API keys."""

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes


class Account(Struct, frozen=True):
    """Who owns services.

    Attributes:
        id: key of the row. A bench may hold several accounts of one SID, a token apart.
        sid: the ``AC…`` that clients send and see.
        friendly_name: a note for the operator.
        token: the auth token, encrypted.
        default_service_sid: the service behind ``/v1/…``.
        date_created: when it was made.
        default_messaging_service_sid: of new conversations; None for the server's own.
        default_inactive_timer: of new conversations, an ISO 8601 duration; None for none.
        default_closed_timer: the same for closing.
    """

    id: str
    sid: str
    friendly_name: str | None
    token: str
    default_service_sid: str
    date_created: int
    default_messaging_service_sid: str | None = None
    default_inactive_timer: str | None = None
    default_closed_timer: str | None = None


class AccountChanges(Changes, frozen=True, kw_only=True):
    """What may be set on an account's configuration; a timer of None is switched off."""

    default_service_sid: str | UnsetType = UNSET
    default_messaging_service_sid: str | UnsetType = UNSET
    default_inactive_timer: str | UnsetType | None = UNSET
    default_closed_timer: str | UnsetType | None = UNSET


class ApiKey(Struct, frozen=True):
    """Credentials that stand for an account.

    Attributes:
        id: key of the row. A bench may hold several keys of one SID, a secret apart.
        sid: the ``SK…``.
        account: the account's id.
        friendly_name: a note for the operator.
        secret: the secret, encrypted.
        date_created: when it was made.
    """

    id: str
    sid: str
    account: str
    friendly_name: str | None
    secret: str
    date_created: int


class Credential(Struct, frozen=True):
    """What a user name leads to: the account, and the encrypted password that opens it."""

    account: str
    account_sid: str
    default_service_sid: str
    encrypted: str
