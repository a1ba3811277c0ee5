"""Where events are told: a row for each account and service that ever said so."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, assignments, columns, insert

_OF_ACCOUNT = columns(AccountWebhooks)
_OF_SERVICE = columns(ServiceWebhooks)
_IN_SERVICE = ("pre_webhook_url", "post_webhook_url", "filters", "method")
_IN_ACCOUNT = (*_IN_SERVICE, "target")

_BY_ACCOUNT: Final = Query(
    f"SELECT {_OF_ACCOUNT} FROM account_webhooks WHERE account = $1", AccountWebhooks
)
_BY_SERVICE: Final = Query(
    f"SELECT {_OF_SERVICE} FROM service_webhooks WHERE service_sid = $1", ServiceWebhooks
)
_HOLD_ACCOUNT: Final = Query(
    f"""{insert("account_webhooks", AccountWebhooks)}
    ON CONFLICT (account) DO UPDATE SET account = excluded.account RETURNING {_OF_ACCOUNT}""",
    AccountWebhooks,
)
_HOLD_SERVICE: Final = Query(
    f"""{insert("service_webhooks", ServiceWebhooks)}
    ON CONFLICT (service_sid) DO UPDATE SET service_sid = excluded.service_sid
    RETURNING {_OF_SERVICE}""",
    ServiceWebhooks,
)
_SAVE_ACCOUNT: Final = Statement(
    f"UPDATE account_webhooks SET {assignments(_IN_ACCOUNT, 2)} WHERE account = $1"
)
_SAVE_SERVICE: Final = Statement(
    f"UPDATE service_webhooks SET {assignments(_IN_SERVICE, 2)} WHERE service_sid = $1"
)


async def of_account(reader: Reader, account: str) -> AccountWebhooks | None:
    """The account's webhooks; None while nothing was ever set."""
    return await reader.one(_BY_ACCOUNT, account)


async def of_service(reader: Reader, service_sid: str) -> ServiceWebhooks | None:
    """The service's webhooks; None while nothing was ever set."""
    return await reader.one(_BY_SERVICE, service_sid)


async def hold_account(transaction: Transaction, unset: AccountWebhooks) -> AccountWebhooks:
    """The account's webhooks, held until the transaction ends; ``unset`` if there were none."""
    return await transaction.one(_HOLD_ACCOUNT, *astuple(unset)) or unset


async def hold_service(transaction: Transaction, unset: ServiceWebhooks) -> ServiceWebhooks:
    """The service's webhooks, held until the transaction ends; ``unset`` if there were none."""
    return await transaction.one(_HOLD_SERVICE, *astuple(unset)) or unset


async def save_account(transaction: Transaction, webhooks: AccountWebhooks) -> None:
    """Writes the account's webhooks."""
    await transaction.run(_SAVE_ACCOUNT, *astuple(webhooks))


async def save_service(transaction: Transaction, webhooks: ServiceWebhooks) -> None:
    """Writes the service's webhooks."""
    await transaction.run(_SAVE_SERVICE, *astuple(webhooks))
