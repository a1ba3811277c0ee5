"""A gate that asks over HTTP, and a room before it."""

from collections.abc import AsyncIterator

import pytest

from domain.gatekeepers import guarded, room_of
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks.gate import WebhookGate
from partywire.domain.call import Call


@pytest.fixture
async def gate() -> AsyncIterator[WebhookGate]:
    made = WebhookGate(Targets(["127.0.0.0/8"]))
    yield made
    await made.close()


@pytest.fixture
async def room(call: Call, gate: WebhookGate) -> Call:
    """A call that asks, in a room called tea where Ann is."""
    return guarded(await room_of(call), gate)
