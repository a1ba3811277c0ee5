"""Receivers that are asked before something happens, and what they answer."""

import json
from typing import Any

from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import Form
from domain.gatekeepers import REQUESTS
from partywire.delivery.webhooks.events import BY_KIND
from partywire.domain import (
    configuration_webhooks,
)
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import (
    AccountWebhooksChanges,
    ServiceWebhooksChanges,
)
from partywire.model.messages import MessageChanges
from receivers import Received, Receiver, Reply

EVERY = [BY_KIND[kind].name for kind in REQUESTS]
JSON = (("Content-Type", "application/json"),)
MILK = MessageChanges(body="Milk?", author="ann")


def answering(receiver: Receiver, said: Any, status: int = 200) -> None:
    receiver.reply = lambda _: Reply(status, json.dumps(said).encode(), JSON)


async def ask_account(call: Call, url: str, *filters: str, **more: Any) -> None:
    """Has the account's webhook be asked of these events; of all, if none is named."""
    await configuration_webhooks.update_account(
        call,
        AccountWebhooksChanges(pre_webhook_url=url, filters=list(filters or EVERY), **more),
    )


async def ask_service(call: Call, url: str, *filters: str, **more: Any) -> None:
    """Has the service's webhook be asked of these events; of all, if none is named."""
    await configuration_webhooks.update_service(
        call,
        ServiceWebhooksChanges(pre_webhook_url=url, filters=list(filters or EVERY), **more),
    )


def is_signed(receiver: Receiver, received: Received) -> bool:
    """Whether the official library accepts it, as its receiver sees it."""
    form = Form(received.pairs if received.method == "POST" else [])
    signed = received.headers["x-twilio-signature"]
    return bool(RequestValidator("token").validate(receiver.url + received.target, form, signed))
