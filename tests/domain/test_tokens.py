"""Access tokens: which are taken, what they give, and how they are made."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from msgspec.structs import replace
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant, VideoGrant

from domain.scenes import happened
from partywire import errors
from partywire.config import Config
from partywire.domain import accounts, services, tokens, users
from partywire.domain.accounts import UnknownAccount, UnknownKey
from partywire.domain.call import Call, Resources
from partywire.model.accounts import Account
from partywire.model.tokens import Grant

HOUR = 3_600_000
WIDE = {"alg": "HS256", "cty": "twilio-fpa;v=1"}


class World:
    """An account with a key on a server that lets in known accounts only."""

    def __init__(self, resources: Resources, account: Account, key: str, secret: str) -> None:
        self.resources, self.account, self.key, self.secret = resources, account, key, secret
        self.now = resources.clock.now() // 1000

    def claims(self, **other: Any) -> dict[str, Any]:
        chat = {"service_sid": self.account.default_service_sid}
        claims = {
            "jti": f"{self.key}-1",
            "iss": self.key,
            "sub": self.account.sid,
            "nbf": self.now,
            "exp": self.now + 3600,
            "grants": {"identity": "alice", "chat": chat},
        }
        return {**claims, **other}

    def token(self, secret: str | None = None, header: Any = WIDE, **other: Any) -> str:
        return jwt.encode(self.claims(**other), secret or self.secret, "HS256", header)

    async def grant(self, **other: Any) -> Grant:
        return await tokens.verify(self.resources, self.token(**other))


async def world_of(resources: Resources) -> World:
    account, _ = await accounts.create(resources)
    key, secret = await accounts.create_key(resources, account.sid)
    return World(resources, account, key.sid, secret)


@pytest.fixture
async def world(resources: Resources) -> World:
    known_only = replace(resources.config, open_accounts=False)
    return await world_of(replace(resources, config=known_only))


@pytest.fixture
async def bench(resources: Resources) -> Resources:
    return resources


async def test_a_good_token_gives_its_identity_in_its_service(world: World) -> None:
    assert await world.grant() == Grant(
        account=world.account.id,
        account_sid=world.account.sid,
        service_sid=world.account.default_service_sid,
        identity="alice",
        key=world.key,
        expires=(world.now + 3600) * 1000,
    )


async def test_the_old_name_of_the_grant_is_taken_too(world: World) -> None:
    chat = {
        "service_sid": world.account.default_service_sid,
        "push_credential_sid": "CR1",
        "endpoint_id": "phone",
        "deployment_role_sid": "RL1",
    }
    grant = await world.grant(grants={"identity": "alice", "ip_messaging": chat, "video": {}})
    assert (grant.push_credential_sid, grant.endpoint_id) == ("CR1", "phone")


async def test_any_service_of_the_account_will_do(world: World) -> None:
    call = tokens.call_of(world.resources, await world.grant())
    service = await services.create(call, "Other")
    grant = await world.grant(grants={"identity": "bob", "chat": {"service_sid": service.sid}})
    assert (grant.service_sid, grant.identity) == (service.sid, "bob")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "é.é.é", "\0", "." * 9000, "e30.e30.e30"])
async def test_what_is_not_a_token_is_refused(world: World, text: str) -> None:
    with pytest.raises(errors.AccessTokenInvalid):
        await tokens.verify(world.resources, text)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": None},
        {"exp": "tomorrow"},
        {"iss": 1},
        {"sub": None},
        {"grants": []},
        {"grants": {"identity": 1}},
        {"grants": {"identity": "alice", "chat": "IS"}},
    ],
)
async def test_a_token_without_its_claims_is_refused(world: World, claims: dict[str, Any]) -> None:
    parts = [WIDE, {**world.claims(), **claims}]
    plain = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts]
    with pytest.raises(errors.AccessTokenInvalid) as refused:
        await tokens.verify(world.resources, b".".join([*plain, b"AAAA"]).decode())
    assert refused.value.code == 20101


@pytest.mark.parametrize("header", [{}, {"cty": "other"}, {"cty": ["twilio-fpa;v=1"]}])
async def test_a_jwt_of_another_kind_is_refused(world: World, header: dict[str, Any]) -> None:
    with pytest.raises(errors.AccessTokenHeaderInvalid):
        await world.grant(header=header)


async def test_a_token_that_nobody_signed_is_refused(world: World) -> None:
    token = jwt.encode(world.claims(), None, "none", {"cty": "twilio-fpa;v=1"})  # type: ignore[arg-type]
    with pytest.raises(errors.AccessTokenHeaderInvalid):
        await tokens.verify(world.resources, token)


async def test_another_s_secret_is_no_signature(world: World) -> None:
    with pytest.raises(errors.AccessTokenSignatureInvalid):
        await world.grant(secret="x" * 32)


async def test_what_was_changed_after_it_was_signed_is_refused(world: World) -> None:
    mine, hers = world.token(), world.token(grants={"identity": "eve"})
    head, _, signature = mine.split(".")
    with pytest.raises(errors.AccessTokenSignatureInvalid):
        await tokens.verify(world.resources, ".".join((head, hers.split(".")[1], signature)))


@pytest.mark.parametrize("issuer", ["SK" + "0" * 32, "", "AC1", "SK\0"])
async def test_an_issuer_that_is_no_key_of_ours_is_refused(world: World, issuer: str) -> None:
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await world.grant(iss=issuer)


async def test_the_auth_token_signs_no_access_tokens(world: World) -> None:
    account, token = await accounts.create(world.resources)
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await world.grant(iss=account.sid, sub=account.sid, secret=token)


async def test_a_key_of_another_account_is_refused(world: World) -> None:
    other = await world_of(world.resources)
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await world.grant(sub=other.account.sid)
    with pytest.raises(errors.AccessTokenGrantsInvalid):
        await world.grant(grants=other.claims()["grants"])


async def test_a_deleted_key_s_tokens_end(world: World) -> None:
    await accounts.delete_key(world.resources, world.account.sid, world.key)
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await world.grant()


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ({"exp": 0}, errors.AccessTokenExpired),
        ({"exp": 3}, errors.AccessTokenTooEarly),
        ({"exp": 25 * 3600}, errors.AccessTokenTooLong),
        ({"exp": 1e300}, errors.AccessTokenTooLong),
    ],
)
async def test_a_token_has_its_time(
    world: World, times: dict[str, float], error: type[errors.ApiError]
) -> None:
    begins = world.now + (61 if error is errors.AccessTokenTooEarly else 0)
    with pytest.raises(error):
        await world.grant(exp=world.now + times["exp"], nbf=begins)


async def test_clocks_may_differ_by_a_minute(world: World) -> None:
    assert (await world.grant(nbf=world.now + 60)).identity == "alice"
    claims = world.claims()
    del claims["nbf"]
    token = jwt.encode(claims, world.secret, "HS256", WIDE)
    assert (await tokens.verify(world.resources, token)).identity == "alice"


@pytest.mark.parametrize(
    "identity", ["", "x" * 257, "US" + "0" * 32, "nul\0"], ids=["none", "long", "sid", "nul"]
)
async def test_nobody_can_be_who_no_user_can_be(world: World, identity: str) -> None:
    chat = {"service_sid": world.account.default_service_sid}
    with pytest.raises(errors.AccessTokenGrantsInvalid):
        await world.grant(grants={"identity": identity, "chat": chat})


@pytest.mark.parametrize(
    "chat",
    [None, {}, {"service_sid": None}, {"service_sid": "IS"}, {"service_sid": "IS" + "0" * 32}],
)
async def test_a_token_must_open_a_service(world: World, chat: Any) -> None:
    with pytest.raises(errors.AccessTokenGrantsInvalid):
        await world.grant(grants={"identity": "alice", "chat": chat})


# --- the official helper --------------------------------------------------------------------


def official(account: str, key: str, secret: str, service: str, now: int) -> str:
    token = AccessToken(account, key, secret, identity="alice", nbf=now, valid_until=now + 3600)
    token.add_grant(VideoGrant(room="x"))
    token.add_grant(ChatGrant(service_sid=service, push_credential_sid="CR1"))
    return str(token.to_jwt())


async def test_a_token_of_the_official_helper_is_taken(world: World) -> None:
    service = world.account.default_service_sid
    token = official(world.account.sid, world.key, world.secret, service, world.now)
    grant = await tokens.verify(world.resources, token)
    assert (grant.identity, grant.push_credential_sid) == ("alice", "CR1")


# --- on a bench -----------------------------------------------------------------------------


async def test_a_bench_takes_any_key_of_an_account_that_it_knows(bench: Resources) -> None:
    known = await accounts.authenticate(bench, "AC" + "5" * 32, "token")
    assert known is not None
    now = bench.clock.now() // 1000
    token = official(known.account_sid, "SKany", "s" * 32, known.default_service_sid, now)
    grant = await tokens.verify(bench, token)
    assert (grant.account, grant.key) == (known.account, "SKany")


async def test_on_a_bench_the_service_tells_worlds_of_one_account_apart(bench: Resources) -> None:
    sid, now = "AC" + "5" * 32, bench.clock.now() // 1000
    for password in ("one", "two"):
        known = await accounts.authenticate(bench, sid, password)
        assert known is not None
        token = official(sid, "SKany", "s" * 32, known.default_service_sid, now)
        assert (await tokens.verify(bench, token)).account == known.account


async def test_a_bench_verifies_by_the_key_that_opened_the_world(bench: Resources) -> None:
    # REST came with the key; the account's SID is one that the developer never saw.
    known = await accounts.authenticate(bench, "SKmine", "s" * 32)
    assert known is not None
    now, service = bench.clock.now() // 1000, known.default_service_sid
    good = official("AC" + "5" * 32, "SKmine", "s" * 32, service, now)
    assert (await tokens.verify(bench, good)).account == known.account
    with pytest.raises(errors.AccessTokenSignatureInvalid):
        await tokens.verify(bench, official("AC" + "5" * 32, "SKmine", "x" * 32, service, now))


async def test_a_bench_refuses_the_wrong_secret_of_a_key_that_it_knows(bench: Resources) -> None:
    account, _ = await accounts.create(bench)
    key, _ = await accounts.create_key(bench, account.sid)
    now = bench.clock.now() // 1000
    token = official(account.sid, key.sid, "x" * 32, account.default_service_sid, now)
    with pytest.raises(errors.AccessTokenSignatureInvalid):
        await tokens.verify(bench, token)


async def test_a_bench_opens_nothing_for_a_token(bench: Resources) -> None:
    now = bench.clock.now() // 1000
    token = official("AC" + "5" * 32, "SKany", "s" * 32, "IS" + "5" * 32, now)
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await tokens.verify(bench, token)
    assert await accounts.every(bench) == []


# --- who asks -------------------------------------------------------------------------------


async def test_a_user_is_made_when_they_first_come(world: World) -> None:
    call = tokens.call_of(world.resources, await world.grant(), "https://chat.example.com")
    made = await tokens.user_of(call)
    assert await tokens.user_of(call) == made == await users.fetch(call, "alice")
    assert call.scope.root == f"https://chat.example.com/v1/Services/{call.service_sid}"
    (event,) = [one for one in await happened(call.database) if one.kind == "user.added"]
    assert (event.source, event.client_identity, event.webhooks) == ("SDK", "alice", 1)


async def test_there_is_no_user_where_the_service_is_gone(world: World) -> None:
    call = tokens.call_of(world.resources, await world.grant())
    service = await services.create(call, "Short")
    grant = await world.grant(grants={"identity": "bob", "chat": {"service_sid": service.sid}})
    await services.delete(call, service.sid)
    with pytest.raises(errors.NotFound):
        await tokens.user_of(tokens.call_of(world.resources, grant))


# --- later ----------------------------------------------------------------------------------


async def test_what_a_token_gave_lasts_as_long_as_its_key(world: World) -> None:
    grant = await world.grant()
    await tokens.check_still_good(world.resources, grant)
    await accounts.delete_key(world.resources, world.account.sid, world.key)
    with pytest.raises(errors.AccessTokenIssuerInvalid):
        await tokens.check_still_good(world.resources, grant)


async def test_what_a_token_gave_lasts_as_long_as_its_service(world: World) -> None:
    call = tokens.call_of(world.resources, await world.grant())
    service = await services.create(call, "Short")
    grant = await world.grant(grants={"identity": "bob", "chat": {"service_sid": service.sid}})
    await tokens.check_still_good(world.resources, grant)
    await services.delete(call, service.sid)
    with pytest.raises(errors.AccessTokenGrantsInvalid):
        await tokens.check_still_good(world.resources, grant)


async def test_a_bench_need_not_know_the_key(world: World) -> None:
    grant = await world.grant()
    await accounts.delete_key(world.resources, world.account.sid, world.key)
    config = replace(world.resources.config, open_accounts=True)
    await tokens.check_still_good(replace(world.resources, config=config), grant)


# --- made here ------------------------------------------------------------------------------


async def test_a_token_that_is_made_here_is_taken_here(world: World) -> None:
    issued = await tokens.issue(world.resources, world.account.id, "carol", seconds=60)
    grant = await tokens.verify(world.resources, issued.token)
    assert (issued.identity, issued.service_sid) == ("carol", world.account.default_service_sid)
    assert (grant.identity, grant.service_sid) == ("carol", issued.service_sid)
    assert (grant.key, grant.expires) == (world.key, (world.now + 60) * 1000)


async def test_an_account_without_a_key_gets_one_for_its_tokens(call: Call) -> None:
    resources, account = call.resources, call.scope.account
    for _ in range(2):
        issued = await tokens.issue(resources, account, "carol")
        assert (await tokens.verify(resources, issued.token)).account == account
    key = (await accounts.signing_key(resources, account))[1]
    assert len(await accounts.keys(resources, call.scope.account_sid)) == 1
    named = await tokens.issue(resources, account, "carol", key_sid=key.sid)
    assert (await tokens.verify(resources, named.token)).key == key.sid


async def test_no_token_is_made_for_what_is_not_there(world: World) -> None:
    issue, resources, account = tokens.issue, world.resources, world.account.id
    with pytest.raises(UnknownAccount):
        await issue(resources, "AC0", "carol")
    with pytest.raises(UnknownKey):
        await issue(resources, account, "carol", key_sid="SK0")
    with pytest.raises(errors.NotFound):
        await issue(resources, account, "carol", service_sid="IS0")
    for seconds in (0, tokens.LONGEST_SECONDS + 1):
        with pytest.raises(errors.BadRequest):
            await issue(resources, account, "carol", seconds=seconds)
    with pytest.raises(errors.BadRequest):
        await issue(resources, account, "")


def test_the_official_helper_counts_time_as_the_clock_does(config: Config) -> None:
    token = AccessToken("AC1", "SK1", "s" * 32, identity="alice")
    claims = jwt.decode(token.to_jwt(), options={"verify_signature": False})
    assert abs(claims["exp"] - 3600 - time.time()) < 60
