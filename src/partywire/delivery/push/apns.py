"""Apple's push service.

Source: "Sending notification requests to APNs", and the two pages on establishing a connection,
by certificate and by token.
"""

import tempfile
import uuid
from typing import Final
from urllib.parse import quote

import jwt
import msgspec
from cryptography import x509
from cryptography.x509.oid import NameOID
from msgspec import Struct

from partywire.delivery.outgoing import Answer, Client, Headers, Outgoing
from partywire.delivery.push import credentials, payloads
from partywire.delivery.push.verdicts import (
    SECONDS,
    NoCredential,
    Verdict,
    retry_after,
    said,
)
from partywire.delivery.targets import Anywhere
from partywire.domain.call import Resources
from partywire.model.pushes import Notification
from partywire.storage.pushes import Due

_URL: Final = "https://api.push.apple.com"
_SANDBOX_URL: Final = "https://api.sandbox.push.apple.com"
_DAY: Final = 24 * 60 * 60  # seconds for which Apple keeps it for a device that is off
_TOKEN_LIFE: Final = 40 * 60 * 1000  # Apple wants a new one after 20 to 60 minutes
_DEAD: Final = frozenset(
    {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"}
)
_LATER: Final = frozenset({429, 500, 502, 503, 504})


class Refusal(Struct, frozen=True):
    """The body of an answer that is not 200; the time is in milliseconds."""

    reason: str = ""
    timestamp: int | None = None


class _Shown(Struct, frozen=True):
    """What is shown to Apple: a certificate by the client, or a token in a header."""

    client: Client
    topic: str
    key: tuple[str, str, str] | None = None


class Apns:
    """Sends to Apple's devices.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._config, self._vault, self._clock = (
            resources.config,
            resources.vault,
            resources.clock,
        )
        self._clients: dict[str, Client] = {}
        self._tokens: dict[tuple[str, str, str], tuple[str, int]] = {}

    async def ready(self, due: Due) -> bool:  # noqa: ARG002 - the same for all
        """See ``Provider.ready``."""
        return False

    async def push(self, due: Due, notification: Notification) -> Verdict:
        """See ``Provider.push``."""
        shown = self._shown(credentials.opened(self._vault, due))
        token = self._token(shown.key) if shown.key else None
        request = self._request(due, notification, shown, token)
        answer = await shown.client.send(request, SECONDS)
        if shown.key and _refusal(answer).reason == "ExpiredProviderToken":
            token = self._token(shown.key, refused=token)
            request = self._request(due, notification, shown, token)
            answer = await shown.client.send(request, SECONDS)
        return verdict(answer, due.registered or 0, self._clock.now())

    def _request(
        self, due: Due, notification: Notification, shown: _Shown, token: str | None = None
    ) -> Outgoing:
        base = self._config.apns_url or (_SANDBOX_URL if due.sandbox else _URL)
        same = uuid.uuid5(uuid.NAMESPACE_OID, notification.reference + due.binding_sid)
        headers: Headers = (
            ("apns-id", str(same)),
            ("apns-topic", shown.topic),
            ("apns-push-type", "alert"),
            ("apns-priority", "10"),
            ("apns-expiration", str(due.date_created // 1000 + _DAY)),
            ("apns-collapse-id", notification.reference),
        )
        if token is not None:
            headers += (("authorization", f"bearer {token}"),)
        url = f"{base.rstrip('/')}/3/device/{quote(due.endpoint or '', safe='')}"
        body = msgspec.json.encode(payloads.apple(notification))
        return Outgoing("POST", url, headers, body)

    def _shown(self, secrets: dict[str, str]) -> _Shown:
        certificate = secrets.get("certificate")
        private_key = secrets.get("private_key")
        if not private_key:
            raise NoCredential("the credential has no PrivateKey")
        if certificate:
            topic = credentials.apple_topic(secrets) or topic_of(certificate)
            return _Shown(self._client(f"{certificate.strip()}\n{private_key.strip()}\n"), topic)
        key = credentials.apple_key(secrets)
        return _Shown(self._client(""), key.topic, (key.team_id, key.key_id, private_key))

    def _client(self, pem: str) -> Client:
        """The client that shows this certificate; connections are kept."""
        client = self._clients.get(pem)
        if client is None:
            client = self._clients[pem] = self._made(pem)
        return client

    def _made(self, pem: str) -> Client:
        trusted = self._config.authorities_file
        if not pem:
            return Client(Anywhere(), trusted, http2=True)
        # The library of TLS reads keys from files only; this one is nobody else's, and short-lived.
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(pem)
            file.flush()
            try:
                return Client(Anywhere(), trusted, file.name, http2=True)
            except OSError:
                raise NoCredential(
                    "the credential's Certificate and PrivateKey are not a pair in PEM"
                ) from None

    def _token(self, key: tuple[str, str, str], refused: str | None = None) -> str:
        """A token, the same for as long as it lives: Apple refuses who makes too many."""
        now = self._clock.now()
        found = self._tokens.get(key)
        if found is None or now - found[1] >= _TOKEN_LIFE or found[0] == refused:
            team_id, key_id, private_key = key
            claims = {"iss": team_id, "iat": now // 1000}
            try:
                token = jwt.encode(claims, private_key, "ES256", {"kid": key_id})
            except (ValueError, TypeError, jwt.PyJWTError):
                raise NoCredential(
                    "the credential's PrivateKey is not one for ES256 in PEM"
                ) from None
            found = self._tokens[key] = (token, now)
        return found[0]

    async def close(self) -> None:
        """See ``Provider.close``."""
        for client in self._clients.values():
            await client.close()
        self._clients.clear()


def topic_of(certificate: str) -> str:
    """The topic that a certificate is for: the user ID of its subject, or its name.

    Raises:
        NoCredential: it is no certificate, or names neither.
    """
    try:
        subject = x509.load_pem_x509_certificate(certificate.encode()).subject
    except ValueError:
        raise NoCredential("the credential's Certificate is not one in PEM") from None
    for name in (NameOID.USER_ID, NameOID.COMMON_NAME):
        for found in subject.get_attributes_for_oid(name):
            return str(found.value).rpartition(": ")[2]
    raise NoCredential("the credential's Certificate names no topic: put it into Secret")


def _refusal(answer: Answer) -> Refusal:
    try:
        return msgspec.json.decode(answer.body, type=Refusal)
    except msgspec.DecodeError:
        return Refusal()


def verdict(answer: Answer, registered: int, now: int) -> Verdict:
    """What an answer means. Source: "Handling notification responses from APNs".

    Args:
        answer: Apple's.
        registered: when the device was last registered, in milliseconds since
            1970-01-01T00:00:00Z.
        now: the same of now.
    """
    if answer.status == 200:
        return Verdict("sent", "Apple has taken it")
    refusal = _refusal(answer)
    reason = said("Apple", answer, refusal.reason)
    if answer.status in _LATER:
        return Verdict("again", reason, retry_after(answer, now))
    if answer.status in {400, 410} and refusal.reason in _DEAD:
        if answer.status == 410 and (refusal.timestamp or now) < registered:
            return Verdict("failed", f"{reason}, but the device was registered again since")
        return Verdict("gone", reason)
    return Verdict("failed", reason)
