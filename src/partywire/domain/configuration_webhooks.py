"""Where the events of a whole account, or of a whole service, are told."""

from typing import Any

import msgspec
from msgspec.structs import replace

from partywire import errors
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import (
    AccountWebhooks,
    AccountWebhooksChanges,
    ServiceWebhooks,
    ServiceWebhooksChanges,
)
from partywire.storage import configuration_webhooks as store
from partywire.storage import services as service_store


def _of_account(call: Call) -> AccountWebhooks:
    """An account's webhooks while nothing was set."""
    return AccountWebhooks(
        account=call.scope.account,
        pre_webhook_url=None,
        post_webhook_url=None,
        filters="[]",
        method="POST",
        target="webhook",
    )


def _of_service(call: Call) -> ServiceWebhooks:
    """A service's webhooks while nothing was set."""
    return ServiceWebhooks(
        service_sid=call.service_sid,
        pre_webhook_url=None,
        post_webhook_url=None,
        filters=None,
        method=None,
    )


def _written(changes: ServiceWebhooksChanges) -> dict[str, Any]:
    """What was given, as it is stored."""
    given = changes.given()
    if "filters" in given:
        given["filters"] = msgspec.json.encode(given["filters"]).decode()
    return given


async def fetch_account(call: Call) -> AccountWebhooks:
    """The account's webhooks."""
    return await store.of_account(call.database, call.scope.account) or _of_account(call)


async def update_account(call: Call, changes: AccountWebhooksChanges) -> AccountWebhooks:
    """Changes the account's webhooks; nothing given changes nothing."""
    given = _written(changes)
    if not given:
        return await fetch_account(call)
    async with call.database.transaction() as transaction:
        webhooks = await store.hold_account(transaction, _of_account(call))
        webhooks = replace(webhooks, **given)
        await store.save_account(transaction, webhooks)
    return webhooks


async def fetch_service(call: Call) -> ServiceWebhooks:
    """The service's webhooks."""
    return await store.of_service(call.database, call.service_sid) or _of_service(call)


async def update_service(call: Call, changes: ServiceWebhooksChanges) -> ServiceWebhooks:
    """Changes the service's webhooks; nothing given changes nothing.

    Raises:
        NotFound: the account has no such service.
    """
    given = _written(changes)
    if not given:
        return await fetch_service(call)
    async with call.database.transaction() as transaction:
        # It may have been deleted since the request came.
        if await service_store.fetch(transaction, call.scope.account, call.service_sid) is None:
            raise errors.NotFound
        webhooks = await store.hold_service(transaction, _of_service(call))
        webhooks = replace(webhooks, **given)
        await store.save_service(transaction, webhooks)
    return webhooks
