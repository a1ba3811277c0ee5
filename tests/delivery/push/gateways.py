"""Push services on loopback, which check what they are sent.

Each refuses as the real one does what is not as its documents say, and can be told to answer
anything else to a device.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import http_ece
import jwt
import trustme
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from delivery.push.http2 import Asked, Gateway, Reply

CONTACT = "mailto:ops@example.com"


class Pushed(NamedTuple):
    """What a device was shown: its token or address, and the payload."""

    device: str
    payload: Any
    headers: dict[str, str]


class Service:
    """What all push services share: what they took, and what they answer instead.

    Attributes:
        pushed: what was taken, in order.
        told: the next answers for a device, by its token or address.
    """

    def __init__(self, authority: trustme.CA) -> None:
        self.gateway = Gateway(authority)
        self.gateway.answer = self._answer
        self.pushed: list[Pushed] = []
        self.told: dict[str, list[Reply]] = {}

    @property
    def url(self) -> str:
        return self.gateway.url

    def _answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def _instead(self, device: str) -> Reply | None:
        waiting = self.told.get(device)
        return waiting.pop(0) if waiting else None


def refused(status: int, reason: str, **more: Any) -> Reply:
    """An answer of Apple's."""
    headers = (("retry-after", str(more.pop("after"))),) if "after" in more else ()
    return Reply(status, {"reason": reason, **more}, headers)


class Apple(Service):
    """APNs. Tokens are checked by the public key, certificates by what was shown."""

    team_id, key_id, topic = "TEAM123456", "KEY1234567", "com.example.chat"

    def __init__(self, authority: trustme.CA) -> None:
        super().__init__(authority)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificates: set[bytes] = set()  # in DER

    @property
    def private_key(self) -> str:
        """The key as Apple hands it out: a .p8 file."""
        return pem(self.key)

    @property
    def secret(self) -> str:
        names = {"key_id": self.key_id, "team_id": self.team_id, "topic": self.topic}
        return json.dumps(names)

    def _answer(self, asked: Asked) -> Reply:
        token = asked.path.removeprefix("/3/device/")
        if (asked.method, asked.path) != ("POST", f"/3/device/{token}"):
            return refused(404, "BadPath")
        wrong = self._wrong(asked)
        if wrong is not None:
            return wrong
        instead = self._instead(token)
        if instead is not None:
            return instead
        self.pushed.append(Pushed(token, json.loads(asked.body), asked.headers))
        return Reply(200, None, (("apns-id", asked.headers["apns-id"]),))

    def _wrong(self, asked: Asked) -> Reply | None:
        headers = asked.headers
        if asked.certificate is not None and asked.certificate in self.certificates:
            assert "authorization" not in headers
        else:
            refusal = self._not_vouched_for(headers.get("authorization", ""))
            if refusal:
                return refused(403, refusal)
        assert len(headers["apns-collapse-id"]) <= 64
        assert int(headers["apns-expiration"]) > 0
        assert "aps" in json.loads(asked.body)
        if headers["apns-topic"] != self.topic:
            return refused(400, "TopicDisallowed")
        if headers["apns-push-type"] != "alert" or headers["apns-priority"] != "10":
            return refused(400, "InvalidPushType")
        return refused(413, "PayloadTooLarge") if len(asked.body) > 4096 else None

    def _not_vouched_for(self, shown: str) -> str | None:
        kind, _, token = shown.partition(" ")
        if kind != "bearer":
            return "MissingProviderToken"
        try:
            claims = jwt.decode(
                token,
                self.key.public_key(),
                algorithms=["ES256"],
                options={"verify_iat": False, "require": ["iss", "iat"]},
            )
        except jwt.PyJWTError:
            return "InvalidProviderToken"
        named = (jwt.get_unverified_header(token)["kid"], claims["iss"])
        return None if named == (self.key_id, self.team_id) else "InvalidProviderToken"


def error(status: int, code: str, error_code: str | None = None, after: str = "") -> Reply:
    """An answer of Google's."""
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": error_code}] if error_code else []
    body = {"error": {"code": status, "message": code, "status": code, "details": details}}
    return Reply(status, body, (("retry-after", after),) if after else ())


