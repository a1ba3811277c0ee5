"""Web Push: our own addition to the API.

Source: RFC 8030 (the request), RFC 8291 (its encryption), RFC 8292 (who sends it).
"""

import os
from typing import Final

import http_ece
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from partywire.delivery.outgoing import Answer, Client, Headers, Outgoing, Unreached
from partywire.delivery.push import payloads
from partywire.delivery.push.verdicts import SECONDS, Verdict, retry_after, said
from partywire.delivery.push.waiting import Waiting
from partywire.delivery.targets import Targets
from partywire.domain import vapid_keys
from partywire.domain.call import Resources
from partywire.model.pushes import Notification
from partywire.model.subscriptions import Subscription, subscription
from partywire.storage.pushes import Due

_DAY: Final = 24 * 60 * 60  # seconds for which a message is kept for a browser that is off
_TOKEN_LIFE: Final = 12 * 60 * 60
_SALT_BYTES: Final = 16
_LEFT_ALONE: Final = 10_000  # milliseconds after a push service was not reached
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class WebPush:
    """Sends to browsers.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        config = resources.config
        # Where browsers are reached stands in what clients wrote.
        targets = Targets(config.allowed_targets)
        self._client = Client(targets, config.authorities_file, http2=True)
        self._unreached: dict[str, int] = {}
        self._waiting = Waiting()

    async def ready(self, due: Due) -> bool:  # noqa: ARG002 - the same for all
        """See ``Provider.ready``."""
        return False

    async def push(self, due: Due, notification: Notification) -> Verdict:
        """See ``Provider.push``.

        Anybody's browser may name any push service: one that hangs is asked for nothing more until
        it answers, and left alone for a while when it has not, so that those of others are not
        held up by each device that names it.
        """
        now = self._resources.clock.now()
        try:
            browser = subscription(due.endpoint or "")
            if now < self._unreached.get(browser.origin, 0):
                return Verdict("again", "the push service was not reached a moment ago")
            if self._waiting.is_long(browser.origin):
                return Verdict("again", "the push service keeps others waiting")
            body = _encrypted(browser, msgspec.json.encode(payloads.data(notification)))
        except ValueError as error:
            return Verdict("failed", f"the device's subscription cannot be used: {error}")
        headers: Headers = (
            ("content-encoding", "aes128gcm"),
            ("content-type", "application/octet-stream"),
            ("ttl", str(_DAY)),
            ("urgency", "high"),
            ("topic", notification.reference),
            ("authorization", await self._vouched(due.account, browser.origin)),
        )
        request = Outgoing("POST", browser.endpoint, headers, body)
        with self._waiting.at(browser.origin):
            try:
                answer = await self._client.send(request, SECONDS)
            except Unreached:
                if not self._waiting.answers(browser.origin):
                    self._leave_alone(browser.origin, now)
                raise
        return verdict(answer, now)

    def _leave_alone(self, origin: str, now: int) -> None:
        self._unreached = {each: end for each, end in self._unreached.items() if now < end}
        self._unreached[origin] = now + _LEFT_ALONE

    async def _vouched(self, account: str, origin: str) -> str:
        """Who sends it, as the account's own key says."""
        keys = await vapid_keys.pair(self._resources, account)
        claims = {"aud": origin, "exp": self._resources.clock.now() // 1000 + _TOKEN_LIFE}
        contact = self._resources.config.push_contact
        if contact is not None:
            claims["sub"] = contact
        token = jwt.encode(claims, keys.private_key, "ES256")
        return f"vapid t={token}, k={keys.public_key}"

    async def close(self) -> None:
        """See ``Provider.close``."""
        await self._client.close()


def _encrypted(browser: Subscription, text: bytes) -> bytes:
    """The text as only the browser can read it.

    Raises:
        ValueError: the browser's key is not a point of the curve.
    """
    try:
        encrypted: bytes = http_ece.encrypt(
            text,
            salt=os.urandom(_SALT_BYTES),
            private_key=generate_private_key(SECP256R1()),
            dh=browser.point,
            auth_secret=browser.secret,
            version="aes128gcm",
        )
    except http_ece.ECEException as error:
        raise ValueError(str(error)) from error
    return encrypted


def verdict(answer: Answer, now: int) -> Verdict:
    """What an answer means. Source: RFC 8030, sections 5 and 8.4.

    Args:
        answer: the push service's.
        now: milliseconds since 1970-01-01T00:00:00Z.
    """
    if answer.status in {200, 201, 202, 204}:
        return Verdict("sent", "the push service has taken it")
    reason = said("the push service", answer, answer.body.decode(errors="replace"))
    if answer.status in {404, 410}:
        return Verdict("gone", reason)
    if answer.status in _LATER:
        return Verdict("again", reason, retry_after(answer, now))
    return Verdict("failed", reason)
