"""Messaging bindings: who takes part by an address, and who may have which."""

from typing import Any

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import close, elsewhere, later, refused, talk
from harness import account
from partywire import errors
from partywire.config import Limits
from partywire.domain import conversations, messaging_bindings, participants, services, users
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.participants import (
    MessagingType,
    NewParticipant,
    Participant,
    ParticipantChanges,
)

PROXY, OTHER_PROXY = "+15550100", "+15550101"
PHONE, OTHER_PHONE = "+15550001", "+15550002"


async def joins(call: Call, talk_sid: str, **new: Any) -> Participant:
    return await participants.create(call, talk_sid, NewParticipant(**new))


async def changes(call: Call, who: Participant, **to: Any) -> Participant:
    given = ParticipantChanges(**to)
    return await participants.update(call, who.conversation_sid, who.sid, given)


async def group(call: Call, *numbers: str, projected: str = PROXY) -> str:
    """A Group MMS of these numbers and Ada, who shows as the projected one."""
    room = await talk(call)
    await joins(call, room.sid, identity="ada", projected_address=projected)
    for number in numbers:
        await joins(call, room.sid, address=number)
    return room.sid


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+15550001", "sms"),
        ("+123456789012345", "sms"),
        ("12345", "sms"),
        ("whatsapp:+15550001", "whatsapp"),
        ("messenger:12345", "messenger"),
        ("rcs:agent", "rcs"),
        ("gbm:id", "gbm"),
        ("apple:id", "apple"),
        ("urn:mbid:abc=", "apple"),
        ("ada@example.com", "email"),
        ("messenger:" + "1" * 246, "messenger"),
    ],
)
def test_an_address_says_which_channel_it_belongs_to(address: str, kind: MessagingType) -> None:
    assert messaging_bindings.kind_of(address, errors.BadAddress) == kind


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "+",
        "+0123456",
        "+1234567890123456",
        "+1 555 0001",
        "12",
        "123456789",
        "+1555\u0661",
        "+15550001\n",
        "whatsapp:",
        "WhatsApp:+15550001",
        "fax:+15550001",
        "@example.com",
        "ada@",
        "a@b@c",
        "messenger:" + "1" * 247,
    ],
)
def test_what_belongs_to_no_channel_is_refused(address: str) -> None:
    with pytest.raises(errors.BadProxyAddress):
        messaging_bindings.kind_of(address, errors.BadProxyAddress)


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ({"identity": "ada"}, None),
        ({}, None),  # that there is no identity either is refused elsewhere
        ({"address": PHONE, "proxy_address": PROXY}, "sms"),
        ({"address": PHONE, "proxy_address": PROXY, "identity": ""}, "sms"),
        ({"address": "whatsapp:+1", "proxy_address": "whatsapp:+2"}, "whatsapp"),
        ({"address": "a@b", "proxy_address": "b@b"}, "email"),
        ({"address": PHONE}, "sms"),
        ({"identity": "ada", "projected_address": PROXY}, "sms"),
        ({"projected_address": PROXY}, "sms"),
    ],
)
def test_a_newcomer_takes_part_by_one_channel(
    new: dict[str, str], kind: MessagingType | None
) -> None:
    assert messaging_bindings.check(NewParticipant(**new)) == kind


@pytest.mark.parametrize(
    ("new", "error"),
    [
        ({"address": "", "proxy_address": PROXY}, errors.AddressMissing),
        ({"address": "", "identity": "ada"}, errors.AddressMissing),
        ({"proxy_address": PROXY}, errors.AddressMissing),
        ({"proxy_address": PROXY, "identity": "ada"}, errors.AddressMissing),
        ({"proxy_address": PROXY, "projected_address": PROXY}, errors.AddressMissing),
        ({"address": PHONE, "proxy_address": ""}, errors.ProxyAddressMissing),
        ({"address": "whatsapp:+1"}, errors.ProxyAddressMissing),
        ({"address": "nobody"}, errors.BadAddress),
        ({"address": "nobody", "proxy_address": PROXY}, errors.BadAddress),
        ({"address": PHONE, "proxy_address": "nobody"}, errors.BadProxyAddress),
        ({"address": PHONE, "proxy_address": "whatsapp:+1"}, errors.AddressKindsDiffer),
        ({"address": PHONE, "proxy_address": PHONE}, errors.AddressEqualsProxy),
        ({"address": PHONE, "projected_address": PROXY}, errors.BindingNotSupported),
        ({"address": PHONE, "identity": "ada"}, errors.IdentityNotAcceptable),
        (
            {"address": PHONE, "proxy_address": PROXY, "identity": "ada"},
            errors.IdentityNotAcceptable,
        ),
        ({"identity": "ada", "projected_address": "nobody"}, errors.BadProxyAddress),
        ({"identity": "ada", "projected_address": ""}, errors.BadProxyAddress),
        ({"identity": "ada", "projected_address": "whatsapp:+1"}, errors.BadProxyAddress),
    ],
)
async def test_a_newcomer_whose_parameters_do_not_go_together_is_refused(
    call: Call, new: dict[str, str], error: type[errors.ApiError]
) -> None:
    room = await talk(call)
    with refused(call, error):
        await joins(call, room.sid, **new)


