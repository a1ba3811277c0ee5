"""The table of options."""

import re

import pytest
from msgspec.structs import fields

from partywire import sids
from partywire.config import Config, Limits

PLAIN = Config(database="sqlite:///x", key_file="k")


def test_a_server_is_closed_and_silent_unless_told_otherwise() -> None:
    assert PLAIN.open_accounts is False
    assert PLAIN.hints is False
    assert (PLAIN.seed, PLAIN.frozen_at, PLAIN.public_url) == (None, None, None)


def test_limits_are_the_documented_ones() -> None:
    limits = Limits()
    assert (limits.name_characters, limits.identity_characters) == (256, 256)
    assert limits.conversation_attributes_bytes == 16_384
    assert limits.participant_attributes_bytes == limits.message_attributes_bytes == 4_096
    assert limits.message_body_bytes == 32_768
    assert limits.participants_per_conversation == limits.conversations_per_user == 1000


def test_the_largest_message_fits_into_a_request() -> None:
    limits = Limits()
    # A form writes one byte in up to three characters.
    largest = 3 * (limits.message_body_bytes + limits.message_attributes_bytes)
    assert largest < limits.request_body_bytes


def test_conversations_without_a_messaging_service_show_a_well_formed_one() -> None:
    assert sids.is_sid(PLAIN.messaging_service_sid, sids.MESSAGING_SERVICE)


def test_each_option_is_explained() -> None:
    explained = re.findall(r"^ {8}(\w+):", Config.__doc__ or "", re.MULTILINE) or re.findall(
        r"^ {4}(\w+):", Config.__doc__ or "", re.MULTILINE
    )
    assert explained == [field.name for field in fields(Config)]


def test_a_running_server_s_options_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        PLAIN.open_accounts = True  # type: ignore[misc]
