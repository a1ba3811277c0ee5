"""Messaging bindings: participants who take part by an address, and who may have which.

An account's pair of address and proxy is in one open conversation at most, and so is a group of
numbers; both are free again when the conversation closes or the participant goes. Source: the
Participant resource's documents and the error dictionary; the rest: decisions/0013.
"""

import re
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors
from partywire.domain.call import Call
from partywire.model.conversations import Conversation
from partywire.model.participants import (
    MessagingType,
    NewParticipant,
    Participant,
    ParticipantChanges,
)
from partywire.storage import conversations as conversation_store
from partywire.storage import messaging_bindings as store
from partywire.storage import participants as participant_store
from partywire.storage.database import Transaction

_LONGEST_ADDRESS: Final = 256
_MOST_IN_GROUP: Final = 10
_KINDS: Final[tuple[tuple[MessagingType, re.Pattern[str]], ...]] = (
    ("sms", re.compile(r"\+[1-9]\d{1,14}|\d{3,8}", re.ASCII)),
    ("whatsapp", re.compile(r"whatsapp:[^\s@]+")),
    ("messenger", re.compile(r"messenger:\S+")),
    ("rcs", re.compile(r"rcs:\S+")),
    ("gbm", re.compile(r"gbm:\S+")),
    ("apple", re.compile(r"(?:apple:|urn:mbid:)\S+")),
    ("email", re.compile(r"[^\s@:]+@[^\s@]+")),
)


def kind_of(address: str, error: type[errors.ApiError]) -> MessagingType:
    """The channel that an address belongs to.

    Raises:
        error: it belongs to none, or is longer than 256 characters.
    """
    if len(address) <= _LONGEST_ADDRESS:
        for kind, pattern in _KINDS:
            if pattern.fullmatch(address):
                return kind
    raise error


def check_pair(address: str, proxy_address: str) -> MessagingType:
    """The channel by which an address talks to a proxy.

    Raises:
        BadAddress, BadProxyAddress, AddressKindsDiffer, AddressEqualsProxy: it cannot.
    """
    kind = kind_of(address, errors.BadAddress)
    if kind_of(proxy_address, errors.BadProxyAddress) != kind:
        raise errors.AddressKindsDiffer
    if address == proxy_address:
        raise errors.AddressEqualsProxy
    return kind


def check(new: NewParticipant) -> MessagingType | None:
    """Which channel a newcomer takes part by; None for who chats only.

    Raises:
        IdentityMissing: there is neither an identity nor an address.
        IdentityNotAcceptable, BindingNotSupported, AddressMissing, ProxyAddressMissing: these
            parameters do not go together, or one of them is blank.
        BadAddress, BadProxyAddress, AddressKindsDiffer, AddressEqualsProxy: of the addresses.
    """
    address, proxy, projected = new.address, new.proxy_address, new.projected_address
    if address is UNSET and proxy is UNSET and projected is UNSET:
        return None
    if address == "" or (address is UNSET and proxy is not UNSET):
        raise errors.AddressMissing
    if address is not UNSET:
        return _check_with_address(new, address)
    if not isinstance(projected, str) or kind_of(projected, errors.BadProxyAddress) != "sms":
        raise errors.BadProxyAddress
    return "sms"


def _check_with_address(new: NewParticipant, address: str) -> MessagingType:
    if new.projected_address is not UNSET:
        raise errors.BindingNotSupported
    if new.identity:
        raise errors.IdentityNotAcceptable
    if isinstance(new.proxy_address, str) and new.proxy_address:
        return check_pair(address, new.proxy_address)
    # Without a proxy it is somebody's number in a Group MMS.
    if new.proxy_address == "" or kind_of(address, errors.BadAddress) != "sms":
        raise errors.ProxyAddressMissing
    return "sms"


async def check_room(call: Call, transaction: Transaction, participant: Participant) -> None:
    """Refuses an address where there are as many as may be.

    Raises:
        TooManyAddresses, TooManyInGroup: of all addresses, of a Group MMS.
        GroupParticipantExists: the number is in the conversation's Group MMS already.
    """
    if participant.messaging_type is None:
        return
    key = (call.service_sid, participant.conversation_sid)
    addressed = await participant_store.with_address(transaction, *key)
    if participant.address is not None:
        if len(addressed) >= call.limits.addresses_per_conversation:
            raise errors.TooManyAddresses
        if participant.proxy_address is not None:
            return
    group = _without_proxy(addressed) + await participant_store.with_projection(transaction, *key)
    if _numbers(group) & _numbers([participant]):
        raise errors.GroupParticipantExists
    if len(group) >= _MOST_IN_GROUP:
        raise errors.TooManyInGroup


async def _group(call: Call, transaction: Transaction, conversation_sid: str) -> list[Participant]:
    """Who is in the conversation's Group MMS."""
    key = (call.service_sid, conversation_sid)
    addressed = await participant_store.with_address(transaction, *key)
    return _without_proxy(addressed) + await participant_store.with_projection(transaction, *key)


def _without_proxy(addressed: list[Participant]) -> list[Participant]:
    return [each for each in addressed if each.proxy_address is None]


def _numbers(group: list[Participant]) -> set[str]:
    """All numbers that show in a Group MMS of these."""
    numbers = {each.address for each in group} | {each.projected_address for each in group}
    return {number for number in numbers if number is not None}


