"""What a success shows: exactly the documented fields, with their types and formats."""

import json
import re
from collections.abc import Callable
from typing import Any

from contract.table import Row

Check = Callable[[Any], bool]


def pattern(expression: str) -> Check:
    """A string that matches as a whole."""
    compiled = re.compile(expression, re.ASCII | re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def sid(prefix: str) -> Check:
    return pattern(prefix + "[0-9a-fA-F]{32}")


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def word(*words: str) -> Check:
    return lambda value: value in words


def links(*names: str) -> Check:
    """An object of URLs with exactly these names."""
    return lambda value: set(value) == set(names) and all(map(URL, value.values()))


def null(value: Any) -> bool:
    return value is None


def whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def json_text(value: Any) -> bool:
    """A string that holds JSON; its content is not looked at."""
    try:
        json.loads(value, parse_int=str, parse_float=str)  # numbers may be of any length
    except RecursionError:
        return True
    return True


def timers(value: Any) -> bool:
    return set(value) <= {"date_inactive", "date_closed"} and all(map(DATE, value.values()))


def bindings(value: Any) -> bool:
    if value == {}:
        return True
    email = value["email"]
    return set(value) == {"email"} and set(email) == {"address", "name"}


TEXT = pattern(".*")
DATE = pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
URL = pattern(r"https?://[^/?#\s]+/v1/[!-~]+")
STATE = word("active", "inactive", "closed")
DATES = {"date_created": DATE, "date_updated": DATE, "url": URL}

SERVICE: dict[str, Check] = {
    "account_sid": sid("AC"),
    "sid": sid("IS"),
    "friendly_name": TEXT,
    **DATES,
    "links": links(
        "conversations",
        "users",
        "roles",
        "bindings",
        "configuration",
        "participant_conversations",
        "conversation_with_participants",
    ),
}
USER: dict[str, Check] = {
    "sid": sid("US"),
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "role_sid": sid("RL"),
    "identity": TEXT,
    "friendly_name": or_null(TEXT),
    "attributes": json_text,
    "is_online": null,
    "is_notifiable": null,
    **DATES,
    "links": links("user_conversations"),
}
CONVERSATION: dict[str, Check] = {
    "sid": sid("CH"),
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "messaging_service_sid": sid("MG"),
    "friendly_name": or_null(TEXT),
    "unique_name": or_null(TEXT),
    "attributes": json_text,
    "state": STATE,
    "timers": timers,
    "bindings": bindings,
    **DATES,
    "links": links("participants", "messages", "webhooks", "export"),
}
USER_CONVERSATION: dict[str, Check] = {
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "conversation_sid": sid("CH"),
    "unread_messages_count": or_null(lambda value: whole(value) and value <= 1000),
    "last_read_message_index": or_null(whole),
    "participant_sid": sid("MB"),
    "user_sid": sid("US"),
    "friendly_name": or_null(TEXT),
    "conversation_state": STATE,
    "timers": timers,
    "attributes": json_text,
    "created_by": TEXT,
    "notification_level": word("default", "muted"),
    "unique_name": or_null(TEXT),
    **DATES,
    "links": links("participant", "conversation"),
}
# At the service door, participants and messages show their service too.
PARTICIPANT: dict[str, Check] = {
    "account_sid": sid("AC"),
    "conversation_sid": sid("CH"),
    "sid": sid("MB"),
    "identity": TEXT,
    "attributes": json_text,
    "messaging_binding": null,
    "role_sid": sid("RL"),
    **DATES,
    "last_read_message_index": or_null(whole),
    "last_read_timestamp": or_null(DATE),
}
MESSAGE: dict[str, Check] = {
    "account_sid": sid("AC"),
    "conversation_sid": sid("CH"),
    "sid": sid("IM"),
    "index": whole,
    "author": TEXT,
    "body": or_null(TEXT),
    "media": null,
    "attributes": json_text,
    "participant_sid": or_null(sid("MB")),
    **DATES,
    "delivery": null,
    "links": links("delivery_receipts", "channel_metadata"),
    "content_sid": null,
}
META: dict[str, Check] = {
    "page": whole,
    "page_size": lambda value: whole(value) and 1 <= value <= 100,
    "first_page_url": URL,
    "previous_page_url": or_null(URL),
    "url": URL,
    "next_page_url": or_null(URL),
    "key": TEXT,
}

RESOURCES = {
    "Services": SERVICE,
    "Users": USER,
    "Conversations": CONVERSATION,
    "Users/Conversations": USER_CONVERSATION,
    "Conversations/Participants": PARTICIPANT,
    "Conversations/Messages": MESSAGE,
}


def schema_of(row: Row) -> dict[str, Check]:
    """The fields of what this operation shows."""
    path = row.operation.path  # below the door
    collections = "/".join(part for part in path[1:].split("/") if not part.startswith("{"))
    fields = RESOURCES[collections]
    if row.door == "service" and fields in (PARTICIPANT, MESSAGE):
        return {**fields, "chat_service_sid": sid("IS")}
    return fields


def assert_fields(shown: Any, fields: dict[str, Check]) -> None:
    """The object has these fields and no others, each as its check wants it."""
    assert set(shown) == set(fields)
    wrong = {name: shown[name] for name, check in fields.items() if not check(shown[name])}
    assert not wrong, wrong


def assert_success(row: Row, status: int, body: bytes) -> None:
    """The answer to this operation is a documented one."""
    method, items = row.operation.method, getattr(row.operation, "items", None)
    if method == "DELETE":
        assert (status, body) == (204, b"")
        return
    shown, fields = json.loads(body), schema_of(row)
    creates = method == "POST" and not row.template.endswith("}")
    assert status == (201 if creates else 200)
    if items is None:
        assert_fields(shown, fields)
        return
    assert set(shown) == {items, "meta"}
    assert_fields(shown["meta"], META)
    assert shown["meta"]["key"] == items
    for item in shown[items]:
        assert_fields(item, fields)
