"""An account and its API keys."""

from msgspec import Struct


class Account(Struct, frozen=True):
    """Who owns services.

    Attributes:
        id: key of the row. A bench may hold several accounts of one SID, a token apart.
        sid: the ``AC…`` that clients send and see.
        friendly_name: a note for the operator.
        token: the auth token, encrypted.
        default_service_sid: the service behind ``/v1/…``.
        date_created: when it was made.
    """

    id: str
    sid: str
    friendly_name: str | None
    token: str
    default_service_sid: str
    date_created: int


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
