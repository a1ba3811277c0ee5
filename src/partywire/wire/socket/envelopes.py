"""What the server's packets say, one function for each kind, and the request in a client's."""

from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from partywire.wire.socket import packets
from partywire.wire.socket.packets import Header, HttpRequest, Packet
from partywire.wire.socket.upstream import Reply, Request

# ``telemetry.v1`` would make clients send it; ``offline_storage`` would make browsers keep things.
_CAPABILITIES: Final = {"client_update"}


def _status(code: int, said: str | None = None, number: int | None = None) -> dict[str, Any]:
    status: dict[str, Any] = {"code": code, "status": HTTPStatus(code).phrase}
    if said is not None:
        status["description"] = said
    if number is not None:
        status["errorCode"] = number
    return status


def reply(identifier: str, code: int, said: str | None = None, number: int | None = None) -> bytes:
    """The answer to a packet that asks for no other service.

    Args:
        identifier: of that packet.
        code: status, like one of HTTP.
        said: what is the matter.
        number: the error's code in the dictionary.
    """
    header = {"method": "reply", "id": identifier, "status": _status(code, said, number)}
    return packets.write(header)


def welcome(asked: Header) -> bytes:
    """The answer to an ``init`` whose token is good."""
    registrations = [
        {**msgspec.to_builtins(one), "notification_ctx_id": f"ctx.{number}"}
        for number, one in enumerate(asked.registrations or [])
    ]
    header = {
        "method": "reply",
        "id": asked.id,
        "status": _status(200),
        "capabilities": sorted(_CAPABILITIES.intersection(asked.capabilities or [])),
        "init_registrations": registrations,
    }
    return packets.write(header)


def answer(identifier: str, of: Reply) -> bytes:
    """The answer to a request inside a packet."""
    header = {
        "method": "reply",
        "id": identifier,
        "status": _status(200),
        "http_status": _status(of.status),
        "http_headers": {"content-type": packets.JSON, **of.headers},
    }
    return packets.write(header, of.body)


def notification(identifier: str, message_type: str, payload: bytes) -> bytes:
    """Something that the client did not ask for just now."""
    header = {"method": "notification", "id": identifier, "message_type": message_type}
    return packets.write(header, payload)


def token_about_to_expire(identifier: str) -> bytes:
    """The token ends soon."""
    kind = {"client_update_type": "token_about_to_expire"}
    return packets.write({"method": "client_update", "id": identifier, **kind})


def ping(identifier: str) -> bytes:
    """Asks for a sign of life."""
    return packets.write({"method": "ping", "id": identifier})


def close(
    identifier: str,
    code: int,
    said: str,
    number: int | None = None,
    policy: dict[str, int] | None = None,
) -> bytes:
    """The last packet.

    Args:
        identifier: of this packet.
        code: status, which tells the client whether and when to come again.
        said: why.
        number: the error's code in the dictionary.
        policy: ``reconnect_min_ms`` and ``reconnect_max_ms``.
    """
    header = {"method": "close", "id": identifier, "status": _status(code, said, number)}
    payload = msgspec.json.encode({"backoff_policy": policy}) if policy else b""
    return packets.write(header, payload)


def request(wanted: HttpRequest, packet: Packet) -> Request:
    """The request inside a packet."""
    query = {unquote(name): _values(value) for name, value in (wanted.params or {}).items()}
    headers = {name.lower(): str(value) for name, value in (wanted.headers or {}).items()}
    path = wanted.path.partition("?")[0]
    return Request(wanted.method.upper(), path, query, headers, packet.payload)


def _values(value: Any) -> list[str]:
    return [unquote(str(one)) for one in (value if isinstance(value, list) else [value])]