async def test_who_comes_by_an_address_is_no_user_and_has_no_role(call: Call) -> None:
    room = await talk(call)
    made = await joins(call, room.sid, address=PHONE, proxy_address=PROXY)
    assert (made.user_sid, made.identity, made.role_sid) == (None, None, None)
    assert (made.messaging_type, made.address, made.proxy_address) == ("sms", PHONE, PROXY)
    role = (await services.fetch(call, call.service_sid)).default_conversation_role_sid
    other = await joins(call, room.sid, address=PHONE, proxy_address=OTHER_PROXY, role_sid=role)
    assert other.role_sid == role


async def test_a_pair_is_in_one_open_conversation_of_an_account(call: Call) -> None:
    pair = {"address": PHONE, "proxy_address": PROXY}
    first, second = await talk(call), await talk(call)
    there = await elsewhere(call)
    third = await talk(there)
    await joins(call, first.sid, **pair)
    for caller, sid in ((call, first.sid), (call, second.sid), (there, third.sid)):
        with refused(call, errors.PairTaken, first.sid):
            await joins(caller, sid, **pair)
    stranger = await call_of(call.resources, account()[0])
    await joins(stranger, (await talk(stranger)).sid, **pair)
    await joins(call, second.sid, address=PHONE, proxy_address=OTHER_PROXY)
    await joins(call, second.sid, address=OTHER_PHONE, proxy_address=PROXY)


@pytest.mark.parametrize("end", ["close", "delete", "leave", "service"])
async def test_a_pair_is_free_again_once_its_conversation_is_over(call: Call, end: str) -> None:
    pair = {"address": PHONE, "proxy_address": PROXY}
    there = await elsewhere(call)
    first, second = await talk(there), await talk(call)
    who = await joins(there, first.sid, **pair)
    if end == "close":
        await close(there, first.sid)
    elif end == "delete":
        await conversations.delete(there, first.sid)
    elif end == "leave":
        await participants.delete(there, first.sid, who.sid)
    else:
        await services.delete(call, there.service_sid)
    await joins(call, second.sid, **pair)
    if end == "close":  # who leaves it later takes nothing from its new holder
        await participants.delete(there, first.sid, who.sid)
    third = await talk(call)
    with refused(call, errors.PairTaken, second.sid):
        await joins(call, third.sid, **pair)


async def test_an_inactive_conversation_keeps_its_pairs(call: Call) -> None:
    room, other = await talk(call), await talk(call)
    await joins(call, room.sid, address=PHONE, proxy_address=PROXY)
    await conversations.update(call, room.sid, ConversationChanges(state="inactive"))
    with refused(call, errors.PairTaken, room.sid):
        await joins(call, other.sid, address=PHONE, proxy_address=PROXY)


async def test_another_proxy_gives_the_old_pair_free_and_takes_the_new(call: Call) -> None:
    first, second = await talk(call), await talk(call)
    who = await joins(call, first.sid, address=PHONE, proxy_address=PROXY)
    await joins(call, second.sid, address=PHONE, proxy_address=OTHER_PROXY)
    with refused(call, errors.PairTaken, second.sid):
        await changes(call, who, proxy_address=OTHER_PROXY)
    moved = await changes(later(call), who, proxy_address="+15550102")
    assert moved == replace(who, proxy_address="+15550102", date_updated=later(call).now)
    await joins(call, second.sid, address=PHONE, proxy_address=PROXY)
    with refused(call, errors.PairTaken, first.sid):
        await joins(call, second.sid, address=PHONE, proxy_address="+15550102")


