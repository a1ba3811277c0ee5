"""A push credential, and what may be set on it."""

from typing import get_args

from model.structs import assert_changes_of, assert_row_of
from partywire.model.credentials import PushCredential, PushCredentialChanges, PushType


def test_a_credential_is_a_row_of_its_table() -> None:
    assert_row_of(PushCredential, "credentials")


def test_changes_set_fields_of_a_credential_and_never_its_secrets_as_they_are() -> None:
    assert_changes_of(PushCredentialChanges, PushCredential)
    assert not {"sid", "account", "secrets"} & set(PushCredentialChanges.__struct_fields__)


def test_there_are_the_documented_push_services() -> None:
    assert get_args(PushType) == ("apn", "gcm", "fcm")
