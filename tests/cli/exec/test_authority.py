import ssl
from pathlib import Path

import pytest

from partywire.cli.exec.authority import Authority


def handshake(server: ssl.SSLContext, certificate: str, host: str) -> ssl.SSLObject:
    """Shakes hands in memory, and returns the client's side."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    trusting = ssl.create_default_context(cadata=certificate)
    trusting.set_alpn_protocols(["h2", "http/1.1"])
    client_side = trusting.wrap_bio(to_client, to_server, server_hostname=host)
    server_side = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (client_side, server_side, client_side, server_side):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client_side


def test_a_client_that_trusts_the_authority_accepts_the_host_and_speaks_http_1(
    tmp_path: Path,
) -> None:
    authority = Authority(tmp_path)

    client = handshake(authority.server_context("a.example"), authority.certificate, "a.example")

    assert client.version() == "TLSv1.3"
    assert client.selected_alpn_protocol() == "http/1.1"


def test_a_certificate_is_for_one_host(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority.server_context("a.example"), authority.certificate, "b.example")


def test_each_authority_is_another(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(
            Authority(tmp_path).server_context("a.example"),
            Authority(tmp_path).certificate,
            "a.example",
        )


def test_no_key_stays_on_disk(tmp_path: Path) -> None:
    Authority(tmp_path).server_context("a.example")

    assert list(tmp_path.iterdir()) == []


def test_a_host_gets_its_certificate_once(tmp_path: Path) -> None:
    authority = Authority(tmp_path)

    assert authority.server_context("a.example") is authority.server_context("a.example")


def test_a_name_that_no_certificate_can_bear_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="_"):
        Authority(tmp_path).server_context("a_b.twilio.com")
