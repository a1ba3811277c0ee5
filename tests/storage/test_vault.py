import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from partywire.storage.vault import Vault, VaultFailure


def test_a_secret_is_unreadable_in_the_database_and_readable_with_the_key() -> None:
    vault = Vault(Fernet.generate_key())

    encrypted = vault.encrypt("sesame é")

    assert "sesame" not in encrypted
    assert vault.encrypt("sesame é") != encrypted
    assert vault.decrypt(encrypted) == "sesame é".encode()
    assert vault.decrypt(encrypted) == "sesame é".encode()


def test_another_key_does_not_open_it() -> None:
    encrypted = Vault(Fernet.generate_key()).encrypt("sesame")

    with pytest.raises(VaultFailure, match="does not fit this database"):
        Vault(Fernet.generate_key()).decrypt(encrypted)


@pytest.mark.parametrize("key", [b"", b"short", b"=" * 44, b"\xff" * 44])
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(VaultFailure, match="32 bytes in URL-safe base64"):
        Vault(key)


def test_a_link_s_signature_is_no_page_s() -> None:
    vault = Vault(Fernet.generate_key())
    assert vault.sign_link(b"text") == vault.sign_link(b"text") != vault.sign_link(b"texT")
    assert not vault.sign_link(b"text").startswith(vault.sign(b"text"))
    assert len(vault.sign_link(b"text")) == 43


def test_a_signature_depends_on_the_text_and_on_the_key() -> None:
    key = Fernet.generate_key()
    signature = Vault(key).sign(b"text")

    assert Vault(key).sign(b"text") == signature
    assert Vault(key).sign(b"texT") != signature
    assert Vault(Fernet.generate_key()).sign(b"text") != signature


def test_a_missing_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "key"

    encrypted = Vault.from_file(file).encrypt("sesame")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Vault.from_file(file).decrypt(encrypted) == b"sesame"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    Vault.from_file(file)
    file.chmod(mode)

    with pytest.raises(VaultFailure, match="chmod 600"):
        Vault.from_file(file)


def test_a_key_file_that_cannot_be_read_or_made_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(VaultFailure, match="nowhere"):
        Vault.from_file(tmp_path / "nowhere" / "key")
    (tmp_path / "folder").mkdir(mode=0o700)
    with pytest.raises(VaultFailure, match="directory"):
        Vault.from_file(tmp_path / "folder")


def test_a_process_that_starts_while_the_key_is_being_made_gets_the_same_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    generate, second = Fernet.generate_key, []

    def meanwhile() -> bytes:
        monkeypatch.setattr(Fernet, "generate_key", staticmethod(generate))
        second.append(Vault.from_file(file))
        return generate()

    monkeypatch.setattr(Fernet, "generate_key", staticmethod(meanwhile))
    first = Vault.from_file(file)

    assert second[0].decrypt(first.encrypt("sesame")) == b"sesame"


def test_a_crash_while_the_key_is_being_made_does_not_lock_the_operator_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, generate = tmp_path / "key", Fernet.generate_key

    def crash() -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(Fernet, "generate_key", staticmethod(crash))
    with pytest.raises(KeyboardInterrupt):
        Vault.from_file(file)
    monkeypatch.setattr(Fernet, "generate_key", staticmethod(generate))

    Vault.from_file(file).encrypt("sesame")
