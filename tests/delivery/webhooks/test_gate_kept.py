"""What webhooks were asked before something happened is kept, with what they answered."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from delivery.webhooks.asking import MILK, answering, ask_account
from domain.gatekeepers import REQUESTS, guarded, room_of
from partywire import errors, sids
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.domain import (
    conversations,
    messages,
)
from partywire.domain.call import Call
from partywire.model.deliveries import Delivery
from partywire.model.events import PreEventKind
from receivers import Receiver, receiving


class Kept:
    """A ledger that a test reads."""

    def __init__(self) -> None:
        self.entries: list[tuple[Delivery, Attempt]] = []

    def keep(self, delivery: Delivery, made: Attempt) -> None:
        self.entries.append((delivery, made))

    async def close(self) -> None:
        self.entries.clear()


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
async def keeping(call: Call, kept: Kept) -> AsyncIterator[Call]:
    """A call that asks, and whose questions are kept."""
    ledger: Any = kept
    gate = WebhookGate(Targets(["127.0.0.0/8"]), ledger=ledger)
    yield guarded(await room_of(call), gate)
    await gate.close()


async def test_what_was_let_through_is_kept(keeping: Call, kept: Kept, receiver: Receiver) -> None:
    await ask_account(keeping, f"{receiver.url}/hook", method="GET")
    posted = await messages.create(keeping, "tea", MILK)
    ((delivery, made),) = kept.entries
    assert (delivery.state, delivery.attempts, delivery.lane) == ("delivered", 1, "")
    assert (delivery.account, delivery.webhook) == (keeping.scope.account,) * 2
    assert delivery.service_sid == keeping.service_sid
    assert delivery.conversation_sid == posted.conversation_sid
    assert (delivery.event_type, delivery.method) == ("onMessageAdd", "GET")
    assert delivery.url == f"{receiver.url}/hook"
    assert dict(json.loads(delivery.parameters))["Body"] == "Milk?"
    (received,) = receiver.received
    assert delivery.sid == delivery.event_sid == received.headers["webhook-id"]
    assert sids.is_sid(delivery.sid, sids.DELIVERY)
    assert made.answer is not None
    assert made.signed == receiver.url + received.target


async def test_what_was_refused_or_failed_is_kept(
    keeping: Call, kept: Kept, receiver: Receiver
) -> None:
    await ask_account(keeping, receiver.url)
    answering(receiver, {}, 403)
    with pytest.raises(errors.RefusedByWebhook):
        await messages.create(keeping, "tea", MILK)
    answering(receiver, [])
    with pytest.raises(errors.BadWebhookAnswer):
        await messages.create(keeping, "tea", MILK)
    await ask_account(keeping, "http://10.0.0.1/")
    with pytest.raises(errors.WebhookUnreachable):
        await messages.create(keeping, "tea", MILK)
    with receiving() as gone:
        url = gone.url
    await ask_account(keeping, url)
    await messages.create(keeping, "tea", MILK)
    states = [delivery.state for delivery, _ in kept.entries]
    assert states == ["refused", "failed", "failed", "failed"]


@pytest.mark.parametrize("kind", REQUESTS)
async def test_each_is_kept_with_the_conversation_that_it_is_about(
    keeping: Call, kept: Kept, receiver: Receiver, kind: PreEventKind
) -> None:
    tea = await conversations.fetch(keeping, "tea")
    await ask_account(keeping, receiver.url)
    await REQUESTS[kind](keeping)
    ((delivery, _),) = kept.entries
    about = None if kind in {"conversation.add", "user.update"} else tea.sid
    assert delivery.conversation_sid == about
