"""Apple's push service: both kinds of authentication, and every answer that it documents."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from delivery.push.gateways import Apple, Asked, Reply, World, pem, refused
from delivery.push.scenes import configured, credential, device, iphone, log, pushed
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.outgoing import Answer
from partywire.delivery.push.apns import Apns, topic_of, verdict
from partywire.delivery.push.verdicts import NoCredential
from partywire.domain import bindings, messages
from partywire.domain.call import Call
from partywire.model.bindings import BindingFilter
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest

TOKEN = "b2" * 32
HOUR = 60 * 60 * 1000


def certificate(names: dict[x509.ObjectIdentifier, str]) -> tuple[str, str, bytes]:
    """A certificate that signs itself: in PEM with its key, and in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(name, value) for name, value in names.items()])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(day)
        .not_valid_after(day + dt.timedelta(days=9000))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode(), pem(key), made.public_bytes(Encoding.DER)


async def told(call: Call) -> None:
    """Ann says something to bob."""
    made = await talk(call, "ann", "bob")
    await messages.create(call, made.sid, MessageChanges(author="ann", body="hi"))


async def came(call: Call) -> tuple[str, str | None]:
    """What became of the push to bob, and why."""
    await configured(call)
    await told(call)
    await pushed(call)
    last = (await log(call.database))[-1]
    assert last.identity == "bob"
    return last.outcome, last.reason


async def bound(call: Call) -> int:
    return len((await bindings.page(call, BindingFilter(), PageRequest(9))).items)


async def test_a_token_is_signed_by_the_key_and_used_again(call: Call, world: World) -> None:
    await iphone(call, world, "bob", TOKEN)
    assert await came(call) == ("sent", "Apple has taken it")
    await told(call)
    await pushed(call)
    [first, second] = world.apple.pushed
    assert first.headers["apns-topic"] == Apple.topic
    assert first.headers["apns-id"] != second.headers["apns-id"]
    assert first.headers["apns-collapse-id"] != second.headers["apns-collapse-id"]


async def test_a_token_is_renewed_before_apple_asks_for_it(call: Call, world: World) -> None:
    made = await credential(
        call, "apn", private_key=world.apple.private_key, secret=world.apple.secret
    )
    await device(call, "bob", "apn", TOKEN, made.sid)
    sender = Apns(call.resources)
    key = (Apple.team_id, Apple.key_id, world.apple.private_key)
    first = sender._token(key)
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(HOUR // 2)
    assert sender._token(key) == first
    clock.advance(HOUR // 2)
    assert sender._token(key) != first


async def test_an_expired_token_is_replaced_at_once(call: Call, world: World) -> None:
    await iphone(call, world, "bob", TOKEN)
    world.apple.told[TOKEN] = [refused(403, "ExpiredProviderToken")]
    assert await came(call) == ("sent", "Apple has taken it")
    assert len(world.apple.gateway.asked) == 2


async def test_a_token_that_has_expired_for_many_is_replaced_once(call: Call, world: World) -> None:
    """Apple wants no more than one in 20 minutes."""
    apple = world.apple
    made = await credential(call, "apn", private_key=apple.private_key, secret=apple.secret)
    for number in range(20):
        await device(call, "bob", "apn", f"{number:064x}", made.sid)

    def answer(asked: Asked) -> Reply:
        is_first = asked.headers["authorization"] == apple.gateway.asked[0].headers["authorization"]
        return refused(403, "ExpiredProviderToken") if is_first else apple._answer(asked)

    apple.gateway.answer = answer
    assert await came(call) == ("sent", "Apple has taken it")
    assert len(apple.pushed) == 20
    shown = {asked.headers["authorization"] for asked in apple.gateway.asked}
    assert len(shown) == 2


async def test_a_key_that_wants_a_password_is_told(call: Call, world: World) -> None:
    public = world.authority.issue_cert("push.example", common_name=f"Apple Push: {Apple.topic}")
    key = load_pem_private_key(public.private_key_pem.bytes(), None)
    locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"no"))
    certificate = public.cert_chain_pems[0].bytes().decode()
    made = await credential(call, "apn", certificate=certificate, private_key=locked.decode())
    await device(call, "bob", "apn", TOKEN, made.sid)
    outcome, reason = await came(call)
    assert outcome == "no_credential"
    assert "are not a pair in PEM" in (reason or "")


async def test_a_certificate_is_shown_and_names_the_topic(call: Call, world: World) -> None:
    public = world.authority.issue_cert("push.example", common_name=f"Apple Push: {Apple.topic}")
    chain = public.cert_chain_pems[0].bytes().decode()
    der = x509.load_pem_x509_certificate(chain.encode()).public_bytes(Encoding.DER)
    world.apple.certificates.add(der)
    made = await credential(
        call, "apn", certificate=chain, private_key=public.private_key_pem.bytes().decode()
    )
    await device(call, "bob", "apn", TOKEN, made.sid)
    assert await came(call) == ("sent", "Apple has taken it")
    [shown] = world.apple.pushed
    assert "authorization" not in shown.headers


