"""Fixtures that every layer's tests share."""

import contextlib
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import engines
import evidence
from harness import Client, Server, account, dev_server
from partywire.app import opened
from partywire.config import Config
from partywire.domain import accounts
from partywire.domain.call import Call, Resources
from partywire.model.scope import Scope
from receivers import Receiver, receiving

# How long an example takes is not what is tested.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")

RECORDER = evidence.recorder()

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


_RUN = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Starts PostgreSQL, once for all workers."""
    if not hasattr(config, "workerinput"):
        _RUN.enter_context(engines.running())


def pytest_unconfigure() -> None:
    """Stops it again."""
    engines.let_go()
    _RUN.close()


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


@pytest.fixture(scope="session", params=engines.ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    name: str = request.param
    engines.needed(name)
    return name


@pytest.fixture(scope="session")
def side() -> engines.Side:
    """PostgreSQL from outside."""
    engines.needed("postgresql")
    return engines.outside()


@pytest.fixture(scope="session")
def worker() -> str:
    """Tells apart what belongs to this process of the run."""
    return f"{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}_{os.getpid()}"


@pytest.fixture(scope="session")
def used_again(side: engines.Side, worker: str) -> str:
    """The URL of a PostgreSQL database that one test after the other has for itself."""
    return side.made(f"tests_{worker}")


@pytest.fixture
def database_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Where a database is that holds nothing yet."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path}/partywire.db"
    side: engines.Side = request.getfixturevalue("side")
    url: str = request.getfixturevalue("used_again")
    side.emptied(url)
    return url


@pytest.fixture
def bare_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a database is that has not even a schema, and that no other test will use."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path}/bare.db"
        return
    side: engines.Side = request.getfixturevalue("side")
    name = f"bare_{request.getfixturevalue('worker')}"
    yield side.made(name)
    side.dropped(name)


@pytest.fixture(scope="session")
def shared_database(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    """The options of a server whose database is shared by all tests of a worker."""
    if engine == "sqlite":
        return ()
    side: engines.Side = request.getfixturevalue("side")
    worker: str = request.getfixturevalue("worker")
    folder = tmp_path_factory.mktemp("shared")
    beside = ("--key-file", f"{folder}/key", "--media", f"{folder}/media")
    return ("--database", side.made(f"shared_{worker}"), *beside)


@pytest.fixture(scope="module")
def own_database(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, ...]:
    """The options of servers and commands on a database that one module's tests have."""
    folder = tmp_path_factory.mktemp("own")
    url = f"sqlite:///{folder}/partywire.db"
    if engine == "postgresql":
        side: engines.Side = request.getfixturevalue("side")
        url = side.made(f"own_{request.getfixturevalue('worker')}")
    return ("--database", url, "--key-file", f"{folder}/key")


@pytest.fixture(scope="module")
def own_server(own_database: tuple[str, ...]) -> Iterator[Server]:
    """A server whose tables the tests can reach."""
    with dev_server(*own_database) as running:
        yield running


@pytest.fixture(scope="session")
def server(shared_database: tuple[str, ...]) -> Iterator[Server]:
    """One bench for all tests of a worker; each test opens accounts of its own."""
    with dev_server(*shared_database) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A client of a new account at the account door."""
    with Client(server.url, account()) as made:
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of outgoing requests, which answers 200."""
    with receiving() as made:
        yield made


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """A bench's configuration with a clock that stands still at noon."""
    return Config(
        database=database_url,
        key_file=str(tmp_path / "key"),
        media=str(tmp_path / "media"),
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
