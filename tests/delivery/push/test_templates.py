"""What a push says: the service's template or the documented one, filled in and cut."""

import pytest

from partywire.delivery.push import templates
from partywire.delivery.push.templates import Words
from partywire.model.media import Attachment
from partywire.model.notifications import Notifications
from partywire.model.pushes import PushKind
from storage import rows

NAMED = rows.conversation(friendly_name="Lunch on Friday", unique_name="lunch")
ANN = Words(identity="ann", friendly_name="Ann B.", participant_sid="MB1", message="Pizza?")
MEDIA = (
    Attachment("ME1", "media", "menu.pdf", "application/pdf", 7),
    Attachment("ME2", "media", None, "image/png", 8),
)


def said(template: str, words: Words = ANN, conversation: object = NAMED) -> str:
    settings = Notifications(new_message_enabled=1, new_message_template=template)
    return templates.text("new_message", settings, conversation, words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variable", "stands_for"),
    [
        ("PARTICIPANT", "Ann B."),
        ("PARTICIPANT_FRIENDLY_NAME", "Ann B."),
        ("PARTICIPANT_IDENTITY", "ann"),
        ("PARTICIPANT_SID", "MB1"),
        ("CONVERSATION", "lunch"),
        ("CONVERSATION_FRIENDLY_NAME", "Lunch on Friday"),
        ("CONVERSATION_SID", NAMED.sid),
        ("CONVERSATION_UNIQUE_NAME", "lunch"),
        ("MESSAGE", "Pizza?"),
        ("MEDIA_COUNT", "0"),
        ("MEDIA", ""),
    ],
)
def test_each_variable_stands_for_something(variable: str, stands_for: str) -> None:
    assert said(f"<${{{variable}}}>") == f"<{stands_for}>"


def test_who_has_no_names_is_called_by_what_there_is() -> None:
    bare, unique = rows.conversation(), rows.conversation(unique_name="lunch")
    friendly = rows.conversation(friendly_name="Lunch")
    both = "${CONVERSATION}|${CONVERSATION_FRIENDLY_NAME}|${CONVERSATION_UNIQUE_NAME}"
    assert said(both, conversation=bare) == f"{bare.sid}|{bare.sid}|"
    assert said(both, conversation=unique) == "lunch|lunch|lunch"
    assert said(both, conversation=friendly) == "Lunch|Lunch|"
    nameless = Words(identity="ann")
    assert said("${PARTICIPANT}|${PARTICIPANT_SID}|${MESSAGE}", nameless) == "ann||"


def test_what_stands_for_a_variable_is_not_filled_in_again() -> None:
    sly = Words(identity="ann", message="${CONVERSATION_SID} $MESSAGE ${MESSAGE}")
    assert said("${MESSAGE}", sly) == sly.message


def test_what_is_no_variable_stays() -> None:
    text = "${NOBODY} $MESSAGE ${message} {MESSAGE} ${} 5$"
    assert said(text) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("new_message", "lunch:Ann B.: Pizza?"),
        ("added_to_conversation", "You have been added to the conversation lunch by Ann B."),
        ("removed_from_conversation", "Ann B. has removed you from the conversation lunch"),
    ],
)
def test_without_a_template_it_says_what_is_documented(kind: PushKind, text: str) -> None:
    for settings in (Notifications(), Notifications(**{f"{kind}_template": None})):
        assert templates.text(kind, settings, NAMED, ANN) == text


def test_a_message_with_media_has_words_of_its_own_if_the_service_wants() -> None:
    words = Words(identity="ann", message="see", media=MEDIA)
    plain = Notifications(new_message_template="${MESSAGE} ${MEDIA_COUNT}")
    assert templates.text("new_message", plain, NAMED, words) == "see 2"
    wanted = Notifications(new_message_with_media_enabled=1)
    assert templates.text("new_message", wanted, NAMED, words) == (
        "You have a new message in lunch with 2 media files: menu.pdf, image/png"
    )
    own = Notifications(
        new_message_with_media_enabled=1, new_message_with_media_template="${MEDIA}!"
    )
    assert templates.text("new_message", own, NAMED, words) == "menu.pdf, image/png!"
    assert templates.text("new_message", own, NAMED, ANN) == "lunch:Ann B.: Pizza?"


def test_a_text_has_178_characters_at_most() -> None:
    just, more = (Words(identity="ann", message="💥" * length) for length in (178, 179))
    assert said("${MESSAGE}", just) == "💥" * 178
    assert said("${MESSAGE}", more) == "💥" * 177 + "…"


def test_a_kind_is_pushed_if_it_is_enabled_with_the_sound_that_was_set() -> None:
    settings = Notifications(
        new_message_enabled=1, added_to_conversation_enabled=0, new_message_sound="ping"
    )
    kinds: tuple[PushKind, ...] = (
        "new_message",
        "added_to_conversation",
        "removed_from_conversation",
    )
    assert [templates.is_enabled(kind, settings) for kind in kinds] == [True, False, False]
    assert [templates.sound(kind, settings) for kind in kinds] == ["ping", None, None]
