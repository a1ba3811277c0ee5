"""Fixtures that every layer's tests share."""

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import evidence
from harness import Client, Server, account, dev_server
from partywire.app import opened
from partywire.config import Config
from partywire.domain import accounts
from partywire.domain.call import Call, Resources
from partywire.model.scope import Scope

# How long an example takes is not what is tested.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

RECORDER = evidence.recorder()

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Says to the recorder of evidence, if there is one, whose requests come now."""
    if RECORDER is None or item.nodeid.startswith(evidence.NO_EVIDENCE):
        return (yield)
    with RECORDER.during(item.nodeid.partition("[")[0]):
        return (yield)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One bench for all tests of a worker; each test opens accounts of its own."""
    with dev_server() as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client of a new account at the account door."""
    with Client(server.url, account()) as made:
        yield made


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A bench's configuration with a clock that stands still at noon."""
    return Config(
        database=f"sqlite:///{tmp_path}/partywire.db",
        key_file=str(tmp_path / "key"),
        open_accounts=True,
        hints=True,
        seed=1,
        frozen_at=NOON,
    )


@pytest.fixture
async def resources(config: Config) -> AsyncIterator[Resources]:
    """What a server shares, without the server."""
    async with opened(config) as found:
        yield found


async def call_of(resources: Resources, username: str = "AC" + "1" * 32) -> Call:
    """A call in the default service of a bench account."""
    credential = await accounts.authenticate(resources, username, "token")
    assert credential is not None
    scope = Scope(
        credential.account,
        credential.account_sid,
        credential.default_service_sid,
        "account",
        "http://bench/v1",
    )
    return Call(resources, scope, resources.clock.now())


@pytest.fixture
async def call(resources: Resources) -> Call:
    """A call in the default service of a bench account."""
    return await call_of(resources)
