"""Who is told of an event: the account's, the service's and the conversation's webhooks.

All that want it are told, each on its own; an event that a webhook's configuration does not name
is not told to it (decided: decisions/0026).
"""

import msgspec
from msgspec import Struct

from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.model.messages import Message
from partywire.model.webhooks import Webhook

_ADDED = "onMessageAdded"


class Recipient(Struct, frozen=True):
    """A webhook that is told of an event.

    Attributes:
        webhook: the account's id, the service's SID, or the SID of a conversation's webhook.
        method: ``GET`` or ``POST``.
    """

    webhook: str
    method: str
    url: str


def of_account(webhooks: AccountWebhooks | None, name: str) -> Recipient | None:
    """The account's webhook, if it wants an event of this name; one for Flex is not called."""
    if webhooks is None or webhooks.target != "webhook":
        return None
    return _configured(webhooks.account, webhooks, name)


def of_service(webhooks: ServiceWebhooks | None, name: str) -> Recipient | None:
    """The service's webhook, if it wants an event of this name."""
    return None if webhooks is None else _configured(webhooks.service_sid, webhooks, name)


def _configured(
    key: str, webhooks: AccountWebhooks | ServiceWebhooks, name: str
) -> Recipient | None:
    if not webhooks.post_webhook_url or name not in _listed(webhooks.filters):
        return None
    return Recipient(key, webhooks.method or "POST", webhooks.post_webhook_url)


def of_conversation(webhook: Webhook, name: str, message: Message | None) -> Recipient | None:
    """A conversation's webhook, if it wants this event; a Studio flow is not called.

    Args:
        webhook: which.
        name: of the event.
        message: that was added; None if the event is another.
    """
    if not webhook.url or not _wants(webhook, name, message):
        return None
    return Recipient(webhook.sid, (webhook.method or "post").upper(), webhook.url)


def _wants(webhook: Webhook, name: str, message: Message | None) -> bool:
    if webhook.target == "webhook":
        return name in _listed(webhook.filters)
    if webhook.target != "trigger" or name != _ADDED or message is None:
        return False
    body = (message.body or "").casefold()
    return any(keyword.casefold() in body for keyword in _listed(webhook.triggers))


def _listed(stored: str | None) -> list[str]:
    return [] if stored is None else msgspec.json.decode(stored, type=list[str])
