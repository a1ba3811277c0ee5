"""Accounts and API keys: who may come in."""

import hmac

from partywire import sids
from partywire.domain import services
from partywire.domain.call import Resources
from partywire.model.accounts import Account, ApiKey, Credential
from partywire.storage import accounts as store
from partywire.storage.database import Reader, Transaction

_LONGEST_USERNAME = 64
_DEFAULT_SERVICE_NAME = "Default Conversations Service"
_SIGNS = "Signs the access tokens that are made here"


class UnknownAccount(Exception):
    """There is no such account."""


class UnknownKey(Exception):
    """The account has no such API key."""


async def authenticate(resources: Resources, username: str, password: str) -> Credential | None:
    """Who these credentials are; None if they are nobody's.

    Where the server lets in whoever comes (``open_accounts``), an unknown pair of an ``AC…`` or
    ``SK…`` and any password opens an account of its own.
    """
    known = await _matching(resources, resources.database, username, password)
    if known is not None or not resources.config.open_accounts:
        return known
    if not _may_open(username) or not password:
        return None
    async with resources.database.transaction() as transaction:
        # Another request, or another node, may have opened it meanwhile.
        await store.take_turn(transaction, username)
        known = await _matching(resources, transaction, username, password)
        return known or await _open(resources, transaction, username, password)


def _may_open(username: str) -> bool:
    """Whether this looks like a SID: it will stand in answers, and in headers."""
    sid_like = username.isascii() and username.isalnum() and len(username) <= _LONGEST_USERNAME
    return sid_like and username.startswith(("AC", "SK"))


async def _matching(
    resources: Resources, reader: Reader, username: str, password: str
) -> Credential | None:
    found = None
    given = password.encode()
    for credential in await store.credentials(reader, username):
        if hmac.compare_digest(resources.vault.decrypt(credential.encrypted), given):
            found = credential
    return found


async def _open(
    resources: Resources, transaction: Transaction, username: str, password: str
) -> Credential:
    if username.startswith("AC"):
        account = await _add(resources, transaction, username, password, None)
    else:
        account = await _add(resources, transaction, None, sids.secret(), None)
        await _add_key(resources, transaction, account, username, password, None)
    return Credential(account.id, account.sid, account.default_service_sid, account.token)


async def _add(
    resources: Resources,
    transaction: Transaction,
    sid: str | None,
    token: str,
    friendly_name: str | None,
) -> Account:
    key = resources.mint.sid(sids.ACCOUNT)
    now = resources.clock.now()
    account = Account(
        id=key,
        sid=sid or key,
        friendly_name=friendly_name,
        token=resources.vault.encrypt(token),
        default_service_sid="",
        date_created=now,
    )
    await store.add(transaction, account)
    service = await services.born(transaction, key, _DEFAULT_SERVICE_NAME, resources.mint, now)
    return await store.set_default_service(transaction, account, service.sid)


async def _add_key(
    resources: Resources,
    transaction: Transaction,
    account: Account,
    sid: str | None,
    secret: str,
    friendly_name: str | None,
) -> ApiKey:
    minted = resources.mint.sid(sids.API_KEY)
    key = ApiKey(
        id=minted,
        sid=sid or minted,
        account=account.id,
        friendly_name=friendly_name,
        secret=resources.vault.encrypt(secret),
        date_created=resources.clock.now(),
    )
    await store.add_key(transaction, key)
    return key


async def create(resources: Resources, friendly_name: str | None = None) -> tuple[Account, str]:
    """Makes an account with its default service; returns it and its auth token."""
    token = sids.secret()
    async with resources.database.transaction() as transaction:
        return await _add(resources, transaction, None, token, friendly_name), token


async def every(resources: Resources) -> list[Account]:
    """All accounts, in the order of their SIDs."""
    return await store.every(resources.database)


async def fetch(resources: Resources, sid: str) -> Account:
    """One account.

    Raises:
        UnknownAccount: there is no such account.
    """
    return await _the(resources.database, sid)


async def rotate(resources: Resources, sid: str) -> str:
    """Gives the account a new auth token and returns it; the old one ends at once.

    Raises:
        UnknownAccount: there is no such account.
    """
    token = sids.secret()
    async with resources.database.transaction() as transaction:
        account = await _the(transaction, sid)
        await store.set_token(transaction, account.id, resources.vault.encrypt(token))
    return token


async def create_key(
    resources: Resources, account_sid: str, friendly_name: str | None = None
) -> tuple[ApiKey, str]:
    """Makes an API key; returns it and its secret.

    Raises:
        UnknownAccount: there is no such account.
    """
    secret = sids.secret()
    async with resources.database.transaction() as transaction:
        account = await _the(transaction, account_sid)
        key = await _add_key(resources, transaction, account, None, secret, friendly_name)
    return key, secret


async def signing_key(
    resources: Resources, account_id: str, key_sid: str | None = None
) -> tuple[Account, ApiKey]:
    """The key that signs what is made for an account here: its first, made where it has none.

    Args:
        resources: the server's.
        account_id: key of the account's row.
        key_sid: the key that is wanted; None for any.

    Raises:
        UnknownAccount, UnknownKey: there is no such thing.
    """
    async with resources.database.transaction() as transaction:
        account = await store.lock(transaction, account_id)
        if account is None:
            raise UnknownAccount(account_id)
        found = await store.keys(transaction, account_id)
        if key_sid is not None:
            found = [key for key in found if key.sid == key_sid]
            if not found:
                raise UnknownKey(key_sid)
        if found:
            return account, found[0]
        made = await _add_key(resources, transaction, account, None, sids.secret(), _SIGNS)
    return account, made


async def introduce_key(resources: Resources, account_id: str, sid: str, secret: str) -> None:
    """Gives an account a key of a chosen SID and secret, unless it has one of that SID."""
    async with resources.database.transaction() as transaction:
        account = await store.lock(transaction, account_id)
        if account is None:
            raise UnknownAccount(account_id)
        known = await store.keys(transaction, account_id)
        if all(key.sid != sid for key in known):
            await _add_key(resources, transaction, account, sid, secret, None)


async def keys(resources: Resources, account_sid: str) -> list[ApiKey]:
    """The account's API keys.

    Raises:
        UnknownAccount: there is no such account.
    """
    account = await _the(resources.database, account_sid)
    return await store.keys(resources.database, account.id)


async def delete_key(resources: Resources, account_sid: str, sid: str) -> None:
    """Deletes an API key; it ends at once.

    Raises:
        UnknownAccount, UnknownKey: there is no such thing.
    """
    async with resources.database.transaction() as transaction:
        account = await _the(transaction, account_sid)
        if not await store.delete_key(transaction, account.id, sid):
            raise UnknownKey(sid)


async def _the(reader: Reader, sid: str) -> Account:
    found = await store.by_sid(reader, sid)
    if not found:
        raise UnknownAccount(sid)
    return found[0]
