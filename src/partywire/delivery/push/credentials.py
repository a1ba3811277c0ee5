"""What a push credential holds, and in which of its fields (decided: decisions/0031)."""

from typing import Final

import msgspec
from msgspec import Struct

from partywire.delivery.push.verdicts import NoCredential
from partywire.storage.pushes import Due
from partywire.storage.vault import Vault

# What FCM's credentials are called by what their devices are.
_FITTING: Final = {"apn": ("apn",), "fcm": ("fcm", "gcm"), "gcm": ("gcm", "fcm")}


class AppleKey(Struct, frozen=True):
    """A token's key: the ``Secret`` of a credential, as JSON; the key itself is ``PrivateKey``.

    Attributes:
        key_id: 10 characters, from Apple.
        team_id: 10 characters, from Apple.
        topic: the app's bundle identifier.
    """

    key_id: str
    team_id: str
    topic: str


class Topic(Struct, frozen=True):
    """What ``Secret`` may say beside a certificate."""

    topic: str | None = None


class ServiceAccount(Struct, frozen=True):
    """A service account of Google, as its console hands it out."""

    project_id: str
    client_email: str
    private_key: str
    private_key_id: str | None = None
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - a place


def opened(vault: Vault, due: Due) -> dict[str, str]:
    """The secrets of the credential that a device names, by field.

    Raises:
        NoCredential: it names none, or one that is not there or is of another push service.
    """
    if due.credential_sid is None:
        raise NoCredential("the device names no credential")
    if due.secrets is None:
        raise NoCredential(f"there is no credential {due.credential_sid} any more")
    if due.credential_type not in _FITTING[due.binding_type]:
        raise NoCredential(
            f"the credential {due.credential_sid} is of type {due.credential_type}, "
            f"the device of type {due.binding_type}"
        )
    written = msgspec.json.decode(due.secrets, type=dict[str, str])
    return {name: vault.decrypt(each).decode() for name, each in written.items()}


def apple_key(secrets: dict[str, str]) -> AppleKey:
    """The key of token authentication, from ``Secret``.

    Raises:
        NoCredential: it is not there, or not whole.
    """
    try:
        return msgspec.json.decode(secrets.get("secret", ""), type=AppleKey)
    except msgspec.DecodeError:
        raise NoCredential(
            "the credential has neither a Certificate nor, in Secret, JSON with key_id, team_id "
            "and topic"
        ) from None


def apple_topic(secrets: dict[str, str]) -> str | None:
    """The topic that ``Secret`` names beside a certificate, if it does."""
    try:
        return msgspec.json.decode(secrets.get("secret", "{}"), type=Topic).topic
    except msgspec.DecodeError:
        return None


def service_account(secrets: dict[str, str]) -> ServiceAccount:
    """The service account, from ``Secret`` or, as older clients send it, ``ApiKey``.

    Raises:
        NoCredential: there is none, but perhaps a server key of the time before.
    """
    for name in ("secret", "api_key"):
        try:
            return msgspec.json.decode(secrets.get(name, ""), type=ServiceAccount)
        except msgspec.DecodeError:
            continue
    raise NoCredential(
        "the credential holds no service account: Google has ended server keys, so Secret must "
        "be the JSON file of a service account"
    )
