"""What is stored for others than the REST API's clients: no answer shows it."""

import msgspec

from partywire.domain import credentials, messages
from partywire.domain.call import Call
from wire.http.bench import Bench

FIRST = {
    "Certificate": "a certificate",
    "PrivateKey": "the key under the mat",
    "ApiKey": "a key to the garden",
    "Secret": "the ☃ melts",
}
SECOND = {name: f"another: {value}" for name, value in FIRST.items()}


async def subject(call: Call, message: dict[str, str]) -> str | None:
    """The message's subject in the database."""
    found = await messages.fetch(call, message["conversation_sid"], message["sid"])
    return found.subject


async def secrets(call: Call, sid: str) -> dict[str, str]:
    """The credential's secrets in the database, opened."""
    stored = (await credentials.fetch(call, sid)).secrets
    encrypted = msgspec.json.decode(stored, type=dict[str, str])
    vault = call.resources.vault
    return {name: vault.decrypt(each).decode() for name, each in encrypted.items()}


def named(form: dict[str, str]) -> dict[str, str]:
    """The form's values by the names that they are stored under."""
    certificate, private_key, api_key, secret = form.values()
    return {
        "certificate": certificate,
        "private_key": private_key,
        "api_key": api_key,
        "secret": secret,
    }


async def test_the_subject_of_a_message_is_stored_and_not_shown(bench: Bench, call: Call) -> None:
    await bench.made("/Conversations", {"UniqueName": "tea"})
    path = "/Conversations/tea/Messages"
    plain = await bench.made(path, {"Body": "hello"})
    made = await bench.made(path, {"Body": "hello", "Subject": "a greeting"})
    assert made.keys() == plain.keys()
    assert await subject(call, plain) is None
    assert await subject(call, made) == "a greeting"
    edited = await bench.made(f"{path}/{made['sid']}", {"Subject": "another greeting"})
    assert edited == made
    assert await subject(call, made) == "another greeting"
    await bench.made(f"{path}/{made['sid']}", {"Body": "hello again"})
    assert await subject(call, made) == "another greeting"


async def test_certificate_private_key_api_key_and_secret_of_a_credential_are_stored_encrypted(
    bench: Bench, call: Call
) -> None:
    made = await bench.made("/Credentials", {"Type": "apn", **FIRST})
    assert await secrets(call, made["sid"]) == named(FIRST)
    path = f"/Credentials/{made['sid']}"
    assert await bench.made(path, dict.fromkeys(FIRST, "")) == made
    assert await secrets(call, made["sid"]) == named(FIRST)
    assert await bench.made(path, SECOND) == made
    assert await secrets(call, made["sid"]) == named(SECOND)
    stored = (await credentials.fetch(call, made["sid"])).secrets
    assert not [secret for secret in SECOND.values() if secret in stored]
