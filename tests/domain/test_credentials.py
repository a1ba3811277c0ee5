"""Push credentials: an account's own, encrypted, never shown again."""

import msgspec
import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import NOBODY, elsewhere, happened, later, refused, stored, unchanged
from harness import account
from partywire import errors, sids
from partywire.domain import credentials
from partywire.domain.call import Call
from partywire.model.credentials import PushCredential, PushCredentialChanges, PushType
from partywire.model.pages import PageRequest

SECRETS = {
    "certificate": "-----BEGIN CERTIFICATE-----\nopen sesame\n-----END CERTIFICATE-----",
    "private_key": "the key under the mat",
    "api_key": "a key to the garden",
    "secret": "the ☃ melts",
}


def changes(kind: PushType = "fcm") -> PushCredentialChanges:
    return PushCredentialChanges(type=kind)


async def made(call: Call, **secrets: str) -> PushCredential:
    return await credentials.create(call, changes(), secrets)


def opened(call: Call, credential: PushCredential) -> dict[str, str]:
    """The secrets, as the sender of notifications will read them."""
    encrypted = msgspec.json.decode(credential.secrets, type=dict[str, str])
    vault = call.resources.vault
    return {name: vault.decrypt(each).decode() for name, each in encrypted.items()}


async def test_a_credential_has_the_documented_defaults(call: Call) -> None:
    credential = await made(call)
    assert sids.is_sid(credential.sid, sids.CREDENTIAL)
    assert (credential.type, credential.friendly_name, credential.sandbox) == ("fcm", None, 0)
    assert credential.date_created == credential.date_updated == call.now
    assert credential.account == call.scope.account
    assert opened(call, credential) == {}
    assert await credentials.fetch(call, credential.sid) == credential


async def test_a_credential_is_for_some_push_service(call: Call) -> None:
    with refused(call, errors.BadPushType):
        await credentials.create(call, PushCredentialChanges(friendly_name="x"), SECRETS)


async def test_a_name_has_at_most_64_characters(call: Call) -> None:
    longest = replace(changes(), friendly_name="é" * 64)
    credential = await credentials.create(call, longest, {})
    assert credential.friendly_name == "é" * 64
    longer = replace(changes(), friendly_name="é" * 65)
    with refused(call, errors.FriendlyNameTooLong, "longer than 64 characters"):
        await credentials.create(call, longer, {})
    with refused(call, errors.FriendlyNameTooLong, "longer than 64 characters"):
        await credentials.update(call, credential.sid, longer, {})


async def test_no_secret_lies_open_in_the_database(call: Call) -> None:
    credential = await made(call, **SECRETS)
    await credentials.update(call, credential.sid, changes(), {"secret": "another one"})
    everything = "\n".join(stored(call.resources))
    assert credential.sid in everything
    for secret in (*SECRETS.values(), "open sesame", "another one"):
        assert secret not in everything
    assert opened(call, await credentials.fetch(call, credential.sid)) == {
        **SECRETS,
        "secret": "another one",
    }


async def test_no_event_tells_of_credentials(call: Call) -> None:
    before = await happened(call.database)
    credential = await made(call, **SECRETS)
    await credentials.update(call, credential.sid, changes("apn"), SECRETS)
    await credentials.delete(call, credential.sid)
    assert await happened(call.database) == before


async def test_an_update_changes_what_it_names(call: Call) -> None:
    credential = await made(call, secret="first")
    named = PushCredentialChanges(type="apn", friendly_name="Phones", sandbox=1)
    after = await credentials.update(later(call), credential.sid, named, {})
    assert (after.type, after.friendly_name, after.sandbox) == ("apn", "Phones", 1)
    assert after.date_updated == later(call).now
    assert after.date_created == call.now
    assert opened(call, after) == {"secret": "first"}
    assert await credentials.fetch(call, credential.sid) == after


async def test_a_new_secret_alone_is_an_update(call: Call) -> None:
    credential = await made(call, secret="first", api_key="key")
    after = await credentials.update(
        later(call), credential.sid, PushCredentialChanges(), {"secret": "second"}
    )
    assert opened(call, after) == {"secret": "second", "api_key": "key"}
    assert after.date_updated == later(call).now


async def test_an_empty_update_changes_nothing(call: Call) -> None:
    credential = await made(call, secret="first")
    with unchanged(call):
        after = await credentials.update(later(call), credential.sid, PushCredentialChanges(), {})
    assert after == credential


async def test_credentials_are_listed_in_the_order_of_creation(call: Call) -> None:
    every = [await made(call) for _ in range(3)]
    page = await credentials.page(call, PageRequest(2))
    assert page.items == every[:2]
    assert (await credentials.page(call, PageRequest(2, page.next))).items == every[2:]


async def test_a_credential_belongs_to_the_account_and_to_all_its_services(call: Call) -> None:
    credential = await made(call)
    assert await credentials.fetch(await elsewhere(call), credential.sid) == credential
    stranger = await call_of(call.resources, account()[0])
    assert (await credentials.page(stranger, PageRequest(5))).items == []
    with refused(call, errors.NotFound):
        await credentials.fetch(stranger, credential.sid)
    with refused(call, errors.NotFound):
        await credentials.update(stranger, credential.sid, changes("apn"), SECRETS)
    with refused(call, errors.NotFound):
        await credentials.delete(stranger, credential.sid)


async def test_a_credential_is_deleted_once(call: Call) -> None:
    credential = await made(call)
    await credentials.delete(call, credential.sid)
    for sid in (credential.sid, "CR" + NOBODY, "nobody"):
        with refused(call, errors.NotFound):
            await credentials.delete(call, sid)
        with refused(call, errors.NotFound):
            await credentials.fetch(call, sid)
        with refused(call, errors.NotFound):
            await credentials.update(call, sid, changes(), {})


@pytest.mark.parametrize("kind", ["apn", "gcm", "fcm"])
async def test_each_push_service_may_be_given_any_secret(call: Call, kind: PushType) -> None:
    credential = await credentials.create(call, changes(kind), SECRETS)
    assert credential.type == kind
    assert opened(call, credential) == SECRETS
