import configparser
from pathlib import Path

import certifi
import pytest
import trustme
from cryptography.hazmat.primitives.serialization import pkcs12

from partywire.cli.exec import trust
from partywire.cli.exec.trust import read_authorities, system_authorities, write_trust_files


def certificate() -> str:
    return trustme.CA().cert_pem.bytes().decode()


def written(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.write_text(text)
    return str(path)


@pytest.fixture
def ours() -> str:
    return certificate()


@pytest.fixture
def private(tmp_path: Path) -> Path:
    path = tmp_path / "private"
    path.mkdir()
    return path


def test_each_bundle_is_the_file_of_the_users_own_variable_and_ours(
    tmp_path: Path, private: Path, ours: str
) -> None:
    theirs = {
        name: certificate() for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    }
    environment = {name: written(tmp_path, name, text) for name, text in theirs.items()}

    files = write_trust_files(private, environment, ours)

    assert files.requests_bundle.read_text() == theirs["REQUESTS_CA_BUNDLE"] + ours
    assert files.curl_bundle.read_text() == theirs["CURL_CA_BUNDLE"] + ours
    assert files.openssl_bundle.read_text() == theirs["SSL_CERT_FILE"] + ours


def test_requests_and_curl_fall_back_to_the_variables_they_ask_next(
    tmp_path: Path, private: Path, ours: str
) -> None:
    curls, openssls = certificate(), certificate()

    only_curl = write_trust_files(private, {"CURL_CA_BUNDLE": written(tmp_path, "c", curls)}, ours)
    assert only_curl.requests_bundle.read_text() == curls + ours

    (private / "php" / "partywire.ini").unlink()
    (private / "php").rmdir()
    only_openssl = write_trust_files(
        private, {"SSL_CERT_FILE": written(tmp_path, "o", openssls)}, ours
    )
    assert only_openssl.curl_bundle.read_text() == openssls + ours
    assert only_openssl.requests_bundle.read_text() == system_authorities() + ours


def test_a_variable_that_names_nothing_counts_as_unset(private: Path, ours: str) -> None:
    environment = {"SSL_CERT_FILE": str(private / "missing"), "NODE_EXTRA_CA_CERTS": ""}

    files = write_trust_files(private, environment, ours)

    assert files.openssl_bundle.read_text() == system_authorities() + ours
    assert files.node_authorities.read_text() == ours


def test_node_gets_the_users_additions_and_ours(tmp_path: Path, private: Path, ours: str) -> None:
    theirs = certificate()

    files = write_trust_files(
        private, {"NODE_EXTRA_CA_CERTS": written(tmp_path, "n", theirs)}, ours
    )

    assert files.node_authorities.read_text() == theirs + ours


def test_a_directory_of_authorities_is_read_without_doubles(tmp_path: Path) -> None:
    one, other = certificate(), certificate()
    written(tmp_path, "1.pem", f"# a comment\n{one.strip()}")
    written(tmp_path, "2.pem", other)
    (tmp_path / "hash.0").symlink_to(tmp_path / "1.pem")
    (tmp_path / "subdirectory").mkdir()

    assert read_authorities(str(tmp_path)) == one + other


def test_without_a_system_bundle_certifis_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class NoPaths:
        openssl_cafile = str(tmp_path / "missing")

    monkeypatch.setattr(trust.ssl, "get_default_verify_paths", NoPaths)
    monkeypatch.setattr(trust, "_SYSTEM_BUNDLES", ())

    assert system_authorities() == read_authorities(certifi.where())
    assert system_authorities().count("BEGIN CERTIFICATE") > 50


def test_the_jvms_store_holds_every_authority(tmp_path: Path, private: Path, ours: str) -> None:
    theirs = written(tmp_path, "two.pem", certificate() + certificate())

    files = write_trust_files(private, {"SSL_CERT_FILE": theirs}, ours)

    store = pkcs12.load_pkcs12(files.java_trust_store.read_bytes(), files.java_password.encode())
    assert len({entry.friendly_name for entry in store.additional_certs}) == 3


def test_a_certificate_that_cannot_be_read_is_left_out_of_the_jvms_store(ours: str) -> None:
    broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

    store = pkcs12.load_pkcs12(trust.java_store(broken + ours, "secret"), b"secret")

    assert len(store.additional_certs) == 1


def test_php_is_told_of_the_bundle_for_both_of_its_stacks(private: Path, ours: str) -> None:
    files = write_trust_files(private, {}, ours)

    ini = configparser.ConfigParser()
    ini.read_string("[php]\n" + next(files.php_directory.glob("*.ini")).read_text())
    assert dict(ini["php"]) == {
        "curl.cainfo": f'"{files.openssl_bundle}"',
        "openssl.cafile": f'"{files.openssl_bundle}"',
    }


def test_the_password_is_not_shown_in_tracebacks(private: Path, ours: str) -> None:
    files = write_trust_files(private, {}, ours)

    assert files.java_password not in repr(files)
