"""A service's settings of notifications: what is shown once what was set."""

from typing import Any

import pytest

from harness import Client, assert_refused

PATH = "/Configuration/Notifications"
OFF = {"enabled": False}
EVERYTHING = {
    "LogEnabled": "true",
    "NewMessage.Enabled": "true",
    "NewMessage.Template": "New in ${CONVERSATION} from ${PARTICIPANT}: ${MESSAGE}",
    "NewMessage.Sound": "ring",
    "NewMessage.BadgeCountEnabled": "true",
    "NewMessage.WithMedia.Enabled": "true",
    "NewMessage.WithMedia.Template": "${MEDIA_COUNT} files: ${MEDIA}",
    "AddedToConversation.Enabled": "true",
    "AddedToConversation.Template": "Welcome to ${CONVERSATION}",
    "AddedToConversation.Sound": "ding",
    "RemovedFromConversation.Enabled": "true",
    "RemovedFromConversation.Template": "Farewell, ${PARTICIPANT}",
    "RemovedFromConversation.Sound": "dong",
}
TEXTS = [name for name in EVERYTHING if name.endswith((".Template", ".Sound"))]
FLAGS = [name for name in EVERYTHING if name.endswith("Enabled")]
BLOCKS = ("new_message", "added_to_conversation", "removed_from_conversation")


@pytest.fixture
def there(client: Client) -> Client:
    """The client at the door of a new service."""
    service = client.made("/Services", {"FriendlyName": "push"})["sid"]
    return client.at(f"/v1/Services/{service}")


def shown_at(body: Any, parameter: str) -> Any:
    """What the body shows of a parameter: ``NewMessage.Sound`` stands at new_message, sound."""
    for part in parameter.split("."):
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in part)
        body = body[name[1:]]
    return body


def test_a_service_that_was_never_configured_shows_only_that_all_is_off(there: Client) -> None:
    service = there.door.rpartition("/")[2]
    assert there.credentials is not None
    assert there.seen(PATH) == {
        "account_sid": there.credentials[0],
        "chat_service_sid": service,
        "log_enabled": False,
        "added_to_conversation": OFF,
        "new_message": OFF,
        "removed_from_conversation": OFF,
        "url": f"{there.url}{there.door}{PATH}",
    }


def test_a_full_update_is_shown_in_the_documented_shape(there: Client) -> None:
    before = there.seen(PATH)
    answer = there.post(PATH, EVERYTHING)
    assert answer.status_code == 200
    assert answer.json() == {
        **before,
        "log_enabled": True,
        "new_message": {
            "enabled": True,
            "template": "New in ${CONVERSATION} from ${PARTICIPANT}: ${MESSAGE}",
            "badge_count_enabled": True,
            "sound": "ring",
            "with_media": {"enabled": True, "template": "${MEDIA_COUNT} files: ${MEDIA}"},
        },
        "added_to_conversation": {
            "enabled": True,
            "template": "Welcome to ${CONVERSATION}",
            "sound": "ding",
        },
        "removed_from_conversation": {
            "enabled": True,
            "template": "Farewell, ${PARTICIPANT}",
            "sound": "dong",
        },
    }
    assert there.seen(PATH) == answer.json()


@pytest.mark.parametrize("name", EVERYTHING)
def test_one_parameter_alone_is_shown_and_sets_nothing_else(there: Client, name: str) -> None:
    body = there.made(PATH, {name: EVERYTHING[name]})
    value = shown_at(body, name)
    assert value == (True if name in FLAGS else EVERYTHING[name])
    set_elsewhere = [other for other in FLAGS if other != name and is_shown(body, other, True)]
    set_elsewhere += [other for other in TEXTS if other != name and is_shown(body, other)]
    assert set_elsewhere == []
    assert there.seen(PATH) == body


def is_shown(body: Any, name: str, value: Any = None) -> bool:
    """Whether the parameter stands in the body, with this value if one is given."""
    try:
        found = shown_at(body, name)
    except KeyError:
        return False
    return value is None or found == value


