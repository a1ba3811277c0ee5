"""Bindings: users' devices, as the chat SDKs registered them."""

from typing import Final, get_args

import msgspec
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import presences
from partywire.domain.call import Call, Resources
from partywire.model.bindings import Binding, BindingFilter, BindingType, NewBinding
from partywire.model.pages import Page, PageRequest
from partywire.model.pushes import PushKind
from partywire.model.subscriptions import subscription
from partywire.model.users import User
from partywire.storage import bindings as store
from partywire.storage import credentials as credential_store
from partywire.storage import users as user_store
from partywire.storage.database import Transaction
from partywire.storage.pushes import Due

_KINDS: Final[tuple[PushKind, ...]] = get_args(PushKind)
_LONGEST_ENDPOINT: Final = 4096
_CREDENTIALS: Final[dict[BindingType, tuple[str, ...]]] = {
    "apn": ("apn",),
    "fcm": ("fcm", "gcm"),
    "gcm": ("gcm", "fcm"),
}


def _check(new: NewBinding) -> None:
    """Refuses what no device can be registered with.

    Raises:
        BadRequest: so it is.
    """
    if not new.message_types or not set(new.message_types) <= set(_KINDS):
        raise errors.BadRequest(f"message types must be some of {', '.join(_KINDS)}")
    endpoint = new.endpoint
    if not endpoint or len(endpoint) > _LONGEST_ENDPOINT or not endpoint.isprintable():
        raise errors.BadRequest("the endpoint is empty, too long, or has control characters")
    if new.binding_type == "apn" and not _is_hexadecimal(endpoint):
        raise errors.BadRequest("the endpoint of an apn binding is a device token in hexadecimal")
    if new.binding_type == "webpush":
        try:
            subscription(endpoint)
        except ValueError as error:
            raise errors.BadRequest(f"the endpoint of a webpush binding: {error}") from None


def _is_hexadecimal(text: str) -> bool:
    return text.isascii() and all(each in "0123456789abcdefABCDEF" for each in text)


async def _check_credential(call: Call, transaction: Transaction, new: NewBinding) -> None:
    fitting = _CREDENTIALS.get(new.binding_type)
    if fitting is None:
        if new.credential_sid is not None:
            raise errors.BadRequest(f"a {new.binding_type} binding takes no credential")
        return
    sid = new.credential_sid or ""
    credential = await credential_store.fetch(transaction, call.scope.account, sid)
    if credential is None:
        raise errors.BadRequest(f"the account has no credential {sid}".rstrip())
    if credential.type not in fitting:
        raise errors.BadRequest(
            f"{sid} is a credential of type {credential.type}, not {new.binding_type}"
        )


async def _tell(
    resources: Resources, transaction: Transaction, user: User, before: int | None
) -> None:
    """Tells clients if this was a user's first device, or the end of their last one.

    Args:
        resources: the server's.
        transaction: one in which the user is held.
        user: whose device came or went.
        before: whether they had one before; None where nobody is shown it.
    """
    if before is None:
        return
    if before != await user_store.devices(transaction, user.service_sid, user.sid):
        await presences.tell(resources, transaction, user.service_sid, user.sid)


async def _held(call: Call, transaction: Transaction, identity: str, new: NewBinding) -> User:
    """The user, who alone has the device from now on: it is taken from others who have it.

    Raises:
        NotFound: the service has no such user.
    """
    service_sid, device = call.service_sid, (new.binding_type, new.endpoint)
    user = await user_store.by_identity(transaction, service_sid, identity)
    if user is None:
        raise errors.NotFound
    others = await store.of_device(transaction, service_sid, *device)
    # In one order, as everybody who holds several of a kind.
    sids_held = sorted({user.sid, *(other.user_sid for other in others)})
    found = [await user_store.lock(transaction, service_sid, sid) for sid in sids_held]
    held = {each.sid: each for each in found if each is not None}
    for other in await store.of_device(transaction, service_sid, *device):
        owner = held.get(other.user_sid)
        if owner is not None and owner.sid != user.sid:
            await _take_away(call.resources, transaction, owner, other.sid)
    if user.sid not in held:
        raise errors.NotFound
    return held[user.sid]


