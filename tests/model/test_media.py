"""Media: what is known of a file, and what a message tells of it."""

import msgspec

from model.structs import assert_frozen, assert_row_of
from partywire.model.media import Attachment, Media, attachments


def test_media_are_rows_of_their_table() -> None:
    assert_row_of(Media, "media")


def test_an_attachment_tells_what_is_known_of_media_by_the_same_names() -> None:
    assert_frozen(Attachment)
    assert set(Attachment.__struct_fields__) <= set(Media.__struct_fields__)


def test_what_a_message_keeps_of_its_files_is_read() -> None:
    assert attachments(None) == []
    one = Attachment("ME1", "media", None, "image/png", 7)
    stored = msgspec.json.encode([one]).decode()
    assert attachments(stored) == [one]
