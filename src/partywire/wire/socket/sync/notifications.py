"""What a client of Sync is told, as the JSON of a notification (sections 4.3 and 4.5)."""

from typing import Any, Final

import msgspec

from partywire.model.sync import SyncObject
from partywire.wire.socket.sync import contents, names, places
from partywire.wire.socket.sync.changes import Change

# All of it is of this type: the SDK keeps the order of what is.
MESSAGE_TYPE: Final = "twilio.sync.event"

_VERSION: Final = 4
_KEYS: Final = {"list": "item_index", "map": "item_key"}

_encode = msgspec.json.Encoder().encode


def change(thing: SyncObject, told: Change, correlation: object = None) -> bytes:
    """That something changed.

    Args:
        thing: the object.
        told: the change.
        correlation: of the request to which this is a replay; None for what happens now.
    """
    kind, sid = names.type_of(thing), names.sid_of(thing)
    event: dict[str, Any] = {
        "id": told.id,
        "date_created": contents.moment(told.date),
        f"{kind}_sid": sid,
    }
    if told.key is not None:
        event |= {
            f"{kind}_revision": str(told.id),
            _KEYS[kind]: told.key,
            "item_data": told.data,
            "item_revision": str(told.id),
            "item_url": places.item(thing, told.key),
            "date_expires": None,
        }
        return _notification(f"{kind}_item_{told.how}", event, correlation)
    if told.how != "removed":
        event |= {f"{kind}_revision": str(told.id), f"{kind}_data": told.data}
    return _notification(f"{kind}_{told.how}", event, correlation)


def established(thing: SyncObject, position: int, correlation: object) -> bytes:
    """That everything up to this position has been told, and what comes will be."""
    event = {**_about(thing), "replay_status": "completed", "last_event_id": position}
    return _notification("subscription_established", event, correlation)


def canceled(thing: SyncObject, correlation: object) -> bytes:
    """That nothing more will be told."""
    return _notification("subscription_canceled", _about(thing), correlation)


def failed(
    object_sid: str, kind: str, status: int, code: int, why: str, correlation: object
) -> bytes:
    """That an object cannot be subscribed to; a status of 404 makes the client forget it."""
    error = {"status": status, "code": code, "message": why}
    event = {"object_sid": object_sid, "object_type": kind, "error": error}
    return _notification("subscription_failed", event, correlation)


def _about(thing: SyncObject) -> dict[str, Any]:
    return {"object_sid": names.sid_of(thing), "object_type": names.type_of(thing)}


def _notification(event_type: str, event: dict[str, Any], correlation: object) -> bytes:
    told: dict[str, Any] = {"event_type": event_type, "event_protocol_version": _VERSION}
    if correlation is not None:
        told["correlation_id"] = correlation
    return _encode({**told, "events": [event]})
