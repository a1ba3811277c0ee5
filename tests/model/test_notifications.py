"""A service's settings of notifications, which are their own changes."""

import msgspec
import pytest

from model.structs import assert_changes_of
from partywire.model.notifications import Notifications


def test_nothing_is_set_unless_it_is() -> None:
    assert_changes_of(Notifications, Notifications)


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        Notifications().log_enabled = 1  # type: ignore[misc]


def test_settings_applied_to_settings_keep_what_they_do_not_name() -> None:
    before = Notifications(log_enabled=1, new_message_sound="ring", new_message_enabled=0)
    after = Notifications(new_message_sound=None, new_message_enabled=1).applied_to(before)
    assert after == Notifications(log_enabled=1, new_message_sound=None, new_message_enabled=1)


def test_settings_survive_being_written() -> None:
    settings = Notifications(log_enabled=0, new_message_template=None, new_message_sound="ring")
    written = msgspec.json.encode(settings)
    assert msgspec.json.decode(written, type=Notifications) == settings