class Google(Service):
    """FCM's HTTP v1, and the endpoint that gives access tokens for a service account's word."""

    project, email = "chat-1234", "pusher@chat-1234.iam.example"

    def __init__(self, authority: trustme.CA) -> None:
        super().__init__(authority)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.granted: list[str] = []
        self.revoked: set[str] = set()
        self.grants: list[Reply] = []  # instead of a token

    @property
    def secret(self) -> str:
        account = {
            "type": "service_account",
            "project_id": self.project,
            "private_key_id": "key1",
            "private_key": pem(self.key),
            "client_email": self.email,
            "token_uri": f"{self.url}/token",
        }
        return json.dumps(account)

    def _answer(self, asked: Asked) -> Reply:
        if (asked.method, asked.path) == ("POST", "/token"):
            return self.grants.pop(0) if self.grants else self._grant(asked)
        if (asked.method, asked.path) != ("POST", f"/v1/projects/{self.project}/messages:send"):
            return error(404, "NOT_FOUND")
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.granted or token in self.revoked:
            return error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR")
        message = json.loads(asked.body)["message"]
        if any(not isinstance(each, str) for each in message["data"].values()):
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        instead = self._instead(message["token"])
        if instead is not None:
            return instead
        self.pushed.append(Pushed(message["token"], message["data"], asked.headers))
        return Reply(200, {"name": f"projects/{self.project}/messages/1"})

    def _grant(self, asked: Asked) -> Reply:
        form = parse_qs(asked.body.decode(), strict_parsing=True)
        if form["grant_type"] != ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
            return Reply(400, {"error": "unsupported_grant_type"})
        try:
            claims = jwt.decode(
                form["assertion"][0],
                self.key.public_key(),
                algorithms=["RS256"],
                audience=f"{self.url}/token",
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return Reply(400, {"error": "invalid_grant"})
        assert claims["iss"] == self.email
        assert claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
        assert 0 < claims["exp"] - claims["iat"] <= 3600
        token = f"ya29.{len(self.granted)}"
        self.granted.append(token)
        return Reply(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


class Browser:
    """A browser that subscribed: only it can read what it is sent."""

    def __init__(self, url: str, name: str, server_key: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"sixteen bytes ok"
        self.path = f"/wpush/{name}"
        self.endpoint = url + self.path
        self.server_key = server_key

    @property
    def subscription(self) -> str:
        """As its script sends it: what JSON.stringify makes of it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": b64(point), "auth": b64(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def read(self, body: bytes) -> Any:
        text = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(text)


class Browsers(Service):
    """A Web Push service, with the browsers that it reaches."""

    def __init__(self, authority: trustme.CA) -> None:
        super().__init__(authority)
        self.browsers: dict[str, Browser] = {}

    def subscribed(self, name: str, server_key: str) -> Browser:
        browser = Browser(self.url, name, server_key)
        self.browsers[browser.path] = browser
        return browser

    def _answer(self, asked: Asked) -> Reply:
        browser = self.browsers.get(asked.path)
        if asked.method != "POST" or browser is None:
            return Reply(404)
        if not self._is_vouched_for(asked, browser):
            return Reply(403)
        instead = self._instead(browser.endpoint)
        if instead is not None:
            return instead
        assert asked.headers["content-encoding"] == "aes128gcm"
        assert int(asked.headers["ttl"]) > 0
        assert len(asked.headers["topic"]) <= 32
        self.pushed.append(Pushed(browser.endpoint, browser.read(asked.body), asked.headers))
        return Reply(201, None, (("location", f"{self.url}/m/1"),))

    def _is_vouched_for(self, asked: Asked, browser: Browser) -> bool:
        kind, _, rest = asked.headers.get("authorization", "").partition(" ")
        parts = dict(each.strip().split("=", 1) for each in rest.split(","))
        if kind != "vapid" or parts["k"] != browser.server_key:
            return False
        point = base64.urlsafe_b64decode(parts["k"] + "==")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        claims = jwt.decode(
            parts["t"],
            key,
            algorithms=["ES256"],
            audience=self.url,
            options={"verify_exp": False, "require": ["exp"]},
        )
        return bool(claims["sub"] == CONTACT)


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class World(NamedTuple):
    """All three, and the file with the authority that vouches for them."""

    apple: Apple
    google: Google
    browsers: Browsers
    authority: trustme.CA
    authorities_file: str


@contextlib.asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    authority = trustme.CA()
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    made = World(Apple(authority), Google(authority), Browsers(authority), authority, str(file))
    async with contextlib.AsyncExitStack() as stack:
        for service in (made.apple, made.google, made.browsers):
            await stack.enter_async_context(service.gateway.running())
        yield made