async def hold_pairs(call: Call, transaction: Transaction, participants: list[Participant]) -> None:
    """Takes the pairs of those who have one, in one order for everybody.

    Raises:
        PairTaken: another open conversation has one of them.
    """
    for participant in sorted(participants, key=_pair):
        await hold_pair(call, transaction, participant)


def _pair(participant: Participant) -> tuple[str, str]:
    return participant.address or "", participant.proxy_address or ""


async def hold_pair(call: Call, transaction: Transaction, participant: Participant) -> None:
    """Takes the participant's pair, if they have one.

    Raises:
        PairTaken: another open conversation has it.
    """
    address, proxy = participant.address, participant.proxy_address
    if address is None or proxy is None:
        return
    account, conversation_sid = call.scope.account, participant.conversation_sid
    holder = await store.take_pair(
        transaction, account, address, proxy, conversation_sid, participant.sid
    )
    if holder is not None:
        raise errors.PairTaken(holder)


async def hold_group(call: Call, transaction: Transaction, newcomers: list[Participant]) -> None:
    """Takes the group that the conversation is now, if one of those who joined it is in it.

    Raises:
        GroupTaken: another open conversation has it.
    """
    for participant in newcomers:
        if is_in_group(participant):
            sid = participant.conversation_sid
            await _take_group(call, transaction, sid, await _group(call, transaction, sid))
            return


def is_in_group(participant: Participant) -> bool:
    """Whether the participant is one of a Group MMS."""
    return participant.messaging_type is not None and participant.proxy_address is None


async def let_go(
    call: Call, transaction: Transaction, conversation: Conversation, participant: Participant
) -> None:
    """Gives free what somebody held who has been deleted from a conversation that is held."""
    if is_in_group(participant) and conversation.state != "closed":
        sid = conversation.sid
        # Who leaves is not held back by a group that looks the same without them.
        await _regroup(call, transaction, sid, await _group(call, transaction, sid))


async def release(transaction: Transaction, conversation_sid: str) -> None:
    """Gives free whatever a conversation held that is closed now."""
    await store.release(transaction, conversation_sid)


async def _take_group(
    call: Call, transaction: Transaction, conversation_sid: str, group: list[Participant]
) -> None:
    holder = await _regroup(call, transaction, conversation_sid, group)
    if holder is not None:
        raise errors.GroupTaken(holder)


async def _regroup(
    call: Call, transaction: Transaction, conversation_sid: str, group: list[Participant]
) -> str | None:
    """Says which group of numbers the conversation is now; returns who has it, if one."""
    projects = any(each.projected_address for each in group)
    is_group = int(projects)
    await conversation_store.set_group(transaction, call.service_sid, conversation_sid, is_group)
    await store.release_group(transaction, conversation_sid)
    if not projects or not any(each.address for each in group):
        return None
    addresses = " ".join(sorted(_numbers(group)))
    return await store.take_group(transaction, call.scope.account, addresses, conversation_sid)


def changed(participant: Participant, changes: ParticipantChanges) -> Participant:
    """The participant with the changes to its addresses.

    Raises:
        ProxyAddressNotRemovable, ProxyAddressNotSettable, ProjectedAddressNotRemovable,
            ProjectedAddressNotSettable: they cannot be had here.
        BadProxyAddress, AddressKindsDiffer, AddressEqualsProxy: of the addresses.
    """
    proxy, projected = changes.proxy_address, changes.projected_address
    if proxy is not UNSET:
        participant = _with_proxy(participant, proxy)
    if projected is not UNSET:
        participant = _with_projection(participant, projected)
    return participant


def _with_proxy(participant: Participant, proxy: str | None) -> Participant:
    if proxy is None:
        # Only a number can go on without a proxy: in a Group MMS.
        if participant.proxy_address is None or participant.messaging_type != "sms":
            raise errors.ProxyAddressNotRemovable
    elif participant.address is None:
        raise errors.ProxyAddressNotSettable
    else:
        check_pair(participant.address, proxy)
    return replace(participant, proxy_address=proxy)


def _with_projection(participant: Participant, projected: str | None) -> Participant:
    if projected is None:
        # Who only shows as a number would be nobody without it.
        if participant.projected_address is None or participant.identity is None:
            raise errors.ProjectedAddressNotRemovable
        return replace(participant, projected_address=None, messaging_type=None)
    if participant.address is not None:
        raise errors.ProjectedAddressNotSettable
    if kind_of(projected, errors.BadProxyAddress) != "sms":
        raise errors.BadProxyAddress
    return replace(participant, projected_address=projected, messaging_type="sms")


async def rehold(
    call: Call, transaction: Transaction, before: Participant, after: Participant
) -> None:
    """Takes what the participant needs now instead of before.

    Raises:
        PairTaken, GroupTaken: another open conversation has it.
        GroupParticipantExists, TooManyInGroup: the conversation's Group MMS has the number
            already, or as many as may be.
    """
    was = (before.proxy_address, before.projected_address)
    now = (after.proxy_address, after.projected_address)
    if was == now:
        return
    if before.proxy_address is not None:
        await store.release_pair(transaction, before.conversation_sid, before.sid)
    if before.proxy_address is None or after.proxy_address is None:
        group = await _group(call, transaction, after.conversation_sid)
        others = [each for each in group if each.sid != after.sid]
        if after.proxy_address is None and _numbers(others) & _numbers([after]):
            raise errors.GroupParticipantExists
        if len(group) > _MOST_IN_GROUP:
            raise errors.TooManyInGroup
        await _take_group(call, transaction, after.conversation_sid, group)
    await hold_pair(call, transaction, after)
