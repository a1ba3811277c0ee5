"""Push credentials: kept for the sender of notifications, and never shown again."""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain.call import Call
from partywire.model.credentials import PushCredential, PushCredentialChanges
from partywire.model.pages import Page, PageRequest
from partywire.storage import credentials as store

_LONGEST_NAME: Final = 64  # source: "Credential Properties"


def _check(changes: PushCredentialChanges) -> None:
    name = changes.friendly_name
    if isinstance(name, str) and len(name) > _LONGEST_NAME:
        raise errors.FriendlyNameTooLong(f"FriendlyName is longer than {_LONGEST_NAME} characters")


def _encrypted(call: Call, secrets: Mapping[str, str]) -> dict[str, str]:
    """Each by itself, so that one can be replaced without another being opened."""
    return {name: call.resources.vault.encrypt(secret) for name, secret in secrets.items()}


def _with(written: str, encrypted: dict[str, str]) -> str:
    """The secrets as they are stored, with these put in the place of those of the same name."""
    kept = msgspec.json.decode(written, type=dict[str, str])
    return msgspec.json.encode(kept | encrypted).decode()


async def create(
    call: Call, changes: PushCredentialChanges, secrets: Mapping[str, str]
) -> PushCredential:
    """Makes a credential.

    Raises:
        BadPushType: it is not said for which push service.
        FriendlyNameTooLong: of the name.
    """
    if changes.type is UNSET:
        raise errors.BadPushType
    _check(changes)
    credential = PushCredential(
        sid=call.sid(sids.CREDENTIAL),
        account=call.scope.account,
        type=changes.type,
        friendly_name=None,
        sandbox=0,
        secrets=_with("{}", _encrypted(call, secrets)),
        date_created=call.now,
        date_updated=call.now,
    )
    credential = changes.applied_to(credential)
    async with call.database.transaction() as transaction:
        await store.add(transaction, credential)
    return credential


async def page(call: Call, request: PageRequest) -> Page[PushCredential]:
    """The account's credentials, in the order of their SIDs."""
    return await store.page(call.database, call.scope.account, request)


async def fetch(call: Call, sid: str) -> PushCredential:
    """One credential.

    Raises:
        NotFound: the account has no such credential.
    """
    credential = await store.fetch(call.database, call.scope.account, sid)
    if credential is None:
        raise errors.NotFound
    return credential


async def update(
    call: Call, sid: str, changes: PushCredentialChanges, secrets: Mapping[str, str]
) -> PushCredential:
    """Changes a credential; nothing given changes nothing.

    Raises:
        NotFound: the account has no such credential.
        FriendlyNameTooLong: of the name.
    """
    _check(changes)
    encrypted = _encrypted(call, secrets)
    async with call.database.transaction() as transaction:
        credential = await store.lock(transaction, call.scope.account, sid)
        if credential is None:
            raise errors.NotFound
        if changes.given() or encrypted:
            credential = replace(
                changes.applied_to(credential),
                secrets=_with(credential.secrets, encrypted),
                date_updated=call.now,
            )
            await store.save(transaction, credential)
    return credential


async def delete(call: Call, sid: str) -> None:
    """Deletes a credential; bindings that name it stay.

    Raises:
        NotFound: the account has no such credential.
    """
    async with call.database.transaction() as transaction:
        if not await store.delete(transaction, call.scope.account, sid):
            raise errors.NotFound
