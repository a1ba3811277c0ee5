"""Secrets at rest: encrypted under a key that lives outside the database.

Auth tokens and key secrets must be recoverable, because they sign webhooks and verify access
tokens; hence encryption and not hashing (decided: decisions/0008).
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

_SIGNATURE_BYTES: Final = 12


class VaultFailure(Exception):
    """The key cannot be read or made, or does not fit the database."""


class Vault:
    """Encrypts and decrypts small secrets, and signs what clients carry around for us.

    Args:
        key: 32 bytes in URL-safe base64, as ``generate_key`` makes them.

    Raises:
        VaultFailure: that is not a key.
    """

    def __init__(self, key: bytes) -> None:
        try:
            self._fernet = Fernet(key)
        except ValueError as error:
            raise VaultFailure("the key is not 32 bytes in URL-safe base64") from error
        self._signing = hashlib.sha256(b"partywire page token" + key).digest()
        self._linking = hashlib.sha256(b"partywire media link" + key).digest()
        # A ciphertext has one plaintext for ever, so that this cache cannot be wrong.
        self._opened: dict[str, bytes] = {}

    @classmethod
    def from_file(cls, file: Path) -> "Vault":
        """The vault whose key stands in this file; a missing file is made, with mode 0600.

        Raises:
            VaultFailure: the file cannot be read or made, others may read it, or it has no key.
        """
        try:
            return cls(_read_or_make(file))
        except OSError as error:
            raise VaultFailure(f"{file}: {error.strerror}") from error

    def encrypt(self, secret: str) -> str:
        """The secret as it may stand in the database."""
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> bytes:
        """The secret again, in UTF-8.

        Raises:
            VaultFailure: it was encrypted under another key.
        """
        opened = self._opened.get(encrypted)
        if opened is None:
            try:
                opened = self._fernet.decrypt(encrypted)
            except InvalidToken as error:
                raise VaultFailure(
                    "the key file does not fit this database: use the key that it was made with"
                ) from error
            self._opened[encrypted] = opened
        return opened

    def sign(self, text: bytes) -> str:
        """A short signature that only holders of the key can make."""
        # BLAKE2b with a key is a MAC by itself (RFC 7693), for a third of what HMAC takes.
        mac = hashlib.blake2b(text, digest_size=_SIGNATURE_BYTES, key=self._signing)
        return mac.hexdigest()

    def sign_link(self, text: bytes) -> str:
        """A signature of a link that lets in whoever has it; of no use for anything else."""
        digest = hmac.digest(self._linking, text, "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _read_or_make(file: Path) -> bytes:
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise VaultFailure(
            f"{file} can be read by others: run chmod 600 on it, and rotate the tokens"
        )
    return file.read_bytes().strip()


def _make(file: Path) -> None:
    """Makes the key file whole or not at all; one that was made meanwhile stays."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(Fernet.generate_key() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
