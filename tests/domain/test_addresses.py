"""The configurations of addresses: one for each, and what each kind of beginning needs."""

import asyncio

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import NOBODY, elsewhere, later, refused, unchanged, written
from harness import account
from partywire import errors, sids
from partywire.domain import addresses
from partywire.domain.call import Call
from partywire.model.addresses import Address, AddressChanges, AutoCreation, AutoCreationChanges
from partywire.model.pages import PageRequest

FLOW = "FW" + NOBODY
PHONE = "+15550100"
NOTHING = AutoCreationChanges()
HOOK = AutoCreationChanges(type="webhook", webhook_url="http://a", webhook_filters=["onX"])
STUDIO = AutoCreationChanges(type="studio", studio_flow_sid=FLOW)


async def configure(
    call: Call, address: str = PHONE, creation: AutoCreationChanges = NOTHING
) -> Address:
    return await addresses.create(call, "sms", address, AddressChanges(), creation)


async def test_a_configuration_begins_with_conversations_that_do_not_begin(call: Call) -> None:
    made = await configure(call)
    assert sids.is_sid(made.sid, sids.ADDRESS)
    assert made == Address(
        sid=made.sid,
        account=call.scope.account,
        type="sms",
        address=PHONE,
        friendly_name=None,
        address_country=None,
        auto_creation="{}",
        date_created=call.now,
        date_updated=call.now,
    )
    assert addresses.auto_creation(made) == AutoCreation(0, "default")


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("default", {}),
        ("webhook", {"webhook_url": "http://a", "webhook_method": "GET", "webhook_filters": ["x"]}),
        ("studio", {"studio_flow_sid": FLOW, "studio_retry_count": 3}),
    ],
)
async def test_a_configuration_keeps_what_its_type_uses_and_nothing_else(
    call: Call, kind: str, kept: dict[str, object]
) -> None:
    everything = AutoCreationChanges(
        enabled=1,
        type=kind,  # type: ignore[arg-type]
        conversation_service_sid=call.service_sid,
        webhook_url="http://a",
        webhook_method="GET",
        webhook_filters=["x"],
        studio_flow_sid=FLOW,
        studio_retry_count=3,
    )
    named = AddressChanges(friendly_name="ours", address_country="EE")
    made = await addresses.create(call, "whatsapp", "us", named, everything)
    assert (made.type, made.friendly_name, made.address_country) == ("whatsapp", "ours", "EE")
    wanted = {"enabled": 1, "type": kind, "conversation_service_sid": call.service_sid, **kept}
    assert addresses.auto_creation(made) == AutoCreation(**wanted)  # type: ignore[arg-type]
    assert await addresses.fetch(call, made.sid) == made


async def test_a_url_is_posted_to_where_no_method_is_given(call: Call) -> None:
    made = await configure(call, creation=HOOK)
    assert addresses.auto_creation(made).webhook_method == "POST"


@pytest.mark.parametrize(
    ("creation", "error"),
    [
        (replace(HOOK, webhook_url=None), errors.WebhookUrlMissing),
        (replace(HOOK, webhook_filters=[]), errors.WebhookFiltersMissing),
        (AutoCreationChanges(type="webhook"), errors.WebhookUrlMissing),
        (AutoCreationChanges(type="studio"), errors.BadFlowSid),
        (replace(STUDIO, studio_flow_sid=None), errors.BadFlowSid),
    ],
)
async def test_a_configuration_needs_what_its_type_needs(
    call: Call, creation: AutoCreationChanges, error: type[errors.ApiError]
) -> None:
    made = await configure(call)
    with refused(call, error):
        await configure(call, "another", creation)
    with refused(call, error):
        await addresses.update(call, made.sid, AddressChanges(), creation)


@pytest.mark.parametrize(
    ("kind", "address", "match"),
    [
        (None, PHONE, "^Type is missing$"),
        ("sms", None, "^Address is missing$"),
        ("sms", "", "^Address is missing$"),
        ("sms", "é" * 257, "^Address is longer than 256 characters$"),
    ],
)
async def test_a_configuration_needs_a_type_and_an_address(
    call: Call, kind: str | None, address: str | None, match: str
) -> None:
    with refused(call, errors.BadRequest, match):
        await addresses.create(call, kind, address, AddressChanges(), NOTHING)  # type: ignore[arg-type]


async def test_addresses_and_names_have_up_to_256_characters(call: Call) -> None:
    named = AddressChanges(friendly_name="é" * 256)
    made = await addresses.create(call, "sms", "é" * 256, named, NOTHING)
    assert (made.address, made.friendly_name) == ("é" * 256, "é" * 256)
    too_long = AddressChanges(friendly_name="é" * 257)
    with refused(call, errors.FriendlyNameTooLong):
        await addresses.create(call, "sms", PHONE, too_long, NOTHING)
    with refused(call, errors.FriendlyNameTooLong):
        await addresses.update(call, made.sid, too_long, NOTHING)


