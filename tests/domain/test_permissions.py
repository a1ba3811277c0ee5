"""The words of permissions: which a role may hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.domain import permissions
from partywire.domain.roles import DEFAULTS
from partywire.errors import UnknownPermission
from partywire.model.roles import RoleType

EITHER = pytest.mark.parametrize("kind", ["service", "conversation"])
EVERY_WORD = permissions.WORDS["service"] | permissions.WORDS["conversation"]
OF_SERVICES = ("createConversation", "joinConversation")
OF_CONVERSATIONS = ("deleteOwnMessage", "leaveConversation", "sendMediaMessage", "sendMessage")


def test_the_documented_words_and_four_more_are_known() -> None:
    # 14 and 16 are documented, and 12 of them are of both.
    assert len(permissions.WORDS["service"]) == 14 + 4
    assert len(permissions.WORDS["conversation"]) == 16 + 4
    assert len(permissions.WORDS["service"] & permissions.WORDS["conversation"]) == 12 + 4


@EITHER
def test_a_role_may_hold_all_words_of_its_type(kind: RoleType) -> None:
    permissions.check(kind, sorted(permissions.WORDS[kind]))


@pytest.mark.parametrize(
    ("kind", "words"), [("conversation", OF_SERVICES), ("service", OF_CONVERSATIONS)]
)
def test_what_is_for_the_other_type_is_refused(kind: RoleType, words: tuple[str, ...]) -> None:
    for word in words:
        with pytest.raises(UnknownPermission, match=f"'{word}' for a {kind} role"):
            permissions.check(kind, ["addParticipant", word])


@EITHER
@given(word=st.text() | st.sampled_from(sorted(EVERY_WORD)).map(str.swapcase))
def test_a_word_that_nobody_knows_is_refused(kind: RoleType, word: str) -> None:
    if word not in EVERY_WORD:
        with pytest.raises(UnknownPermission):
            permissions.check(kind, [word])


def test_the_default_roles_hold_words_of_their_type() -> None:
    for _, kind, words in DEFAULTS:
        permissions.check(kind, list(words))
