"""Push services that fail at random, in a thread of their own, and devices that they reach."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Self

from delivery.push import scenes
from delivery.push.gateways import Asked, Reply, Service, World, world
from partywire import app
from partywire.cli.push import _call
from partywire.config import Config
from partywire.domain.call import Call
from partywire.model.bindings import Binding

_FAILING = 0.05
_AT_ONCE = (("retry-after", "0"),)


class Device(NamedTuple):
    """A device: its binding, and what its push service calls it."""

    binding: str
    endpoint: str


class Gateways:
    """All push services, on loopback; each refuses some pushes for now."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._chance = random.Random()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(20)

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with world(self._folder) as self.world:
            for each in self._services():
                each.gateway.answer = lambda asked, each=each: self._answer(each, asked)  # type: ignore[misc]
            self._ready.set()
            await self._over.wait()

    def _services(self) -> tuple[Service, ...]:
        return self.world.apple, self.world.google, self.world.browsers

    def _answer(self, service: Service, asked: Asked) -> Reply:
        if asked.path != "/token" and self._chance.random() < _FAILING:
            return Reply(503, {"reason": "ServiceUnavailable"}, _AT_ONCE)
        return service._answer(asked)

    @property
    def arguments(self) -> list[str]:
        """With which a server pushes here."""
        made = self.world
        return [
            *("--apns-url", made.apple.url, "--fcm-url", made.google.url),
            *("--authorities-file", made.authorities_file, "--allow-target", "127.0.0.0/8"),
            *("--push-contact", "mailto:ops@example.com"),
        ]

    @property
    def taken(self) -> int:
        """How many pushes came through, doubles too."""
        return sum(len(each.pushed) for each in self._services())

    def shown(self) -> dict[tuple[str, str], list[str]]:
        """By device and message, the ``twi_message_id`` of each time that it came."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for service in self._services():
            for each in [*service.pushed]:
                key = each.device, each.payload["message_sid"]
                found[key].append(each.payload["twi_message_id"])
        return found


async def _bound(call: Call, made: World, who: str) -> list[Device]:
    """Somebody with a device of each kind."""
    phone, token = f"{who}'s phone", who.encode().hex()
    browser = made.browsers
    bound: list[Binding] = [
        await scenes.android(call, made, who, phone),
        await scenes.iphone(call, made, who, token),
        await scenes.browser(call, made, who, who),
    ]
    endpoints = phone, token, f"{browser.url}/wpush/{who}"
    return [
        Device(binding.sid, endpoint) for binding, endpoint in zip(bound, endpoints, strict=True)
    ]


def with_devices(
    database: tuple[str, str], account_sid: str, gateways: Gateways, people: Iterable[str]
) -> dict[str, list[Device]]:
    """People with their devices, of a service that pushes messages.

    Args:
        database: URL and key file.
        account_sid: whose default service it is.
        gateways: what reaches the devices.
        people: their identities.
    """

    async def main() -> dict[str, list[Device]]:
        url, key = database
        async with app.opened(Config(database=url, key_file=key)) as resources:
            call = await _call(resources, account_sid, None)
            await scenes.configured(call, new_message_enabled=1, new_message_badge_count_enabled=1)
            return {who: await _bound(call, gateways.world, who) for who in people}

    return app.run(main)
