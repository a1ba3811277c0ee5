"""An account, its API keys, and what a user name leads to."""

from model.structs import assert_frozen, assert_row_of
from partywire.model.accounts import Account, ApiKey, Credential


def test_an_account_is_a_row_of_its_table() -> None:
    assert_row_of(Account, "accounts")


def test_an_api_key_is_a_row_of_its_table() -> None:
    assert_row_of(ApiKey, "api_keys")


def test_a_credential_cannot_be_changed() -> None:
    assert_frozen(Credential)
