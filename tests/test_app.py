"""The composition root: what it opens, where requests go, how it starts and stops."""

import asyncio
import contextlib
import gc
import signal
import socket
import stat
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace

from engines import ON_SQLITE
from harness import Server, account, dev_server
from partywire import app
from partywire.clock import FrozenClock, SystemClock
from partywire.config import Config
from partywire.domain import accounts
from partywire.domain.call import Resources
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.query import Statement
from partywire.storage.vault import VaultFailure

PATIENCE = 20.0


def writers() -> list[str]:
    """The threads that a database leaves behind if it is not closed."""
    return [one.name for one in threading.enumerate() if one.name.startswith("partywire")]


@ON_SQLITE
async def test_opening_makes_the_database_and_the_key(config: Config, tmp_path: Path) -> None:
    async with app.opened(config) as resources:
        await resources.database.check()
    assert (tmp_path / "partywire.db").is_file()
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@ON_SQLITE
async def test_opening_makes_the_folder_of_the_database(config: Config, tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "partywire.db"
    fresh = replace(config, database=f"sqlite:///{file}", key_file=f"{file}.key")
    async with app.opened(fresh):
        assert file.is_file()


async def test_what_was_written_is_there_when_opened_again(config: Config) -> None:
    closed = replace(config, open_accounts=False)
    async with app.opened(closed) as resources:
        made, token = await accounts.create(resources)
    async with app.opened(closed) as resources:
        assert await accounts.authenticate(resources, made.sid, token) is not None
    assert writers() == []


async def test_the_clock_stands_still_only_where_that_is_configured(config: Config) -> None:
    async with app.opened(config) as resources:
        assert isinstance(resources.clock, FrozenClock)
        assert resources.clock.now() == config.frozen_at
    async with app.opened(replace(config, frozen_at=None)) as resources:
        assert isinstance(resources.clock, SystemClock)


async def test_a_key_that_does_not_fit_is_refused_at_the_start(
    config: Config, tmp_path: Path
) -> None:
    async with app.opened(config) as resources:
        await accounts.create(resources)
    (tmp_path / "key").write_bytes(Fernet.generate_key())
    with pytest.raises(VaultFailure, match="does not fit"):
        async with app.opened(config):
            pytest.fail("opened")
    assert writers() == []


async def test_a_newer_schema_is_refused_at_the_start(config: Config, bare_url: str) -> None:
    newer = replace(config, database=bare_url)
    async with app.opened(newer) as resources, resources.database.transaction() as transaction:
        await transaction.run(Statement("UPDATE schema_version SET version = 9999"))
    with pytest.raises(NewerSchema, match="9999"):
        async with app.opened(newer):
            pytest.fail("opened")
    assert writers() == []


@pytest.mark.parametrize("scheme", ["sqlite:///{}", "postgresql://127.0.0.1:1/{}"])
async def test_an_unusable_database_is_refused_at_the_start(
    config: Config, tmp_path: Path, scheme: str
) -> None:
    (tmp_path / "diary").write_text("no database at all, but long enough to be one" * 100)
    unusable = replace(config, database=scheme.format(tmp_path / "diary"))
    with pytest.raises(StorageFailure):
        async with app.opened(unusable):
            pytest.fail("opened")
    assert writers() == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/readyz", 200),
        ("/_partywire/fidelity", 200),
        ("/v1/Users", 401),
        ("/v1/nothing", 401),
        ("/v1", 404),
        ("/", 404),
        ("/v2/Users", 404),
    ],
)
async def test_requests_under_v1_need_credentials_and_others_do_not(
    resources: Resources, path: str, status: int
) -> None:
    transport = httpx.ASGITransport(app.application(resources))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as http:
        answer = await http.get(path)
    assert answer.status_code == status
    if status >= 400:
        assert answer.json()["status"] == status


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody else listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


async def test_a_port_in_use_is_an_error(resources: Resources, taken: int) -> None:
    try:
        with pytest.raises(OSError, match="in use"):
            await app.serve(resources, "127.0.0.1", taken, lambda _: pytest.fail("ready"))
    finally:
        gc.unfreeze()  # what serve froze is this test run


def test_run_returns_what_the_coroutine_returns() -> None:
    async def main() -> str:
        return type(asyncio.get_running_loop()).__module__

    assert app.run(main).startswith(("uvloop", "asyncio"))


def test_run_passes_on_what_the_coroutine_raises() -> None:
    async def main() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        app.run(main)


def _listens(address: tuple[str, int]) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(address, PATIENCE):
        return True
    return False


@pytest.mark.parametrize("wish", [signal.SIGINT, signal.SIGTERM])
def test_a_request_in_flight_is_answered_before_the_server_stops(wish: signal.Signals) -> None:
    body = b"FriendlyName=late"
    key = b64encode(":".join(account()).encode()).decode()
    head = (
        f"POST /v1/Conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {key}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with dev_server() as server:
        url = httpx.URL(server.url)
        address = (url.host, url.port or 0)
        with socket.create_connection(address, PATIENCE) as client:
            client.sendall(head.encode())
            assert client.recv(65536).startswith(b"HTTP/1.1 100 ")
            server.process.send_signal(wish)
            deadline = time.monotonic() + PATIENCE
            while _listens(address):
                assert time.monotonic() < deadline, "the server still listens"
                time.sleep(0.01)
            client.sendall(body)
            answer = b"".join(iter(lambda: client.recv(65536), b""))
        assert server.stop(wish) == 0
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert b'"friendly_name":"late"' in answer


def test_an_ipv6_address_stands_in_brackets() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    server = Server(["dev", "--port", "0", "--host", "::1"])
    try:
        assert server.url.startswith("http://[::1]:")
        assert httpx.get(f"{server.url}/healthz", trust_env=False).status_code == 200
    finally:
        server.stop()
