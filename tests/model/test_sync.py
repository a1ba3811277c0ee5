"""What clients of Sync keep copies of."""

from model.structs import assert_frozen
from partywire.model.sync import Removal, Slice, Span, SyncObject


def test_none_of_it_can_be_changed() -> None:
    for struct in (SyncObject, Span, Slice, Removal):
        assert_frozen(struct)
