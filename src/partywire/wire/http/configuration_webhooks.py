"""The webhooks of an account and of a service over HTTP: forms, views and acts."""

from msgspec import Struct

from partywire import errors
from partywire.domain import configuration_webhooks
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import (
    AccountWebhooks,
    AccountWebhooksChanges,
    ServiceWebhooks,
    ServiceWebhooksChanges,
)
from partywire.model.scope import Scope
from partywire.wire.http import hooks
from partywire.wire.http.fields import Each
from partywire.wire.http.forms import Form, Values


def target(value: str) -> str:
    """One of webhook, flex, in any case."""
    word = value.lower()
    if word not in {"webhook", "flex"}:
        raise errors.BadWebhookTarget("Target must be one of webhook, flex")
    return word


SERVICE = Form(
    {
        "PreWebhookUrl": ("pre_webhook_url", hooks.url),
        "PostWebhookUrl": ("post_webhook_url", hooks.url),
        "Filters": ("filters", Each(hooks.event)),
        "Method": ("method", hooks.upper_method),
    }
)
ACCOUNT = Form({**SERVICE.fields, "Target": ("target", target)})


class AccountWebhooksView(Struct):
    """An account's webhooks as the wire shows them. Source: the schema, and its samples."""

    account_sid: str
    method: str
    filters: list[str] | None
    pre_webhook_url: str | None
    post_webhook_url: str | None
    target: str
    url: str


class ServiceWebhooksView(Struct):
    """A service's webhooks as the wire shows them; there is no target."""

    account_sid: str
    chat_service_sid: str
    pre_webhook_url: str | None
    post_webhook_url: str | None
    filters: list[str] | None
    method: str | None
    url: str


def account_view(scope: Scope, webhooks: AccountWebhooks) -> AccountWebhooksView:
    """What the answer shows."""
    return AccountWebhooksView(
        account_sid=scope.account_sid,
        method=webhooks.method,
        filters=hooks.listed(webhooks.filters),
        pre_webhook_url=webhooks.pre_webhook_url,
        post_webhook_url=webhooks.post_webhook_url,
        target=webhooks.target,
        url=f"{scope.root}/Configuration/Webhooks",
    )


def service_view(scope: Scope, webhooks: ServiceWebhooks) -> ServiceWebhooksView:
    """What the answer shows."""
    return ServiceWebhooksView(
        account_sid=scope.account_sid,
        chat_service_sid=webhooks.service_sid,
        pre_webhook_url=webhooks.pre_webhook_url,
        post_webhook_url=webhooks.post_webhook_url,
        filters=hooks.listed(webhooks.filters),
        method=webhooks.method,
        url=f"{scope.root}/Configuration/Webhooks",
    )


fetch_account = configuration_webhooks.fetch_account
fetch_service = configuration_webhooks.fetch_service


async def update_account(call: Call, values: Values) -> AccountWebhooks:
    """POST /Configuration/Webhooks of an account."""
    return await configuration_webhooks.update_account(call, AccountWebhooksChanges(**values))


async def update_service(call: Call, values: Values) -> ServiceWebhooks:
    """POST /Configuration/Webhooks of a service."""
    return await configuration_webhooks.update_service(call, ServiceWebhooksChanges(**values))
