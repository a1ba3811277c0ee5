"""Access tokens: the official JWTs, verified by the API key that signed them, and made.

The header says ``HS256`` and ``twilio-fpa;v=1``; ``iss`` is the key, ``sub`` the account, and the
grants name an identity and a service. Which tokens a bench takes: decisions/0033.
"""

import base64
from typing import Final

import msgspec
from jwt import InvalidTokenError, PyJWS
from jwt.algorithms import HMACAlgorithm

from partywire import errors, sids
from partywire.domain import accounts, users
from partywire.domain.call import Call, Resources
from partywire.model.accounts import Account, Credential
from partywire.model.scope import Scope
from partywire.model.tokens import Grant, Issued
from partywire.model.users import User
from partywire.storage import accounts as store
from partywire.storage import services as service_store

# Source: "Access Tokens", https://www.twilio.com/docs/iam/access-tokens: "up to 24 hours".
LONGEST_SECONDS: Final = 24 * 3600
SHORTEST_SECONDS: Final = 1
_MOST_CHARACTERS: Final = 8192
_SLACK: Final = 60_000  # ms by which the clock of who makes tokens may be ahead of ours

_ALGORITHM: Final = "HS256"
_CONTENT: Final = "twilio-fpa;v=1"

_jws = PyJWS()
_hmac = HMACAlgorithm(HMACAlgorithm.SHA256)
_encode = msgspec.json.Encoder().encode


class Chat(msgspec.Struct):
    """The grant of a chat service; older libraries call it ``ip_messaging``."""

    service_sid: str | None = None
    push_credential_sid: str | None = None
    endpoint_id: str | None = None


class Grants(msgspec.Struct):
    """What a token is for."""

    identity: str = ""
    chat: Chat | None = None
    ip_messaging: Chat | None = None


class Claims(msgspec.Struct):
    """What a token says; times in seconds since 1970-01-01T00:00:00Z."""

    iss: str
    sub: str
    exp: float
    grants: Grants
    nbf: float = 0


class _Token(msgspec.Struct, frozen=True):
    """A token that was taken apart; nothing in it is believed yet."""

    claims: Claims
    signed: bytes
    signature: bytes

    def is_signed_with(self, secret: bytes) -> bool:
        return _hmac.verify(self.signed, secret, self.signature)


def _read(token: str) -> _Token:
    """Takes a token apart.

    Raises:
        AccessTokenInvalid, AccessTokenHeaderInvalid: it has not the shape of one.
    """
    if len(token) > _MOST_CHARACTERS or not token.isascii() or "\0" in token:
        raise errors.AccessTokenInvalid
    try:
        parts = _jws.decode_complete(token, options={"verify_signature": False})
        claims = msgspec.json.decode(parts["payload"], type=Claims)
    except (InvalidTokenError, msgspec.DecodeError, RecursionError) as error:
        raise errors.AccessTokenInvalid from error
    header = parts["header"]
    if header.get("alg") != _ALGORITHM or header.get("cty") != _CONTENT:
        raise errors.AccessTokenHeaderInvalid
    return _Token(claims, token.rpartition(".")[0].encode(), parts["signature"])


async def verify(resources: Resources, token: str) -> Grant:
    """What a token gives.

    Raises:
        AccessTokenInvalid, AccessTokenHeaderInvalid: it is not a token.
        AccessTokenIssuerInvalid: its key is not known, or not the account's that it names.
        AccessTokenSignatureInvalid: the key's secret did not sign it.
        AccessTokenExpired, AccessTokenTooEarly, AccessTokenTooLong: of its times.
        AccessTokenGrantsInvalid: it names no identity, or no service of the account.
    """
    read = _read(token)
    claims = read.claims
    chat = claims.grants.chat or claims.grants.ip_messaging
    if not claims.iss.startswith(sids.API_KEY) or "\0" in claims.iss:
        raise errors.AccessTokenIssuerInvalid
    wanted = chat.service_sid if chat else None
    owner = None
    if wanted is not None and sids.is_sid(wanted, sids.SERVICE):
        owner = await store.of_service(resources.database, wanted)
    keys = await store.credentials(resources.database, claims.iss)
    account = _account(resources, read, owner, keys)
    _check_times(claims, resources.clock.now())
    identity = claims.grants.identity
    if account is None or chat is None or wanted is None:
        raise errors.AccessTokenGrantsInvalid
    if not _may_be(resources, identity):
        raise errors.AccessTokenGrantsInvalid
    return Grant(
        account=account.id,
        account_sid=account.sid,
        service_sid=wanted,
        identity=identity,
        key=claims.iss,
        expires=int(claims.exp * 1000),
        push_credential_sid=chat.push_credential_sid,
        endpoint_id=chat.endpoint_id,
    )