def test_a_block_always_says_whether_it_is_enabled(there: Client) -> None:
    there.made(PATH, {"NewMessage.WithMedia.Template": "x", "AddedToConversation.Sound": "ding"})
    body = there.seen(PATH)
    assert body["new_message"] == {
        "enabled": False,
        "with_media": {"enabled": False, "template": "x"},
    }
    assert body["added_to_conversation"] == {"enabled": False, "sound": "ding"}


def test_what_was_switched_off_stays_visible(there: Client) -> None:
    form = {"NewMessage.BadgeCountEnabled": "false", "NewMessage.WithMedia.Enabled": "FALSE"}
    body = there.made(PATH, form)
    assert body["new_message"] == {
        "enabled": False,
        "badge_count_enabled": False,
        "with_media": {"enabled": False},
    }


def test_blank_texts_are_reset(there: Client) -> None:
    there.made(PATH, EVERYTHING)
    body = there.made(PATH, dict.fromkeys(TEXTS, ""))
    assert body["new_message"] == {
        "enabled": True,
        "badge_count_enabled": True,
        "with_media": {"enabled": True},
    }
    assert body["added_to_conversation"] == body["removed_from_conversation"] == {"enabled": True}


def test_a_with_media_block_of_nothing_but_a_reset_text_is_gone(there: Client) -> None:
    there.made(PATH, {"NewMessage.WithMedia.Template": "x"})
    body = there.made(PATH, {"NewMessage.WithMedia.Template": ""})
    assert body["new_message"] == OFF


def test_what_an_update_does_not_name_stays(there: Client) -> None:
    before = there.made(PATH, EVERYTHING)
    after = there.made(PATH, {"LogEnabled": "false", "NewMessage.Sound": "bell"})
    new_message = {**before["new_message"], "sound": "bell"}
    assert after == {**before, "log_enabled": False, "new_message": new_message}


def test_an_update_that_names_nothing_known_changes_nothing(there: Client) -> None:
    before = there.made(PATH, EVERYTHING)
    odd = {"NewMessage.Shoes": "red", "newmessage.sound": "bell", "Sound": "x"}
    for form in ({}, dict.fromkeys(FLAGS, ""), odd):
        assert there.made(PATH, form) == before


@pytest.mark.parametrize("name", FLAGS)
def test_flags_are_booleans_in_any_case(there: Client, name: str) -> None:
    assert shown_at(there.made(PATH, {name: "TRUE"}), name) is True
    for wrong in ("yes", "1", "null"):
        assert_refused(there.post(PATH, {name: wrong}), 400, 20001)
    assert shown_at(there.seen(PATH), name) is True


@pytest.mark.parametrize("name", TEXTS)
def test_texts_have_a_greatest_length(there: Client, name: str) -> None:
    most, code = (2048, 50058) if name.endswith("Template") else (256, 50059)
    assert shown_at(there.made(PATH, {name: "ü" * most}), name) == "ü" * most
    before = there.seen(PATH)
    assert_refused(there.post(PATH, {name: "ü" * (most + 1), "LogEnabled": "true"}), 400, code)
    assert there.seen(PATH) == before


def test_services_have_settings_of_their_own(client: Client, there: Client) -> None:
    there.made(PATH, EVERYTHING)
    default = client.seen("/Services")["services"][0]["sid"]
    body = client.at(f"/v1/Services/{default}").seen(PATH)
    assert [body[block] for block in BLOCKS] == [OFF, OFF, OFF]


def test_a_service_that_is_gone_has_no_settings(client: Client, there: Client) -> None:
    there.made(PATH, EVERYTHING)
    client.delete(there.door.removeprefix("/v1"))
    assert_refused(there.get(PATH), 404, 20404)
    assert_refused(there.post(PATH, EVERYTHING), 404, 20404)


def test_settings_stand_at_the_service_door_only(client: Client) -> None:
    assert_refused(client.get(PATH), 404, 20404)
    assert_refused(client.post(PATH, EVERYTHING), 404, 20404)