async def test_conversations_begin_in_a_service_of_the_account(call: Call) -> None:
    there, foreign = await elsewhere(call), await call_of(call.resources, account()[0])
    made = await configure(
        call, creation=AutoCreationChanges(conversation_service_sid=there.service_sid)
    )
    assert addresses.auto_creation(made).conversation_service_sid == there.service_sid
    for sid in (foreign.service_sid, "IS" + NOBODY):
        creation = AutoCreationChanges(conversation_service_sid=sid)
        with refused(call, errors.ServiceNotFound, f"ConversationServiceSid {sid} is not"):
            await configure(call, "another", creation)
        with refused(call, errors.ServiceNotFound, f"ConversationServiceSid {sid} is not"):
            await addresses.update(call, made.sid, AddressChanges(), creation)
    back = AutoCreationChanges(conversation_service_sid=None)
    changed = await addresses.update(call, made.sid, AddressChanges(), back)
    assert addresses.auto_creation(changed) == AutoCreation()


async def test_an_address_is_configured_once_in_each_account(call: Call) -> None:
    await configure(call)
    with refused(call, errors.Conflict, r"for \+15550100 exists already"):
        await addresses.create(call, "whatsapp", PHONE, AddressChanges(), NOTHING)
    assert (await configure(await call_of(call.resources, account()[0]))).address == PHONE


async def test_of_many_at_once_one_configures_the_address(call: Call) -> None:
    found = await asyncio.gather(*(configure(call) for _ in range(4)), return_exceptions=True)
    assert len([one for one in found if isinstance(one, errors.Conflict)]) == 3
    assert len((await addresses.page(call, None, PageRequest(5))).items) == 1


async def test_configurations_are_listed_by_type(call: Call) -> None:
    first = await configure(call)
    email = await addresses.create(call, "email", "a@b", AddressChanges(), NOTHING)
    await configure(await call_of(call.resources, account()[0]))
    assert (await addresses.page(call, None, PageRequest(5))).items == [first, email]
    assert (await addresses.page(call, "email", PageRequest(5))).items == [email]
    assert (await addresses.page(call, "rcs", PageRequest(5))).items == []


async def test_a_change_of_type_drops_what_the_old_one_used(call: Call) -> None:
    made = await configure(call, creation=replace(HOOK, conversation_service_sid=call.service_sid))
    after = later(call)
    named = AddressChanges(friendly_name="ours")
    changed = await addresses.update(after, made.sid, named, replace(STUDIO, enabled=1))
    assert changed.friendly_name == "ours"
    assert (changed.date_created, changed.date_updated) == (call.now, after.now)
    assert addresses.auto_creation(changed) == AutoCreation(
        enabled=1,
        type="studio",
        conversation_service_sid=call.service_sid,
        studio_flow_sid=FLOW,
    )
    assert await addresses.fetch(call, made.sid) == changed
    with refused(call, errors.WebhookUrlMissing):
        back = AutoCreationChanges(type="webhook")
        await addresses.update(call, made.sid, AddressChanges(), back)


@pytest.mark.parametrize(
    "creation", [NOTHING, AutoCreationChanges(studio_flow_sid=FLOW, studio_retry_count=1)]
)
async def test_an_update_with_nothing_that_the_type_uses_changes_nothing(
    call: Call, creation: AutoCreationChanges
) -> None:
    made = await configure(call, creation=HOOK)
    with unchanged(call):
        assert await addresses.update(later(call), made.sid, AddressChanges(), creation) == made


async def test_a_path_takes_sid_or_address(call: Call) -> None:
    made = await configure(call)
    for key in (made.sid, PHONE):
        assert await addresses.fetch(call, key) == made
        enabled = AutoCreationChanges(enabled=1)
        made = await addresses.update(call, key, AddressChanges(), enabled)
        assert addresses.auto_creation(made).enabled == 1
    await addresses.delete(call, PHONE)
    again = await configure(call)
    await addresses.delete(call, again.sid)
    assert (await addresses.page(call, None, PageRequest(5))).items == []


@pytest.mark.parametrize("key", ["IG" + NOBODY, "+15550199", ""])
async def test_a_configuration_that_is_not_there_is_not_found(call: Call, key: str) -> None:
    await configure(call)
    with refused(call, errors.NotFound):
        await addresses.fetch(call, key)
    with refused(call, errors.NotFound):
        await addresses.update(call, key, AddressChanges(), NOTHING)
    with refused(call, errors.NotFound):
        await addresses.delete(call, key)


async def test_another_account_s_configuration_is_not_found(call: Call) -> None:
    made = await configure(await call_of(call.resources, account()[0]))
    for key in (made.sid, PHONE):
        with refused(call, errors.NotFound):
            await addresses.fetch(call, key)
        with refused(call, errors.NotFound):
            await addresses.update(call, key, AddressChanges(friendly_name="x"), NOTHING)
        with refused(call, errors.NotFound):
            await addresses.delete(call, key)


async def test_nobody_is_told_of_configurations(call: Call) -> None:
    async with written(call) as events:
        made = await configure(call)
        await addresses.update(call, made.sid, AddressChanges(), STUDIO)
        await addresses.delete(call, made.sid)
    assert events == []
