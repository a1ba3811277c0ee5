"""What the service manager is told."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.commands import serving
from harness import serve_account
from partywire.cli import options, systemd

PATIENCE = 20.0


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """Somebody who listens for news of a service."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(PATIENCE)
        yield listening


def test_a_manager_that_listens_is_told(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    systemd.notify("READY=1")
    assert manager.recv(100) == b"READY=1"


def test_a_name_that_begins_with_an_at_is_abstract(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind("")  # takes a free abstract name
        listening.settimeout(PATIENCE)
        name: bytes = listening.getsockname()
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name[1:].decode())
        systemd.notify("READY=1")
        assert listening.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "relative", "@nobody", "x" * 200])
def test_without_one_that_listens_nothing_happens(
    address: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    options.say_ready("http://127.0.0.1:4242")
    assert capfd.readouterr() == ("ready http://127.0.0.1:4242\n", "")


def test_a_server_says_when_it_is_ready(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    serve_account(tmp_path / "a.db")
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    with serving(tmp_path / "a.db"):
        assert manager.recv(100) == b"READY=1"