async def _take_away(resources: Resources, transaction: Transaction, owner: User, sid: str) -> bool:
    """Deletes a binding of a user who is held; returns whether there was one."""
    before = await user_store.devices(transaction, owner.service_sid, owner.sid)
    was_there = await store.delete(transaction, owner.service_sid, sid)
    if was_there:
        await _tell(resources, transaction, owner, before)
    return was_there


async def create(call: Call, identity: str, new: NewBinding) -> Binding:
    """Registers a device of a user: notifications are pushed to it from now on.

    A device that is registered again keeps its SID, and takes over what is new; one that another
    user of the service had is theirs no more (decided: decisions/0046).

    Raises:
        NotFound: the service has no such user.
        BadRequest: a value is not acceptable.
    """
    _check(new)
    types = [kind for kind in _KINDS if kind in new.message_types]
    async with call.database.transaction() as transaction:
        user = await _held(call, transaction, identity, new)
        await _check_credential(call, transaction, new)
        binding = Binding(
            sid=call.sid(sids.BINDING),
            service_sid=call.service_sid,
            user_sid=user.sid,
            identity=identity,
            binding_type=new.binding_type,
            endpoint=new.endpoint,
            credential_sid=new.credential_sid,
            message_types=msgspec.json.encode(types).decode(),
            date_created=call.now,
            date_updated=call.now,
        )
        known = await store.same(transaction, user.sid, new.binding_type, new.endpoint)
        if known is None:
            before = await user_store.devices(transaction, call.service_sid, user.sid)
            await store.add(transaction, binding)
            await _tell(call.resources, transaction, user, before)
            return binding
        binding = replace(binding, sid=known.sid, date_created=known.date_created)
        await store.renew(transaction, binding)
    return binding


async def page(call: Call, wanted: BindingFilter, request: PageRequest) -> Page[Binding]:
    """The service's bindings, in the order of their SIDs.

    Raises:
        BadRequest: more identities are wanted than are looked for at once.
    """
    most = store.MOST_IDENTITIES
    if len(wanted.identities) > most:
        raise errors.BadRequest(f"Identity can be given at most {most} times")
    return await store.page(call.database, call.service_sid, wanted, request)


async def fetch(call: Call, sid: str) -> Binding:
    """One binding.

    Raises:
        NotFound: the service has no such binding.
    """
    binding = await store.fetch(call.database, call.service_sid, sid)
    if binding is None:
        raise errors.NotFound
    return binding


async def delete(call: Call, sid: str) -> None:
    """Deletes a binding: nothing is pushed to that device any more.

    Raises:
        NotFound: the service has no such binding.
    """
    user_sid = (await fetch(call, sid)).user_sid
    async with call.database.transaction() as transaction:
        user = await user_store.lock(transaction, call.service_sid, user_sid)
        if user is None or not await _take_away(call.resources, transaction, user, sid):
            raise errors.NotFound


async def forget(call: Call, identity: str, binding_type: BindingType, endpoint: str) -> None:
    """Deletes a user's binding of a device; nothing if there is none (any more)."""
    async with call.database.transaction() as transaction:
        user = await user_store.lock_by_identity(transaction, call.service_sid, identity)
        if user is None:
            return
        known = await store.same(transaction, user.sid, binding_type, endpoint)
        if known is not None:
            await _take_away(call.resources, transaction, user, known.sid)


async def bury(resources: Resources, transaction: Transaction, due: Due) -> None:
    """Deletes the binding of a device that is gone, unless it was registered again since then.

    Args:
        resources: the server's.
        transaction: in which nothing is held yet that comes after users.
        due: what was pushed to it.
    """
    if due.registered is None:
        return
    user = await user_store.lock(transaction, due.service_sid, due.user_sid)
    if user is not None:
        before = await user_store.devices(transaction, user.service_sid, user.sid)
        device = (user.service_sid, due.binding_sid, due.registered)
        await store.delete_dead(transaction, *device)
        await _tell(resources, transaction, user, before)
