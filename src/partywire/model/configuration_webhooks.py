"""Where the events of a whole account, or of a whole service, are told."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

AccountTarget = Literal["webhook", "flex"]


class AccountWebhooks(Struct, frozen=True):
    """An account's webhooks.

    Attributes:
        pre_webhook_url: asked before something happens.
        post_webhook_url: told after it.
        filters: a JSON array of the names of events; None while it was never set.
        method: ``GET`` or ``POST``.
    """

    account: str
    pre_webhook_url: str | None
    post_webhook_url: str | None
    filters: str | None
    method: str
    target: AccountTarget


class ServiceWebhooks(Struct, frozen=True):
    """A service's webhooks: as an account's, but the method too is None while it was never set."""

    service_sid: str
    pre_webhook_url: str | None
    post_webhook_url: str | None
    filters: str | None
    method: str | None


class ServiceWebhooksChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a service's webhooks; None and an empty list take away."""

    pre_webhook_url: str | UnsetType | None = UNSET
    post_webhook_url: str | UnsetType | None = UNSET
    filters: list[str] | UnsetType = UNSET
    method: str | UnsetType = UNSET


class AccountWebhooksChanges(ServiceWebhooksChanges, frozen=True, kw_only=True):
    """What may be set on an account's webhooks."""

    target: AccountTarget | UnsetType = UNSET