async def test_the_same_proxy_again_takes_nothing_anew(call: Call) -> None:
    who = await joins(call, (await talk(call)).sid, address=PHONE, proxy_address=PROXY)
    assert await changes(call, who, proxy_address=PROXY) == who


@pytest.mark.parametrize(
    ("new", "to", "error"),
    [
        ({"address": PHONE}, {"proxy_address": None}, errors.ProxyAddressNotRemovable),
        ({"identity": "ada"}, {"proxy_address": None}, errors.ProxyAddressNotRemovable),
        (
            {"address": "a@b", "proxy_address": "b@b"},
            {"proxy_address": None},
            errors.ProxyAddressNotRemovable,
        ),
        ({"identity": "ada"}, {"proxy_address": PROXY}, errors.ProxyAddressNotSettable),
        ({"projected_address": PROXY}, {"proxy_address": PROXY}, errors.ProxyAddressNotSettable),
        ({"address": PHONE}, {"proxy_address": PHONE}, errors.AddressEqualsProxy),
        ({"address": PHONE}, {"proxy_address": "a@b"}, errors.AddressKindsDiffer),
        ({"address": PHONE}, {"proxy_address": "nobody"}, errors.BadProxyAddress),
        ({"identity": "ada"}, {"projected_address": None}, errors.ProjectedAddressNotRemovable),
        (
            {"projected_address": PROXY},
            {"projected_address": None},
            errors.ProjectedAddressNotRemovable,
        ),
        (
            {"address": PHONE},
            {"projected_address": PROXY},
            errors.ProjectedAddressNotSettable,
        ),
        ({"identity": "ada"}, {"projected_address": "a@b"}, errors.BadProxyAddress),
        ({"identity": "ada"}, {"identity": "ben"}, errors.IdentityNotSettable),
        ({"address": PHONE}, {"identity": "ben"}, errors.IdentityNotSettable),
        ({"projected_address": PROXY}, {"identity": "x" * 257}, errors.IdentityTooLong),
        ({"projected_address": PROXY}, {"identity": "eve"}, errors.ParticipantAlreadyExists),
    ],
)
async def test_what_an_update_cannot_do_is_refused(
    call: Call, new: dict[str, str], to: dict[str, Any], error: type[errors.ApiError]
) -> None:
    room = await talk(call, "eve")
    who = await joins(call, room.sid, **new)
    with refused(call, error):
        await changes(later(call), who, attributes="[]", **to)


async def test_who_showed_as_a_number_becomes_a_user_with_a_role(call: Call) -> None:
    who = await joins(call, (await talk(call)).sid, projected_address=PROXY)
    known = await changes(call, who, identity="ben")
    service = await services.fetch(call, call.service_sid)
    assert known.user_sid == (await users.fetch(call, "ben")).sid
    assert known.role_sid == service.default_conversation_role_sid
    assert (known.projected_address, known.messaging_type) == (PROXY, "sms")
    assert await changes(call, known, identity="ben") == known


async def test_who_chats_may_show_as_a_number_and_cease_to(call: Call) -> None:
    room = await talk(call, "ada")
    ada = await participants.fetch(call, room.sid, "ada")
    shown = await changes(call, ada, projected_address=PROXY)
    assert (shown.messaging_type, shown.projected_address) == ("sms", PROXY)
    assert (await conversations.fetch(call, room.sid)).group_mms == 1
    assert await changes(call, shown, projected_address=None) == ada
    assert (await conversations.fetch(call, room.sid)).group_mms == 0


async def test_a_conversation_has_room_for_so_many_addresses(call: Call) -> None:
    config = replace(call.resources.config, limits=Limits(addresses_per_conversation=2))
    tight = replace(call, resources=replace(call.resources, config=config))
    room = await talk(tight, "ada")
    await joins(tight, room.sid, address=PHONE, proxy_address=PROXY)
    await joins(tight, room.sid, address=OTHER_PHONE, proxy_address=PROXY)
    with refused(tight, errors.TooManyAddresses):
        await joins(tight, room.sid, address="+15550003", proxy_address=PROXY)
    await joins(tight, room.sid, identity="ben")
