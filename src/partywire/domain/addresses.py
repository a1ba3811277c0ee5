"""The configurations of an account's own addresses: what a message to them begins."""

from typing import Final

import msgspec
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain.call import Call
from partywire.domain.texts import check_length
from partywire.model.addresses import (
    Address,
    AddressChanges,
    AddressType,
    AutoCreation,
    AutoCreationChanges,
    AutoCreationType,
)
from partywire.model.pages import Page, PageRequest
from partywire.storage import addresses as store
from partywire.storage import services as service_store
from partywire.storage.database import Reader

# Source: the limits page of the Conversations docs.
_ADDRESS_CHARACTERS: Final = 256

_ANY_TYPE: Final = frozenset({"enabled", "type", "conversation_service_sid"})
# What a type uses; of what else is sent to it, nothing is kept.
_USED: Final[dict[AutoCreationType, frozenset[str]]] = {
    "default": _ANY_TYPE,
    "webhook": _ANY_TYPE | {"webhook_url", "webhook_method", "webhook_filters"},
    "studio": _ANY_TYPE | {"studio_flow_sid", "studio_retry_count"},
}
# As for the webhook that every conversation gets which begins so.
_MISSING: Final[dict[str, type[errors.BadRequest]]] = {
    "webhook_url": errors.WebhookUrlMissing,
    "webhook_filters": errors.WebhookFiltersMissing,
    "studio_flow_sid": errors.BadFlowSid,
}

_decode = msgspec.json.Decoder(AutoCreation).decode


def auto_creation(address: Address) -> AutoCreation:
    """How conversations begin at this address."""
    return _decode(address.auto_creation)


def _written(creation: AutoCreation) -> str:
    return msgspec.json.encode(creation).decode()


def _changed(creation: AutoCreation, changes: AutoCreationChanges) -> AutoCreation:
    """With the changes, without what its type does not use.

    Raises:
        WebhookUrlMissing, WebhookFiltersMissing, BadFlowSid: what its type needs is missing.
    """
    changed = changes.applied_to(creation)
    kept = {name: getattr(changed, name) for name in _USED[changed.type]}
    if changed.type == "webhook" and changed.webhook_method is None:
        kept["webhook_method"] = "POST"
    for name, error in _MISSING.items():
        if name in kept and not kept[name]:
            raise error
    return AutoCreation(**kept)


async def _check_service(call: Call, reader: Reader, sid: object) -> None:
    """Refuses a service that the account does not have; what is not given or null passes."""
    if not isinstance(sid, str):
        return
    if await service_store.fetch(reader, call.scope.account, sid) is None:
        message = f"AutoCreation.ConversationServiceSid {sid} is not a service of this account"
        raise errors.ServiceNotFound(message)


async def create(
    call: Call,
    kind: AddressType | None,
    address: str | None,
    changes: AddressChanges,
    creation: AutoCreationChanges,
) -> Address:
    """Configures an address.

    Raises:
        Conflict: the address has a configuration.
        BadRequest: a value is missing or not acceptable.
    """
    if kind is None:
        raise errors.BadRequest("Type is missing")
    if not address:
        raise errors.BadRequest("Address is missing")
    if len(address) > _ADDRESS_CHARACTERS:
        raise errors.BadRequest(f"Address is longer than {_ADDRESS_CHARACTERS} characters")
    check_length(changes.friendly_name, call.limits.name_characters, errors.FriendlyNameTooLong)
    blank = Address(
        sid=call.sid(sids.ADDRESS),
        account=call.scope.account,
        type=kind,
        address=address,
        friendly_name=None,
        address_country=None,
        auto_creation=_written(_changed(AutoCreation(), creation)),
        date_created=call.now,
        date_updated=call.now,
    )
    async with call.database.transaction() as transaction:
        await _check_service(call, transaction, creation.conversation_service_sid)
        made = await store.add(transaction, changes.applied_to(blank))
        if made is None:
            raise errors.Conflict(f"An address configuration for {address} exists already")
    return made


async def page(call: Call, kind: AddressType | None, request: PageRequest) -> Page[Address]:
    """The account's configurations, of one type or of all, in the order of their SIDs."""
    return await store.page(call.database, call.scope.account, kind, request)


async def fetch(call: Call, key: str) -> Address:
    """One configuration, by SID or address; what has the shape of a SID is a SID.

    Raises:
        NotFound: the account has no such configuration.
    """
    if sids.is_sid(key, sids.ADDRESS):
        address = await store.by_sid(call.database, call.scope.account, key)
    else:
        address = await store.by_address(call.database, call.scope.account, key)
    if address is None:
        raise errors.NotFound
    return address


async def update(
    call: Call, key: str, changes: AddressChanges, creation: AutoCreationChanges
) -> Address:
    """Changes a configuration; nothing given changes nothing.

    Raises:
        NotFound: the account has no such configuration.
        BadRequest: a value is taken away that the type needs, or is not acceptable.
    """
    check_length(changes.friendly_name, call.limits.name_characters, errors.FriendlyNameTooLong)
    sid = (await fetch(call, key)).sid
    async with call.database.transaction() as transaction:
        address = await store.lock(transaction, call.scope.account, sid)
        if address is None:
            raise errors.NotFound
        await _check_service(call, transaction, creation.conversation_service_sid)
        created = _changed(auto_creation(address), creation)
        if changes.given() or creation.given().keys() & _USED[created.type]:
            address = replace(address, auto_creation=_written(created), date_updated=call.now)
            address = changes.applied_to(address)
            await store.save(transaction, address)
    return address


async def delete(call: Call, key: str) -> None:
    """Deletes a configuration.

    Raises:
        NotFound: the account has no such configuration.
    """
    sid = (await fetch(call, key)).sid
    async with call.database.transaction() as transaction:
        if not await store.delete(transaction, call.scope.account, sid):
            raise errors.NotFound
