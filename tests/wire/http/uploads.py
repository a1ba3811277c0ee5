"""Clients of media: an account's and users' of the chat SDK."""

from typing import Any

import httpx

from harness import Client
from partywire.wire.http.tokens import PATH as TOKEN

PNG = {"Content-Type": "image/png"}


class Media:
    """One who asks for media of an account's default service.

    Args:
        client: the account's.
        identity: a user's, who shows a token; None shows the account's credentials.
    """

    def __init__(self, client: Client, identity: str | None = None) -> None:
        self._client = client
        self.service: str = client.seen("/Configuration")["default_chat_service_sid"]
        self.root = f"/v1/Services/{self.service}"
        self.headers: dict[str, str] = {}
        self.auth: Any = httpx.USE_CLIENT_DEFAULT
        if identity is not None:
            query = {"identity": identity, "service_sid": self.service}
            token = client.http.get(TOKEN, params=query).json()["token"]
            self.headers, self.auth = {"X-Twilio-Token": token}, None

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        url = path if path.startswith("http") else self.root + path
        return self._client.http.request(method, url, headers=headers, auth=self.auth, **more)

    def send(self, content: Any = b"abc", **query: str) -> httpx.Response:
        return self.ask("POST", "/Media", content=content, params=query, headers=PNG)

    def sent(self, content: Any = b"abc", **query: str) -> Any:
        answer = self.send(content, **query)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def set(self, *sids: str) -> httpx.Response:
        wanted = {"command": "get", "list": [{"media_sid": sid} for sid in sids]}
        return self.ask("POST", "/MediaSet", json=wanted)


def nobody(client: Client, method: str, url: str, **headers: str) -> httpx.Response:
    """What one is answered who shows nothing."""
    return client.http.request(method, url, auth=None, headers=headers)
