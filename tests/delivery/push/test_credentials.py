"""What a credential holds is found in its fields, or it is said what is missing."""

import json

import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace

from partywire.delivery.push import credentials
from partywire.delivery.push.credentials import AppleKey, ServiceAccount
from partywire.delivery.push.verdicts import NoCredential
from partywire.storage.pushes import Due
from partywire.storage.vault import Vault

VAULT = Vault(Fernet.generate_key())
DUE = Due(
    number=1,
    service_sid="IS1",
    account="AC1",
    user_sid="US1",
    identity="bob",
    kind="new_message",
    message_sid="IM1",
    binding_sid="BS1",
    binding_type="fcm",
    notification="{}",
    attempts=0,
    date_created=0,
    participant="MB1",
    notification_level="default",
    message="IM1",
    endpoint="phone",
    registered=1,
    credential_sid="CR1",
    credential_type="fcm",
    sandbox=0,
    secrets=json.dumps({"secret": VAULT.encrypt("s")}),
)
ACCOUNT = {"project_id": "p", "client_email": "e", "private_key": "k", "more": 1}


def test_secrets_are_opened_by_field() -> None:
    assert credentials.opened(VAULT, DUE) == {"secret": "s"}


@pytest.mark.parametrize(
    ("binding", "of", "fits"),
    [
        ("fcm", "fcm", True),
        ("fcm", "gcm", True),
        ("gcm", "fcm", True),
        ("gcm", "gcm", True),
        ("apn", "apn", True),
        ("apn", "fcm", False),
        ("fcm", "apn", False),
    ],
)
def test_a_credential_is_of_the_device_s_push_service(binding: str, of: str, fits: bool) -> None:
    due = replace(DUE, binding_type=binding, credential_type=of)
    if fits:
        assert credentials.opened(VAULT, due) == {"secret": "s"}
        return
    with pytest.raises(NoCredential, match=f"CR1 is of type {of}, the device of type {binding}"):
        credentials.opened(VAULT, due)


def test_a_credential_may_be_missing() -> None:
    with pytest.raises(NoCredential, match="names no credential"):
        credentials.opened(VAULT, replace(DUE, credential_sid=None))
    with pytest.raises(NoCredential, match="no credential CR1 any more"):
        credentials.opened(VAULT, replace(DUE, secrets=None, credential_type=None))


def test_apple_s_key_is_named_in_secret() -> None:
    text = '{"key_id": "K", "team_id": "T", "topic": "com.example"}'
    assert credentials.apple_key({"secret": text}) == AppleKey("K", "T", "com.example")
    assert credentials.apple_topic({"secret": text}) == "com.example"
    for wrong in ({}, {"secret": "x"}, {"secret": '{"key_id": "K"}'}):
        with pytest.raises(NoCredential, match="key_id, team_id and topic"):
            credentials.apple_key(wrong)
        assert credentials.apple_topic(wrong) is None


@pytest.mark.parametrize("field", ["secret", "api_key"])
def test_a_service_account_is_the_json_of_its_file(field: str) -> None:
    found = credentials.service_account({"secret": "x", field: json.dumps(ACCOUNT)})
    assert found == ServiceAccount("p", "e", "k")
    assert found.token_uri == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize("secrets", [{}, {"api_key": "AAAA:server-key"}, {"secret": "{}"}])
def test_a_server_key_has_ended(secrets: dict[str, str]) -> None:
    with pytest.raises(NoCredential, match="Google has ended server keys"):
        credentials.service_account(secrets)
