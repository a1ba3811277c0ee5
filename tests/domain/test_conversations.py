"""Conversations: named, found, changed, closed and deleted."""

import pytest
from msgspec.structs import replace

from domain.scenes import (
    HOUR,
    MINUTE,
    NOBODY,
    close,
    elsewhere,
    later,
    left,
    refused,
    talk,
    unchanged,
)
from partywire import errors, sids
from partywire.domain import configuration, conversations, messages
from partywire.domain.call import Call
from partywire.model.accounts import AccountChanges
from partywire.model.conversations import Conversation, ConversationChanges, ConversationFilter
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest

LIKE_A_SID = "CH" + "0aB" + "0" * 29
TOO_MUCH = '"' + "x" * 16 * 1024 + '"'

UNACCEPTABLE = pytest.mark.parametrize(
    ("changes", "error"),
    [
        (ConversationChanges(friendly_name="x" * 257), errors.FriendlyNameTooLong),
        (ConversationChanges(unique_name="x" * 257), errors.UniqueNameTooLong),
        (ConversationChanges(unique_name=LIKE_A_SID), errors.UniqueNameLooksLikeSid),
        (ConversationChanges(attributes="{"), errors.AttributesNotJson),
        (ConversationChanges(attributes=TOO_MUCH), errors.AttributesTooLong),
        (ConversationChanges(inactive_timer=MINUTE - 1), errors.InactiveTimerTooShort),
        (ConversationChanges(closed_timer=10 * MINUTE - 1), errors.ClosedTimerTooShort),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)


async def test_a_conversation_starts_empty_and_active(call: Call) -> None:
    made = await conversations.create(call, ConversationChanges())
    assert sids.is_sid(made.sid, sids.CONVERSATION)
    assert made.messaging_service_sid == call.resources.config.messaging_service_sid
    assert (made.state, made.attributes, made.created_by) == ("active", "{}", "system")
    assert (made.next_message_index, made.messages_deleted) == (0, 0)
    assert made.date_active == made.date_created == made.date_updated == call.now
    assert (made.date_inactive, made.date_closed) == (None, None)
    assert await conversations.fetch(call, made.sid) == made


async def test_a_conversation_takes_what_is_given_at_birth(call: Call) -> None:
    given = ConversationChanges(
        friendly_name="General",
        unique_name="general",
        attributes='{ "a": 1 }',
        messaging_service_sid="MG" + "1" * 32,
        state="inactive",
        inactive_timer=MINUTE,
        closed_timer=10 * MINUTE,
        email_address="a@b.example",
        email_name="A",
        date_created=1000,
        date_updated=2000,
    )
    made = await conversations.create(call, given)
    assert given.applied_to(made) == made
    assert await conversations.fetch(call, "general") == made


async def test_an_imported_conversation_is_as_old_as_its_date_of_creation(call: Call) -> None:
    made = await conversations.create(call, ConversationChanges(date_created=1000))
    assert made.date_created == made.date_updated == made.date_active == 1000


async def test_a_conversation_is_not_born_closed(call: Call) -> None:
    with refused(call, errors.CreatedClosed):
        await conversations.create(call, ConversationChanges(state="closed"))


@UNACCEPTABLE
async def test_a_conversation_is_not_born_with_unacceptable_values(
    call: Call, changes: ConversationChanges, error: type[errors.ApiError]
) -> None:
    with refused(call, error):
        await conversations.create(call, changes)


@UNACCEPTABLE
async def test_a_conversation_is_not_changed_to_unacceptable_values(
    call: Call, changes: ConversationChanges, error: type[errors.ApiError]
) -> None:
    sid = (await talk(call)).sid
    with refused(call, error):
        await conversations.update(later(call), sid, changes)


async def test_a_unique_name_is_taken_once_in_a_service(call: Call) -> None:
    named = ConversationChanges(unique_name="general")
    await conversations.create(call, named)
    other = await conversations.create(call, ConversationChanges(unique_name="other"))
    with refused(call, errors.UniqueNameTaken):
        await conversations.create(call, named)
    with refused(call, errors.UniqueNameTaken):
        await conversations.update(later(call), other.sid, named)
    await conversations.create(await elsewhere(call), named)


async def test_a_conversation_may_be_given_the_unique_name_that_it_has(call: Call) -> None:
    named = ConversationChanges(unique_name="general")
    made = await conversations.create(call, named)
    assert (await conversations.update(later(call), "general", named)).sid == made.sid


async def test_a_unique_name_is_kept_when_closed_and_free_once_deleted(call: Call) -> None:
    named = ConversationChanges(unique_name="general")
    made = await conversations.create(call, named)
    await close(call, made.sid)
    with refused(call, errors.UniqueNameTaken):
        await conversations.create(call, named)
    await conversations.delete(call, "general")
    assert (await conversations.create(call, named)).sid != made.sid


async def test_a_unique_name_that_was_cleared_names_nothing(call: Call) -> None:
    made = await conversations.create(call, ConversationChanges(unique_name="general"))
    cleared = await conversations.update(call, made.sid, ConversationChanges(unique_name=None))
    assert cleared.unique_name is None
    assert not await conversations.exists(call, "general")
    await conversations.create(call, ConversationChanges(unique_name="general"))


@pytest.mark.parametrize("key", ["CH" + NOBODY, "general", ""])
async def test_a_conversation_that_is_not_there_is_not_found(call: Call, key: str) -> None:
    await conversations.create(await elsewhere(call), ConversationChanges(unique_name="general"))
    assert not await conversations.exists(call, key)
    with refused(call, errors.NotFound):
        await conversations.fetch(call, key)
    for changes in (ConversationChanges(), ConversationChanges(friendly_name="General")):
        with refused(call, errors.NotFound):
            await conversations.update(call, key, changes)
    with refused(call, errors.NotFound):
        await conversations.delete(call, key)


async def test_a_conversation_of_another_service_is_not_found_by_sid_either(call: Call) -> None:
    sid = (await talk(await elsewhere(call))).sid
    with refused(call, errors.NotFound):
        await conversations.fetch(call, sid)
    with refused(call, errors.NotFound):
        await conversations.update(call, sid, ConversationChanges(friendly_name="Mine"))
    with refused(call, errors.NotFound):
        await conversations.delete(call, sid)


async def test_an_update_changes_what_is_given_and_the_date(call: Call) -> None:
    before = await talk(call, "ada", messages_posted=2)
    changes = ConversationChanges(friendly_name="General")
    after = await conversations.update(later(call), before.sid, changes)
    expected = replace(before, friendly_name="General", date_updated=later(call).now)
    assert after == expected
    assert await conversations.fetch(call, before.sid) == expected


async def test_a_given_date_of_update_is_kept(call: Call) -> None:
    sid = (await talk(call)).sid
    after = await conversations.update(later(call), sid, ConversationChanges(date_updated=5))
    assert after.date_updated == 5


async def test_an_empty_update_changes_nothing(call: Call) -> None:
    made = await talk(call, changes=ConversationChanges(inactive_timer=HOUR))
    with unchanged(call):
        assert await conversations.update(later(call), made.sid, ConversationChanges()) == made


@pytest.mark.parametrize(
    "changes",
    [
        ConversationChanges(),
        ConversationChanges(state="active"),
        ConversationChanges(state="closed"),
    ],
    ids=["nothing", "active", "closed"],
)
async def test_a_closed_conversation_takes_no_update(
    call: Call, changes: ConversationChanges
) -> None:
    sid = (await talk(call)).sid
    await close(call, sid)
    with refused(call, errors.ConversationClosed):
        await conversations.update(later(call), sid, changes)


async def test_a_closed_conversation_can_be_read_and_deleted(call: Call) -> None:
    sid = (await talk(call, "ada", messages_posted=1)).sid
    await close(call, sid)
    assert (await conversations.fetch(call, sid)).state == "closed"
    await conversations.delete(call, sid)
    assert not await conversations.exists(call, sid)


async def test_a_deleted_conversation_takes_what_is_in_it_along(call: Call) -> None:
    room = await talk(call, "ada", messages_posted=2)
    kept = await talk(call, "ada", messages_posted=1)
    message = (await messages.page(call, room.sid, "asc", PageRequest(1))).items[0]
    await messages.delete(call, room.sid, message.sid)
    await conversations.delete(call, room.sid)
    assert room.sid not in left(call.resources)
    assert (await messages.page(call, kept.sid, "asc", PageRequest(9))).items


async def test_the_latest_activity_is_listed_first(call: Call) -> None:
    made = [await conversations.create(later(call, n), ConversationChanges()) for n in range(3)]
    await messages.create(later(call), made[1].sid, MessageChanges(body="hello"))
    listed = (await conversations.page(call, ConversationFilter(), PageRequest(10))).items
    assert [one.sid for one in listed] == [made[1].sid, made[2].sid, made[0].sid]


async def test_with_dates_the_latest_creation_is_listed_first(call: Call) -> None:
    made = [
        await conversations.create(call, ConversationChanges(date_created=n)) for n in (10, 30, 20)
    ]
    await messages.create(later(call), made[0].sid, MessageChanges(body="hello"))

    async def listed(**wanted: int) -> list[Conversation]:
        return (await conversations.page(call, ConversationFilter(**wanted), PageRequest(9))).items

    assert [one.date_created for one in await listed(start_date=10)] == [30, 20, 10]
    assert [one.date_created for one in await listed(start_date=11, end_date=30)] == [30, 20]
    assert [one.date_created for one in await listed(end_date=20)] == [20, 10]


async def test_only_conversations_of_the_wanted_state_are_listed(call: Call) -> None:
    open_one, closed_one = await talk(call), await talk(call)
    await close(call, closed_one.sid)
    for state, expected in (("active", open_one), ("closed", closed_one)):
        wanted = ConversationFilter(state=state)  # type: ignore[arg-type]
        listed = (await conversations.page(call, wanted, PageRequest(10))).items
        assert [one.sid for one in listed] == [expected.sid]


async def test_who_is_held_open_is_not_closed(call: Call) -> None:
    sid = (await talk(call)).sid
    await close(call, sid)
    async with call.database.transaction() as transaction:
        assert (await conversations.hold(call, transaction, sid)).state == "closed"
        with pytest.raises(errors.ConversationClosed):
            await conversations.hold_open(call, transaction, sid)
        with pytest.raises(errors.NotFound):
            await conversations.hold_open(call, transaction, "CH" + NOBODY)


async def test_what_is_not_given_comes_from_the_account_s_configuration(call: Call) -> None:
    configured = AccountChanges(
        default_messaging_service_sid="MG" + "1" * 32,
        default_inactive_timer="PT1H",
        default_closed_timer="P1D",
    )
    await configuration.update_account(call, configured)
    made = await conversations.create(call, ConversationChanges(date_created=1000))
    assert made.messaging_service_sid == configured.default_messaging_service_sid
    assert (made.inactive_timer, made.closed_timer) == (HOUR, 24 * HOUR)
    assert (made.date_inactive, made.date_closed) == (call.now + HOUR, call.now + 24 * HOUR)


async def test_what_is_given_counts_before_the_account_s_configuration(call: Call) -> None:
    configured = AccountChanges(default_inactive_timer="PT1H", default_closed_timer="P1D")
    await configuration.update_account(call, configured)
    messaging = "MG" + "2" * 32
    given = ConversationChanges(
        messaging_service_sid=messaging, inactive_timer=MINUTE, closed_timer=None
    )
    made = await conversations.create(call, given)
    assert given.applied_to(made) == made
    assert (made.date_inactive, made.date_closed) == (call.now + MINUTE, None)
