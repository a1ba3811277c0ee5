"""A service's settings of notifications: what was set stays until it is set again."""

import pytest
from msgspec import UNSET

from domain.scenes import elsewhere, happened, refused, unchanged
from partywire import errors
from partywire.domain import notifications, services
from partywire.domain.call import Call
from partywire.model.notifications import Notifications
from partywire.storage.query import Query

TEMPLATES = [name for name in Notifications.__struct_fields__ if name.endswith("_template")]
CONFIGURED = Query("SELECT service_sid FROM service_notifications", str)
SOUNDS = [name for name in Notifications.__struct_fields__ if name.endswith("_sound")]


async def test_a_service_that_was_never_configured_has_nothing_set(call: Call) -> None:
    with unchanged(call):
        assert (await notifications.fetch(call)).given() == {}


async def test_an_update_keeps_what_it_does_not_name(call: Call) -> None:
    await notifications.update(call, Notifications(log_enabled=1, new_message_sound="ring"))
    after = await notifications.update(call, Notifications(new_message_enabled=1))
    assert after.given() == {
        "log_enabled": 1,
        "new_message_sound": "ring",
        "new_message_enabled": 1,
    }
    assert await notifications.fetch(call) == after


async def test_a_text_can_be_taken_back(call: Call) -> None:
    await notifications.update(call, Notifications(new_message_sound="ring"))
    await notifications.update(call, Notifications(new_message_sound=None))
    assert not (await notifications.fetch(call)).new_message_sound


async def test_an_empty_update_changes_nothing(call: Call) -> None:
    with unchanged(call):
        await notifications.update(call, Notifications())
    before = await notifications.update(call, Notifications(log_enabled=1))
    with unchanged(call):
        assert await notifications.update(call, Notifications()) == before


def test_there_are_templates_and_sounds() -> None:
    assert (len(TEMPLATES), len(SOUNDS)) == (4, 3)


@pytest.mark.parametrize("name", TEMPLATES)
async def test_a_template_has_at_most_2048_characters(call: Call, name: str) -> None:
    after = await notifications.update(call, Notifications(**{name: "é" * 2048}))
    assert after.given() == {name: "é" * 2048}
    with refused(call, errors.TemplateTooLong):
        await notifications.update(call, Notifications(**{name: "é" * 2049}))


@pytest.mark.parametrize("name", SOUNDS)
async def test_a_sound_has_at_most_256_characters(call: Call, name: str) -> None:
    after = await notifications.update(call, Notifications(**{name: "é" * 256}))
    assert after.given() == {name: "é" * 256}
    with refused(call, errors.SoundTooLong):
        await notifications.update(call, Notifications(**{name: "é" * 257}))


async def test_a_refused_update_sets_nothing_of_what_it_names(call: Call) -> None:
    with refused(call, errors.SoundTooLong):
        await notifications.update(call, Notifications(log_enabled=1, new_message_sound="x" * 257))
    assert (await notifications.fetch(call)).log_enabled is UNSET


async def test_services_have_settings_of_their_own(call: Call) -> None:
    there = await elsewhere(call)
    await notifications.update(there, Notifications(log_enabled=1))
    assert await notifications.fetch(call) == Notifications()
    assert await call.database.all(CONFIGURED) == [there.service_sid]
    await services.delete(call, there.service_sid)
    assert await call.database.all(CONFIGURED) == []
    with refused(call, errors.NotFound):
        await notifications.update(there, Notifications(log_enabled=1))


async def test_no_event_tells_of_settings(call: Call) -> None:
    before = await happened(call.database)
    await notifications.update(call, Notifications(log_enabled=1))
    assert await happened(call.database) == before
