"""Accounts and API keys: who may come in."""

import asyncio

import pytest
from cryptography.fernet import Fernet
from msgspec.structs import replace

from domain.scenes import stored
from partywire import sids
from partywire.domain import accounts
from partywire.domain.accounts import UnknownAccount, UnknownKey
from partywire.domain.call import Resources
from partywire.storage import services as service_store
from partywire.storage.vault import Vault, VaultFailure

STRANGER = "AC" + "2" * 32


@pytest.fixture
async def closed(resources: Resources) -> Resources:
    """What a server that lets in known accounts only shares."""
    return replace(resources, config=replace(resources.config, open_accounts=False))


async def test_a_bench_opens_an_account_for_whoever_comes(resources: Resources) -> None:
    credential = await accounts.authenticate(resources, STRANGER, "token")
    assert credential is not None
    assert credential.account_sid == STRANGER
    service = await service_store.fetch(
        resources.database, credential.account, credential.default_service_sid
    )
    assert service is not None
    assert await accounts.authenticate(resources, STRANGER, "token") == credential


async def test_a_bench_opens_another_account_for_another_token(resources: Resources) -> None:
    first = await accounts.authenticate(resources, STRANGER, "token")
    second = await accounts.authenticate(resources, STRANGER, "other")
    assert first is not None
    assert second is not None
    assert first.account_sid == second.account_sid == STRANGER
    assert first.account != second.account
    assert first.default_service_sid != second.default_service_sid
    assert await accounts.authenticate(resources, STRANGER, "token") == first


async def test_a_bench_opens_an_account_for_an_unknown_key(resources: Resources) -> None:
    credential = await accounts.authenticate(resources, "SKwhatever", "secret")
    assert credential is not None
    assert sids.is_sid(credential.account_sid, sids.ACCOUNT)
    again = await accounts.authenticate(resources, "SKwhatever", "secret")
    assert again is not None
    assert again.account == credential.account
    other = await accounts.authenticate(resources, "SKwhatever", "other")
    assert other is not None
    assert other.account != credential.account


async def test_requests_that_come_together_open_one_account(resources: Resources) -> None:
    found = await asyncio.gather(
        *(accounts.authenticate(resources, STRANGER, "token") for _ in range(8))
    )
    assert len({one.account for one in found if one}) == 1
    assert len(await accounts.every(resources)) == 1


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("", "token"),
        ("ada", "token"),
        ("US" + "2" * 32, "token"),
        ("ac" + "2" * 32, "token"),
        ("AC" + "2" * 63, "token"),
        ("AC/../1", "token"),
        ("AC 1", "token"),
        ("AC\r\n1", "token"),
        ("AC\u0661", "token"),
        ("SK\xe9", "token"),
        (STRANGER, ""),
        ("SK1", ""),
    ],
)
async def test_a_bench_opens_no_account_for_nonsense(
    resources: Resources, username: str, password: str
) -> None:
    before = stored(resources)
    assert await accounts.authenticate(resources, username, password) is None
    assert stored(resources) == before


async def test_the_longest_user_name_is_let_in(resources: Resources) -> None:
    assert await accounts.authenticate(resources, "AC" + "2" * 62, "token") is not None


@pytest.mark.parametrize("username", [STRANGER, "SK" + "2" * 32])
async def test_a_server_lets_in_nobody_unknown(closed: Resources, username: str) -> None:
    before = stored(closed)
    assert await accounts.authenticate(closed, username, "token") is None
    assert stored(closed) == before


async def test_a_server_lets_in_a_known_account_with_its_token_only(closed: Resources) -> None:
    account, token = await accounts.create(closed, "Acme")
    credential = await accounts.authenticate(closed, account.sid, token)
    assert credential is not None
    assert credential.account == account.id
    assert credential.default_service_sid == account.default_service_sid
    for wrong in ("", token[:-1], token + "0", token.upper() + "x", account.token, "é"):
        assert await accounts.authenticate(closed, account.sid, wrong) is None
    assert await accounts.authenticate(closed, "SK" + account.sid[2:], token) is None


async def test_an_account_has_a_default_service_and_a_note(closed: Resources) -> None:
    account, _ = await accounts.create(closed, "Acme")
    service = await service_store.fetch(closed.database, account.id, account.default_service_sid)
    assert service is not None
    assert (account.friendly_name, account.date_created) == ("Acme", closed.clock.now())
    assert sids.is_sid(account.sid, sids.ACCOUNT)


async def test_accounts_are_listed_in_the_order_of_their_sids(closed: Resources) -> None:
    assert await accounts.every(closed) == []
    made = [(await accounts.create(closed, name))[0] for name in ("b", "a", None)]
    assert await accounts.every(closed) == made


async def test_secrets_are_alphanumeric_and_nowhere_in_the_database(closed: Resources) -> None:
    account, token = await accounts.create(closed)
    _, secret = await accounts.create_key(closed, account.sid)
    dump = "\n".join(stored(closed))
    for plain in (token, secret):
        assert plain.isalnum()
        assert len(plain) == 32
        assert plain not in dump


