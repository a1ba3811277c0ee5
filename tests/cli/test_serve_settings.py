"""Settings with which ``partywire serve`` does not start: it says why, and what to do."""

from pathlib import Path

import pytest
from click import ClickException
from cryptography.fernet import Fernet

from cli.commands import assert_fails, run
from harness import serve_account
from partywire.cli.serve import checked_public_url, is_loopback


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with an account in it."""
    serve_account(tmp_path / "partywire.db")
    return f"sqlite:///{tmp_path}/partywire.db"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "chat.example.com"])
def test_a_host_that_others_reach_needs_a_public_url(database: str, host: str) -> None:
    result = run("serve", "--host", host, "--port", "0", "--database", database)
    assert_fails(result, 78, host, "add --public-url https://")


@pytest.mark.parametrize("url", ["http://chat.example.com", "http://192.0.2.1:8080"])
def test_a_public_url_without_tls_is_refused(database: str, url: str) -> None:
    result = run("serve", "--port", "0", "--database", database, "--public-url", url)
    assert_fails(result, 78, url, "put a TLS proxy in front")


@pytest.mark.parametrize("url", ["chat.example.com", "ftp://chat.example.com", "https://", ""])
def test_a_public_url_that_is_none_is_refused(database: str, url: str) -> None:
    result = run("serve", "--port", "0", "--database", database, "--public-url", url)
    assert_fails(result, 78, "is not an http(s) URL")


@pytest.mark.parametrize(
    "rest",
    ["/path", "//", "/?", "?a=b", "?", "#part", "#", "/#"],
)
def test_a_public_url_with_more_than_a_host_is_refused(rest: str) -> None:
    with pytest.raises(ClickException, match="must be a scheme and a host only") as caught:
        checked_public_url("127.0.0.1", f"https://chat.example.com{rest}")
    assert caught.value.exit_code == 78


def test_credentials_in_a_public_url_are_refused() -> None:
    # They would stand in every answer.
    with pytest.raises(ClickException) as caught:
        checked_public_url("127.0.0.1", "https://user:password@chat.example.com")
    assert caught.value.exit_code == 78


@pytest.mark.parametrize(
    "url", ["https://[::1", "https://chat.example.com:port", "https://a:99999"]
)
def test_a_public_url_with_a_broken_host_or_port_is_refused(url: str) -> None:
    with pytest.raises(ClickException) as caught:
        checked_public_url("127.0.0.1", url)
    assert caught.value.exit_code == 78


@pytest.mark.parametrize(
    ("host", "url", "expected"),
    [
        ("127.0.0.1", None, None),
        ("0.0.0.0", "https://chat.example.com", "https://chat.example.com"),
        ("0.0.0.0", "https://chat.example.com/", "https://chat.example.com"),
        ("127.0.0.1", "https://chat.example.com:8443", "https://chat.example.com:8443"),
        ("127.0.0.1", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("127.0.0.1", "http://localhost", "http://localhost"),
        ("::1", "http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_safe_public_url_is_taken_without_its_slash(
    host: str, url: str | None, expected: str | None
) -> None:
    assert checked_public_url(host, url) == expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "", "localhost.example.com", "127.0.0.1.example.com"]
)
def test_anything_else_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o666])
def test_a_key_that_others_can_read_is_refused(database: str, tmp_path: Path, mode: int) -> None:
    key = tmp_path / "partywire.db.key"
    key.chmod(mode)
    result = run("serve", "--port", "0", "--database", database)
    assert_fails(result, 78, str(key), "run chmod 600 on it", "rotate the tokens")


def test_a_key_that_does_not_fit_is_refused(database: str, tmp_path: Path) -> None:
    (tmp_path / "partywire.db.key").write_bytes(Fernet.generate_key())
    result = run("serve", "--port", "0", "--database", database)
    assert_fails(result, 78, "does not fit this database", "use the key that it was made with")


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff" * 44, b"QUJD" * 10], ids=str)
def test_a_file_without_a_key_is_refused(database: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "partywire.db.key").write_bytes(content)
    assert_fails(run("serve", "--port", "0", "--database", database), 78, "key")


def test_a_key_file_that_cannot_be_made_is_named(database: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    key = tmp_path / "file" / "key"
    arguments = ("--database", database, "--key-file", str(key))
    assert_fails(run("serve", "--port", "0", *arguments), 78, str(key))
