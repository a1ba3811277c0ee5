"""Media: what is known of a file, and what a message tells of it."""

from model.structs import assert_frozen, assert_row_of
from partywire.model.media import Attachment, Media


def test_media_are_rows_of_their_table() -> None:
    assert_row_of(Media, "media")


def test_an_attachment_tells_what_is_known_of_media_by_the_same_names() -> None:
    assert_frozen(Attachment)
    assert set(Attachment.__struct_fields__) <= set(Media.__struct_fields__)
