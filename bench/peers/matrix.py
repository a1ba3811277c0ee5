"""A client of a Matrix homeserver: what fills it, and what is then asked of it."""

import hashlib
import hmac
import http.client
import json
from typing import Any
from urllib.parse import quote, urlsplit

from bench.load import JSON, Request, Target

CLIENT = "/_matrix/client/v3"
SLIDING = "/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0"
REGISTER = "/_synapse/admin/v1/register"
WINDOW = 50


class Refused(Exception):
    """The homeserver did not do what it was asked."""


class Homeserver:
    """One connection to a homeserver.

    Args:
        url: scheme, host and port.
        secret: the homeserver's shared secret for registrations.
    """

    def __init__(self, url: str, secret: str) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        self._secret = secret

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """Sends a request; returns what it answers.

        Raises:
            Refused: it is no success.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        text = None if body is None else json.dumps(body)
        self._connection.request(method, path, text, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise Refused(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said)

    def register(self, name: str) -> str:
        """Makes a user; returns an access token."""
        nonce = self.ask("GET", REGISTER)["nonce"]
        signed = "\0".join((nonce, name, "password", "notadmin")).encode()
        mac = hmac.new(self._secret.encode(), signed, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "password", "mac": mac}
        token: str = self.ask("POST", REGISTER, {**body, "admin": False})["access_token"]
        return token

    def room(self, owner: str, member: str, name: str) -> str:
        """Makes a room of two; returns its id."""
        made = self.ask(
            "POST", f"{CLIENT}/createRoom", {"name": name, "preset": "public_chat"}, owner
        )
        room: str = made["room_id"]
        self.ask("POST", f"{CLIENT}/join/{quote(room)}", {}, member)
        return room

    def message(self, token: str, room: str, number: int) -> str:
        """Posts a message; returns its id."""
        path = f"{_room(room)}/send/m.room.message/fill{number}"
        event: str = self.ask("PUT", path, {"msgtype": "m.text", "body": "Hello"}, token)[
            "event_id"
        ]
        return event

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


def _room(room: str) -> str:
    return f"{CLIENT}/rooms/{quote(room)}"


def _bearer(token: str) -> str:
    return f"Bearer {token}"


def sending(token: str, rooms: list[str]) -> Request:
    """Sends messages to the rooms in turn, each under a transaction id of its own."""
    body = json.dumps({"msgtype": "m.text", "body": "Hello"})
    paths = (f"{_room(room)}/send/m.room.message/{{n}}" for room in rooms)
    return Request(tuple(Target(path, body) for path in paths), _bearer(token), "PUT", JSON)


def reading(token: str, events: list[tuple[str, str]]) -> Request:
    """Moves read receipts along the messages (room and event), and then from the start again."""
    paths = (f"{_room(room)}/receipt/m.read/{quote(event)}" for room, event in events)
    return Request(tuple(Target(path, "{}") for path in paths), _bearer(token), "POST", JSON)


def window(token: str) -> Request:
    """The newest fifty rooms by sliding sync, each time as a client that has just been opened."""
    rooms = {"ranges": [[0, WINDOW - 1]], "required_state": [], "timeline_limit": 1}
    body = json.dumps({"conn_id": "c{n}", "lists": {"all": rooms}})
    return Request((Target(SLIDING, body),), _bearer(token), "POST", JSON)


def full(token: str) -> Request:
    """All rooms with their unread counts, as lean as a filter makes it.

    The filter differs each time in a way that does not matter: Synapse answers equal requests
    that it has in hand at one moment by doing the work once.
    """
    lean = {
        "presence": {"types": []},
        "room": {
            "timeline": {"limit": 1},
            "state": {"lazy_load_members": True},
            "ephemeral": {"not_senders": ["@n{n}:nowhere"]},
        },
    }
    # The braces of the number must survive the quoting.
    path = f"{CLIENT}/sync?timeout=0&filter={quote(json.dumps(lean)).replace('%7Bn%7D', '{n}')}"
    return Request((Target(path),), _bearer(token))