async def test_a_new_token_ends_the_old_one(closed: Resources) -> None:
    account, old = await accounts.create(closed)
    bystander, kept = await accounts.create(closed)
    key, secret = await accounts.create_key(closed, account.sid)
    new = await accounts.rotate(closed, account.sid)
    assert new != old
    assert await accounts.authenticate(closed, account.sid, old) is None
    assert await accounts.authenticate(closed, account.sid, new) is not None
    assert await accounts.authenticate(closed, bystander.sid, kept) is not None
    assert await accounts.authenticate(closed, key.sid, secret) is not None


async def test_a_key_stands_for_its_account(closed: Resources) -> None:
    account, token = await accounts.create(closed)
    key, secret = await accounts.create_key(closed, account.sid, "phone")
    by_key = await accounts.authenticate(closed, key.sid, secret)
    by_token = await accounts.authenticate(closed, account.sid, token)
    assert by_key is not None
    assert by_token is not None
    assert replace(by_key, encrypted="") == replace(by_token, encrypted="")
    assert await accounts.authenticate(closed, key.sid, token) is None
    assert (key.friendly_name, key.date_created) == ("phone", closed.clock.now())


async def test_an_account_lists_its_own_keys(closed: Resources) -> None:
    first, _ = await accounts.create(closed)
    second, _ = await accounts.create(closed)
    made = [(await accounts.create_key(closed, first.sid, name))[0] for name in ("b", "a")]
    assert await accounts.keys(closed, first.sid) == made
    assert await accounts.keys(closed, second.sid) == []


async def test_a_deleted_key_opens_nothing(closed: Resources) -> None:
    account, token = await accounts.create(closed)
    key, secret = await accounts.create_key(closed, account.sid)
    kept, kept_secret = await accounts.create_key(closed, account.sid)
    await accounts.delete_key(closed, account.sid, key.sid)
    assert await accounts.authenticate(closed, key.sid, secret) is None
    assert await accounts.authenticate(closed, kept.sid, kept_secret) is not None
    assert await accounts.authenticate(closed, account.sid, token) is not None
    with pytest.raises(UnknownKey, match=key.sid):
        await accounts.delete_key(closed, account.sid, key.sid)


async def test_a_key_is_deleted_by_its_own_account_only(closed: Resources) -> None:
    owner, _ = await accounts.create(closed)
    other, _ = await accounts.create(closed)
    key, secret = await accounts.create_key(closed, owner.sid)
    with pytest.raises(UnknownKey):
        await accounts.delete_key(closed, other.sid, key.sid)
    assert await accounts.authenticate(closed, key.sid, secret) is not None


async def test_an_account_that_is_not_there_is_said_to_be_unknown(closed: Resources) -> None:
    await accounts.create(closed)
    before = stored(closed)
    for attempt in (
        accounts.rotate(closed, STRANGER),
        accounts.create_key(closed, STRANGER),
        accounts.keys(closed, STRANGER),
        accounts.delete_key(closed, STRANGER, "SK1"),
    ):
        with pytest.raises(UnknownAccount, match=STRANGER):
            await attempt
    assert stored(closed) == before


async def test_another_key_file_opens_nothing(closed: Resources) -> None:
    account, token = await accounts.create(closed)
    foreign = replace(closed, vault=Vault(Fernet.generate_key()))
    with pytest.raises(VaultFailure, match="does not fit"):
        await accounts.authenticate(foreign, account.sid, token)


async def test_an_account_signs_with_its_first_key_and_gets_one_if_it_has_none(
    closed: Resources,
) -> None:
    account, _ = await accounts.create(closed)
    found, made = await accounts.signing_key(closed, account.id)
    assert found == account
    assert (await accounts.signing_key(closed, account.id))[1] == made
    other, _ = await accounts.create_key(closed, account.sid)
    assert (await accounts.signing_key(closed, account.id))[1] == made
    assert (await accounts.signing_key(closed, account.id, other.sid))[1] == other
    with pytest.raises(UnknownKey, match="SK0"):
        await accounts.signing_key(closed, account.id, "SK0")
    with pytest.raises(UnknownAccount):
        await accounts.signing_key(closed, STRANGER)


async def test_a_key_can_be_introduced_by_its_sid_once(closed: Resources) -> None:
    account, _ = await accounts.create(closed)
    for _ in range(2):
        await accounts.introduce_key(closed, account.id, "SKmine", "secret")
    assert [key.sid for key in await accounts.keys(closed, account.sid)] == ["SKmine"]
    known = await accounts.authenticate(closed, "SKmine", "secret")
    assert known is not None
    assert known.account == account.id
    with pytest.raises(UnknownAccount):
        await accounts.introduce_key(closed, STRANGER, "SKmine", "secret")
