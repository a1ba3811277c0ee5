"""The configuration of an address, and the document in it."""

from typing import get_args

import msgspec

from model.structs import assert_changes_of, assert_frozen, assert_row_of
from partywire.model.addresses import (
    Address,
    AddressChanges,
    AddressType,
    AutoCreation,
    AutoCreationChanges,
    AutoCreationType,
)


def test_a_configuration_is_a_row_of_its_table() -> None:
    assert_row_of(Address, "addresses")


def test_what_may_change_is_of_a_configuration_and_its_address_is_not() -> None:
    assert_changes_of(AddressChanges, Address)
    assert not {"address", "type"} & set(AddressChanges.__struct_fields__)


def test_how_conversations_begin_is_a_document_that_nobody_changes_in_place() -> None:
    assert_frozen(AutoCreation)
    assert_changes_of(AutoCreationChanges, AutoCreation)
    assert AutoCreationChanges.__struct_fields__ == AutoCreation.__struct_fields__


def test_a_document_holds_only_what_differs_from_the_default() -> None:
    assert msgspec.json.encode(AutoCreation()) == b"{}"
    creation = AutoCreation(enabled=1, type="studio", studio_retry_count=0)
    written = msgspec.json.encode(creation)
    assert written == b'{"enabled":1,"type":"studio","studio_retry_count":0}'
    assert msgspec.json.decode(written, type=AutoCreation) == creation


def test_there_are_the_documented_types() -> None:
    assert get_args(AddressType) == (
        *("sms", "whatsapp", "messenger", "gbm"),
        *("email", "rcs", "apple", "chat"),
    )
    assert get_args(AutoCreationType) == ("webhook", "studio", "default")
