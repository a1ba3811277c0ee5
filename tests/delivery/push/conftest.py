"""A server that pushes to services on loopback."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from delivery.push import gateways
from delivery.push.gateways import CONTACT, World
from partywire.config import Config


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The push services."""
    async with gateways.world(tmp_path) as made:
        yield made


@pytest.fixture
def config(config: Config, world: World) -> Config:
    """A bench that knows no other push services."""
    return replace(
        config,
        apns_url=world.apple.url,
        fcm_url=world.google.url,
        push_contact=CONTACT,
        authorities_file=world.authorities_file,
        allowed_targets=("127.0.0.0/8",),
    )
