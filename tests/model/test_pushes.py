"""A push and what it says."""

import msgspec

from model.structs import assert_frozen, columns
from partywire.model.pushes import Notification, Push


def test_a_push_is_a_row_of_its_table_but_for_its_number() -> None:
    assert ["number", *Push.__struct_fields__] == columns("pushes")
    assert_frozen(Push)


def test_a_notification_is_no_longer_than_what_it_says() -> None:
    said = Notification(
        kind="new_message", text="hi", conversation_sid="CH1", title="Lunch", reference="1"
    )
    written = msgspec.json.encode(said)
    assert b"null" not in written
    assert msgspec.json.decode(written, type=Notification) == said
