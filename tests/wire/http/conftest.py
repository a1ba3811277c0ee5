"""Fixtures of the REST API's tests."""

import base64
from collections.abc import AsyncIterator

import httpx
import pytest

from partywire.app import application
from partywire.clock import FrozenClock
from partywire.domain.call import Resources
from wire.http.bench import Bench


@pytest.fixture
async def bench(resources: Resources) -> AsyncIterator[Bench]:
    """A new account, at noon."""
    clock = resources.clock
    assert isinstance(clock, FrozenClock)
    key = base64.b64encode(b"AC" + b"1" * 32 + b":token").decode()
    transport = httpx.ASGITransport(application(resources))
    headers = {"Authorization": f"Basic {key}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench", headers=headers
    ) as http:
        yield Bench(http, clock)
