"""Firebase Cloud Messaging.

Source: the reference of its HTTP v1 API, and of OAuth 2.0 for service accounts (RFC 7523).
"""

import asyncio
import contextlib
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

import jwt
import msgspec
from msgspec import Struct

from partywire.delivery.outgoing import Answer, Client, NotAllowed, Outgoing, Unreached
from partywire.delivery.push import credentials, payloads
from partywire.delivery.push.credentials import ServiceAccount
from partywire.delivery.push.verdicts import (
    SECONDS,
    NoCredential,
    Verdict,
    retry_after,
    said,
)
from partywire.delivery.push.waiting import Waiting
from partywire.delivery.targets import Anywhere, Targets
from partywire.domain.call import Resources
from partywire.model.pushes import Notification
from partywire.storage.pushes import Due

_URL: Final = "https://fcm.googleapis.com"
_RIGHT: Final = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LIFE: Final = 60 * 60  # seconds
_EARLY: Final = 60  # seconds before its end that a token is replaced
_NOT_AGAIN: Final = 5  # seconds after a token was refused
_QUOTA_PAUSE: Final = 60.0  # seconds after a 429 that names none
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class _Granted(Struct, frozen=True):
    access_token: str
    expires_in: int = 3600


class _Detail(Struct, frozen=True):
    error_code: str = msgspec.field(default="", name="errorCode")


class _Trouble(Struct, frozen=True):
    status: str = ""
    message: str = ""
    details: list[_Detail] = []


class _Refusal(Struct, frozen=True):
    error: _Trouble = _Trouble()


class _NotGranted(Exception):
    """Google gave no access token."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.reason)


class Fcm:
    """Sends to devices that Firebase reaches.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._config, self._vault, self._clock = (
            resources.config,
            resources.vault,
            resources.clock,
        )
        trusted = self._config.authorities_file
        self._client = Client(Anywhere(), trusted, http2=True)
        # Where tokens come from stands in what clients of the API wrote.
        self._granting = Client(Targets(self._config.allowed_targets), trusted, http2=True)
        self._tokens: dict[ServiceAccount, tuple[str | Verdict, int]] = {}
        self._turns: dict[ServiceAccount, asyncio.Lock] = {}
        self._waiting = Waiting()

    async def ready(self, due: Due) -> bool:
        """See ``Provider.ready``: an access token, which somebody else gives."""
        account = credentials.service_account(credentials.opened(self._vault, due))
        _, until = self._tokens.get(account, ("", 0))
        if self._clock.now() < until:
            return False
        with contextlib.suppress(_NotGranted):  # which is kept for the push to tell
            await self._token(account)
        return True

    async def push(self, due: Due, notification: Notification) -> Verdict:
        """See ``Provider.push``."""
        account = credentials.service_account(credentials.opened(self._vault, due))
        try:
            token = await self._token(account)
            answer = await self._send(account, token, due, notification)
            if answer.status == 401:
                token = await self._token(account, refused=token)
                answer = await self._send(account, token, due, notification)
        except _NotGranted as error:
            return error.verdict
        return verdict(answer, self._clock.now())

    async def _send(
        self, account: ServiceAccount, token: str, due: Due, notification: Notification
    ) -> Answer:
        base = (self._config.fcm_url or _URL).rstrip("/")
        url = f"{base}/v1/projects/{quote(account.project_id, safe='')}/messages:send"
        headers = (("authorization", f"Bearer {token}"), ("content-type", "application/json"))
        message = {
            "token": due.endpoint,
            "data": payloads.data(notification),
            # No collapse_key: of a device that is off, Google keeps four of them only.
            "android": {"priority": "high"},
        }
        body = msgspec.json.encode({"message": message})
        return await self._client.send(Outgoing("POST", url, headers, body), SECONDS)

    async def _token(self, account: ServiceAccount, refused: str | None = None) -> str:
        """An access token, asked for once for as long as it lives, or until it was refused.

        That there is none is remembered for a while too: a place of tokens that hangs is not to
        be waited for again with each device.
        """
        if self._waiting.is_long(account):
            raise _NotGranted(Verdict("again", "no access token: others wait for it"))
        async with self._turns.setdefault(account, asyncio.Lock()):
            token, until = self._tokens.get(account, ("", 0))
            if self._clock.now() >= until or token == refused:
                try:
                    granted = await self._granted(account)
                    token, life = granted.access_token, max(0, granted.expires_in - _EARLY)
                except _NotGranted as error:
                    token, life = error.verdict, _NOT_AGAIN
                self._tokens[account] = (token, self._clock.now() + life * 1000)
        if isinstance(token, Verdict):
            raise _NotGranted(token)
        return token

    async def _granted(self, account: ServiceAccount) -> _Granted:
        if urlsplit(account.token_uri).scheme != "https":
            raise NoCredential("the service account's token_uri is not an https URL")
        form = urlencode({"grant_type": _GRANT, "assertion": self._assertion(account)}).encode()
        headers = (("content-type", "application/x-www-form-urlencoded"),)
        request = Outgoing("POST", account.token_uri, headers, form)
        try:
            with self._waiting.at(account):
                answer = await self._granting.send(request, SECONDS)
        except Unreached as error:
            hopeless = isinstance(error, NotAllowed)
            verdict = Verdict("failed" if hopeless else "again", f"no access token: {error}")
            raise _NotGranted(verdict) from error
        try:
            if answer.status == 200:
                return msgspec.json.decode(answer.body, type=_Granted)
        except msgspec.DecodeError:
            pass
        reason = said("the token's endpoint", answer, "")
        later = answer.status in _LATER
        after = retry_after(answer, self._clock.now())
        raise _NotGranted(Verdict("again" if later else "failed", reason, after))

    def _assertion(self, account: ServiceAccount) -> str:
        now = self._clock.now() // 1000
        claims = {
            "iss": account.client_email,
            "scope": _RIGHT,
            "aud": account.token_uri,
            "iat": now,
            "exp": now + _ASSERTION_LIFE,
        }
        headers = {"kid": account.private_key_id} if account.private_key_id else None
        try:
            return jwt.encode(claims, account.private_key, "RS256", headers)
        except (ValueError, TypeError, jwt.PyJWTError):
            raise NoCredential("the service account's private_key is not one for RS256") from None

    async def close(self) -> None:
        """See ``Provider.close``."""
        await self._client.close()
        await self._granting.close()


def verdict(answer: Answer, now: int) -> Verdict:
    """What an answer means. Source: the reference of FCM's error codes.

    Args:
        answer: Google's.
        now: milliseconds since 1970-01-01T00:00:00Z.
    """
    if answer.status == 200:
        return Verdict("sent", "Google has taken it")
    trouble = _trouble(answer)
    codes = [each.error_code for each in trouble.details if each.error_code]
    reason = said("Google", answer, " ".join([*codes, trouble.message or trouble.status]))
    if answer.status == 404 and "UNREGISTERED" in codes:
        return Verdict("gone", reason)
    if answer.status in _LATER or answer.status == 401:
        after = retry_after(answer, now)
        if after is None and answer.status == 429:
            after = _QUOTA_PAUSE
        return Verdict("again", reason, after)
    return Verdict("failed", reason)


def _trouble(answer: Answer) -> _Trouble:
    try:
        return msgspec.json.decode(answer.body, type=_Refusal).error
    except msgspec.DecodeError:
        return _Trouble()