@pytest.mark.parametrize(
    ("secrets", "reason"),
    [
        ({}, "the credential has no PrivateKey"),
        ({"private_key": "x"}, "the credential has neither a Certificate nor"),
        ({"private_key": "x", "secret": "{}"}, "the credential has neither a Certificate nor"),
        ({"private_key": "x", "secret": "SECRET"}, "PrivateKey is not one for ES256 in PEM"),
        ({"private_key": "x", "certificate": "x"}, "Certificate is not one in PEM"),
        ({"private_key": "x", "certificate": "PUBLIC"}, "are not a pair in PEM"),
    ],
)
async def test_what_cannot_be_shown_is_told(
    call: Call, world: World, secrets: dict[str, str], reason: str
) -> None:
    public, _, _ = certificate({NameOID.COMMON_NAME: Apple.topic})
    meant = {"SECRET": world.apple.secret, "PUBLIC": public}
    given = {name: meant.get(value, value) for name, value in secrets.items()}
    made = await credential(call, "apn", **given)
    await device(call, "bob", "apn", TOKEN, made.sid)
    outcome, why = await came(call)
    assert outcome == "no_credential"
    assert reason in (why or "")
    assert world.apple.gateway.asked == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (refused(400, "BadDeviceToken"), "Apple answered 400 BadDeviceToken"),
        (refused(400, "DeviceTokenNotForTopic"), "Apple answered 400 DeviceTokenNotForTopic"),
        (refused(410, "Unregistered"), "Apple answered 410 Unregistered"),
        (refused(410, "ExpiredToken", timestamp=2**45), "Apple answered 410 ExpiredToken"),
    ],
)
async def test_a_dead_device_loses_its_binding(
    call: Call, world: World, reply: object, reason: str
) -> None:
    await iphone(call, world, "bob", TOKEN)
    world.apple.told[TOKEN] = [reply]  # type: ignore[list-item]
    assert await came(call) == ("gone", reason)
    assert await bound(call) == 0


async def test_a_device_that_was_registered_again_since_stays(call: Call, world: World) -> None:
    await iphone(call, world, "bob", TOKEN)
    world.apple.told[TOKEN] = [refused(410, "Unregistered", timestamp=call.now - 1)]
    outcome, reason = await came(call)
    assert outcome == "failed"
    assert "registered again since" in (reason or "")
    assert await bound(call) == 1


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        (400, "BadTopic", "failed"),
        (400, "PayloadEmpty", "failed"),
        (403, "InvalidProviderToken", "failed"),
        (403, "ExpiredProviderToken", "failed"),
        (403, "Forbidden", "failed"),
        (404, "BadPath", "failed"),
        (405, "MethodNotAllowed", "failed"),
        (413, "PayloadTooLarge", "failed"),
        (429, "TooManyRequests", "again"),
        (429, "TooManyProviderTokenUpdates", "again"),
        (500, "InternalServerError", "again"),
        (503, "Shutdown", "again"),
    ],
)
def test_an_answer_has_a_meaning(status: int, reason: str, outcome: str) -> None:
    body = b'{"reason":"' + reason.encode() + b'"}'
    found = verdict(Answer(status, (("retry-after", "9"),), body), 0, 1)
    assert (found.outcome, found.reason) == (outcome, f"Apple answered {status} {reason}")
    assert found.after == (9 if outcome == "again" else None)


def test_an_answer_that_is_not_theirs_is_a_failure() -> None:
    assert verdict(Answer(404, (), b"<html>"), 0, 1).reason == "Apple answered 404"
    assert verdict(Answer(502, (), b""), 0, 1).outcome == "again"


def test_the_topic_is_the_user_id_else_the_name() -> None:
    both = {NameOID.COMMON_NAME: "Apple Push Services: other", NameOID.USER_ID: "com.example.a"}
    assert topic_of(certificate(both)[0]) == "com.example.a"
    named = {NameOID.COMMON_NAME: "Apple Push Services: com.example.b"}
    assert topic_of(certificate(named)[0]) == "com.example.b"
    with pytest.raises(NoCredential, match="put it into Secret"):
        topic_of(certificate({NameOID.ORGANIZATION_NAME: "x"})[0])


@pytest.mark.parametrize(
    ("sandbox", "host"), [(0, "api.push.apple.com"), (1, "api.sandbox.push.apple.com")]
)
async def test_the_sandbox_is_another_place(call: Call, sandbox: int, host: str) -> None:
    from delivery.push.test_credentials import DUE
    from delivery.push.test_payloads import SAID
    from partywire.delivery.push.apns import _Shown

    real = replace(call.resources, config=replace(call.resources.config, apns_url=None))
    sender = Apns(real)
    due = replace(DUE, binding_type="apn", sandbox=sandbox, endpoint="ab")
    shown = _Shown(sender._client(""), "topic")
    request = sender._request(due, SAID, shown)
    assert request.url == f"https://{host}/3/device/ab"
    await sender.close()
