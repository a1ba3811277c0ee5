"""Firebase Cloud Messaging: tokens for a service account's word, and every answer."""

import json

import pytest

from delivery.push.gateways import Google, Reply, World, error, pem
from delivery.push.scenes import android, configured, credential, device, log, pushed
from domain.scenes import talk
from partywire.clock import FrozenClock
from partywire.delivery.outgoing import Answer
from partywire.delivery.push.fcm import verdict
from partywire.domain import bindings, messages
from partywire.domain.call import Call
from partywire.model.bindings import BindingFilter, BindingType
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest


async def told(call: Call) -> tuple[str, str | None]:
    """What became of the push to bob of what ann says, and why."""
    await configured(call)
    made = await talk(call, "ann", "bob")
    await messages.create(call, made.sid, MessageChanges(author="ann", body="hi"))
    await pushed(call)
    last = (await log(call.database))[-1]
    assert last.identity == "bob"
    return last.outcome, last.reason


async def account(call: Call, world: World, **changes: object) -> str:
    """The SID of a credential with a service account that differs in this."""
    secret = json.dumps(json.loads(world.google.secret) | changes)
    return (await credential(call, "fcm", secret=secret)).sid


async def bound(call: Call) -> int:
    return len((await bindings.page(call, BindingFilter(), PageRequest(9))).items)


def moved(call: Call, seconds: int) -> None:
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(seconds * 1000)


async def test_a_token_is_asked_for_once(call: Call, world: World) -> None:
    sid = await account(call, world)
    for number in range(5):
        await device(call, "bob", "fcm", f"phone {number}", sid)
    assert await told(call) == ("sent", "Google has taken it")
    assert sorted(each.device for each in world.google.pushed) == [
        f"phone {number}" for number in range(5)
    ]
    assert len(world.google.granted) == 1


async def test_a_token_that_is_refused_is_replaced_at_once(call: Call, world: World) -> None:
    await android(call, world, "bob", "phone")
    world.google.revoked.add("ya29.0")
    assert await told(call) == ("sent", "Google has taken it")
    assert len(world.google.granted) == 2


async def test_a_token_that_was_refused_to_many_is_replaced_once(call: Call, world: World) -> None:
    sid = await account(call, world)
    for number in range(20):
        await device(call, "bob", "fcm", f"phone {number}", sid)
    world.google.revoked.add("ya29.0")
    assert await told(call) == ("sent", "Google has taken it")
    assert len(world.google.pushed) == 20
    assert len(world.google.granted) == 2


async def test_tokens_that_are_always_refused_are_asked_for_again_later(
    call: Call, world: World
) -> None:
    await android(call, world, "bob", "phone")
    world.google.revoked |= {f"ya29.{number}" for number in range(9)}
    outcome, reason = await told(call)
    assert outcome == "waiting"
    assert (reason or "").startswith("Google answered 401")


@pytest.mark.parametrize(
    ("kind", "field"), [("fcm", "secret"), ("gcm", "secret"), ("gcm", "api_key")]
)
async def test_a_gcm_credential_may_hold_a_service_account(
    call: Call, world: World, kind: BindingType, field: str
) -> None:
    made = await credential(call, kind, **{field: world.google.secret})  # type: ignore[arg-type]
    await device(call, "bob", kind, "phone", made.sid)
    assert await told(call) == ("sent", "Google has taken it")


async def test_a_server_key_is_told_as_such(call: Call, world: World) -> None:
    made = await credential(call, "gcm", api_key="AAAA:legacy")
    await device(call, "bob", "gcm", "phone", made.sid)
    outcome, reason = await told(call)
    assert outcome == "no_credential"
    assert "Google has ended server keys" in (reason or "")


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"private_key": "x"}, "no_credential", "private_key is not one for RS256"),
        ({"token_uri": "http://127.0.0.1:1/"}, "no_credential", "is not an https URL"),
        ({"token_uri": "https://169.254.169.254/"}, "failed", "neither public nor allowed"),
        ({"private_key": "OTHER"}, "failed", "the token's endpoint answered 400"),
        ({"project_id": "../x"}, "failed", "Google answered 404"),
    ],
)
async def test_a_service_account_that_cannot_be_used_is_told(
    call: Call, world: World, changes: dict[str, str], outcome: str, reason: str
) -> None:
    if changes.get("private_key") == "OTHER":
        changes = {"private_key": pem(Google(world.authority).key)}
    sid = await account(call, world, **changes)
    await device(call, "bob", "fcm", "phone", sid)
    found, why = await told(call)
    assert found == outcome
    assert reason in (why or "")
    assert world.google.pushed == []


@pytest.mark.parametrize("reply", [Reply(503), Reply(200, {"no": "token"}), Reply(401)])
async def test_a_place_of_tokens_that_fails_is_not_asked_for_each_device(
    call: Call, world: World, reply: Reply
) -> None:
    sid = await account(call, world)
    for number in range(4):
        await device(call, "bob", "fcm", f"phone {number}", sid)
    world.google.grants.append(reply)
    outcome, _ = await told(call)
    assert outcome == ("waiting" if reply.status == 503 else "failed")
    assert len(world.google.gateway.asked) == 1


async def test_it_goes_on_when_tokens_are_there_again(call: Call, world: World) -> None:
    await android(call, world, "bob", "phone")
    world.google.grants.append(Reply(503, None, (("retry-after", "30"),)))
    assert (await told(call))[0] == "waiting"
    moved(call, 30)
    assert (await pushed(call))[-1] == ("bob", "sent")


async def test_a_dead_device_loses_its_binding(call: Call, world: World) -> None:
    await android(call, world, "bob", "phone")
    world.google.told["phone"] = [error(404, "NOT_FOUND", "UNREGISTERED")]
    outcome, reason = await told(call)
    assert (outcome, reason) == ("gone", "Google answered 404 UNREGISTERED NOT_FOUND")
    assert await bound(call) == 0


@pytest.mark.parametrize(
    ("reply", "outcome", "after"),
    [
        (error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), "failed", None),
        (error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), "failed", None),
        (error(404, "NOT_FOUND"), "failed", None),
        (error(404, "NOT_FOUND", "UNREGISTERED"), "gone", None),
        (error(401, "UNAUTHENTICATED"), "again", None),
        (error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), "again", 60),
        (error(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "7"), "again", 7),
        (error(500, "INTERNAL", "INTERNAL"), "again", None),
        (error(503, "UNAVAILABLE", "UNAVAILABLE", "7"), "again", 7),
    ],
)
def test_an_answer_has_a_meaning(reply: Reply, outcome: str, after: float | None) -> None:
    found = verdict(Answer(reply.status, reply.headers, json.dumps(reply.body).encode()), 1)
    assert (found.outcome, found.after) == (outcome, after)
    assert found.reason.startswith(f"Google answered {reply.status} ")


def test_an_answer_that_is_not_theirs_is_a_failure() -> None:
    assert verdict(Answer(302, (), b"<html>"), 1).outcome == "failed"
    assert verdict(Answer(502, (), b""), 1).outcome == "again"


async def test_the_project_stands_in_the_path(call: Call, world: World) -> None:
    await android(call, world, "bob", "phone")
    await told(call)
    paths = [asked.path for asked in world.google.gateway.asked]
    assert paths == ["/token", f"/v1/projects/{Google.project}/messages:send"]
