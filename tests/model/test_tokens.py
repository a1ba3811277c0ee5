"""Access tokens."""

from model.structs import assert_frozen
from partywire.model.tokens import Grant, Issued


def test_what_a_token_gives_cannot_be_changed() -> None:
    assert_frozen(Grant)
    assert_frozen(Issued)