async def check_still_good(resources: Resources, grant: Grant) -> None:
    """Refuses what a token gave once, if what it stands on is gone.

    Raises:
        AccessTokenIssuerInvalid: its key was deleted. A bench need not know the key.
        AccessTokenGrantsInvalid: its service was.
    """
    owner = await store.of_service(resources.database, grant.service_sid)
    if owner is None or owner.id != grant.account:
        raise errors.AccessTokenGrantsInvalid
    if resources.config.open_accounts:
        return
    keys = await store.credentials(resources.database, grant.key)
    if all(key.account != grant.account for key in keys):
        raise errors.AccessTokenIssuerInvalid


def _account(
    resources: Resources, token: _Token, owner: Account | None, keys: list[Credential]
) -> Account | None:
    """The account that the token opens; None if the service is not one of it.

    Raises:
        AccessTokenIssuerInvalid, AccessTokenSignatureInvalid: the token opens nothing.
    """
    bench, claimed = resources.config.open_accounts, token.claims.sub
    theirs = [key for key in keys if owner is not None and key.account == owner.id]
    if bench and owner is not None and owner.sid == claimed and not theirs:
        # A world that was never told of this key: there is nothing to verify it by.
        return owner
    good = [key for key in keys if token.is_signed_with(resources.vault.decrypt(key.encrypted))]
    if not good:
        raise errors.AccessTokenSignatureInvalid if keys else errors.AccessTokenIssuerInvalid
    # On a bench, a world that a key opened shows an account's SID that its owner never chose.
    if not bench and all(key.account_sid != claimed for key in good):
        raise errors.AccessTokenIssuerInvalid
    return owner if any(key in good for key in theirs) else None


def _check_times(claims: Claims, now: int) -> None:
    if claims.exp * 1000 <= now:
        raise errors.AccessTokenExpired
    if claims.nbf * 1000 > now + _SLACK:
        raise errors.AccessTokenTooEarly
    if claims.exp * 1000 > now + LONGEST_SECONDS * 1000 + _SLACK:
        raise errors.AccessTokenTooLong


def _may_be(resources: Resources, identity: str) -> bool:
    """Whether it can be the identity of a user."""
    most = resources.config.limits.identity_characters
    fits = 0 < len(identity) <= most and "\0" not in identity
    return fits and not sids.is_sid(identity, sids.USER)


def call_of(resources: Resources, grant: Grant, base: str = "") -> Call:
    """A request by the one to whom a token belongs; webhooks are told that the SDK made it.

    Args:
        resources: the server's.
        grant: the token's.
        base: scheme and host of the URLs in what is answered.
    """
    root = f"{base}/v1/Services/{grant.service_sid}"
    scope = Scope(grant.account, grant.account_sid, grant.service_sid, "service", root)
    return Call(
        resources,
        scope,
        resources.clock.now(),
        webhooks=True,
        source="SDK",
        client_identity=grant.identity,
        answers={},
    )


async def user_of(call: Call) -> User:
    """The user who asks, made where the service does not know them yet.

    Raises:
        NotFound: the service is gone.
        Again: the user comes and goes faster than we can see.
    """
    identity = call.client_identity or ""
    try:
        return await users.fetch(call, identity)
    except errors.NotFound:
        async with call.database.transaction() as transaction:
            return await users.ensure(call, transaction, identity)


async def issue(
    resources: Resources,
    account_id: str,
    identity: str,
    *,
    service_sid: str | None = None,
    key_sid: str | None = None,
    seconds: int = 3600,
) -> Issued:
    """Makes a token for a user of an account, who need not exist yet.

    Args:
        resources: the server's.
        account_id: key of the account's row.
        identity: whose it is to be.
        service_sid: the service that it opens; None for the account's default one.
        key_sid: the key that signs; None for the account's first, made where it has none.
        seconds: how long it is good.

    Raises:
        UnknownAccount, UnknownKey: there is no such thing.
        NotFound: the account has no such service.
        BadRequest: nobody can have this identity, or a token last so long.
    """
    if not _may_be(resources, identity):
        raise errors.BadRequest("The identity is missing, too long, or looks like a user SID")
    if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
        raise errors.BadRequest(f"A token lasts {SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds")
    account, key = await accounts.signing_key(resources, account_id, key_sid)
    service_sid = service_sid or account.default_service_sid
    known = sids.is_sid(service_sid, sids.SERVICE)
    if not known or not await service_store.fetch(resources.database, account.id, service_sid):
        raise errors.NotFound(f"The account has no service {service_sid}")
    now = resources.clock.now() // 1000
    claims = {
        "jti": f"{key.sid}-{now}",
        "iss": key.sid,
        "sub": account.sid,
        "nbf": now,
        "exp": now + seconds,
        "grants": {"identity": identity, "chat": {"service_sid": service_sid}},
    }
    return Issued(_sign(claims, resources.vault.decrypt(key.secret)), identity, service_sid)


def _sign(claims: dict[str, object], secret: bytes) -> str:
    header = {"typ": "JWT", "alg": _ALGORITHM, "cty": _CONTENT}
    signed = b".".join(_plain(_encode(part)) for part in (header, claims))
    return b".".join((signed, _plain(_hmac.sign(signed, secret)))).decode()


def _plain(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
