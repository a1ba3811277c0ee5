"""What a success shows: exactly the documented fields, with their types and formats."""

import json
import re
from collections.abc import Callable
from typing import Any

from contract.table import Row
from partywire.durations import milliseconds

Check = Callable[[Any], bool]


def pattern(expression: str) -> Check:
    """A string that matches as a whole."""
    compiled = re.compile(expression, re.ASCII | re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def sid(prefix: str) -> Check:
    return pattern(prefix + "[0-9a-fA-F]{32}")


def or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def word(*words: str | None) -> Check:
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


def boolean(value: Any) -> bool:
    return type(value) is bool


def duration(value: Any) -> bool:
    """A duration that was accepted, as it was written."""
    return isinstance(value, str) and milliseconds(value) >= 60_000


def binding(value: Any) -> bool:
    """How somebody is reached: what there is of it."""
    addresses = {key: value[key] for key in value if key != "type"}
    known = {"address", "proxy_address", "projected_address"}
    return KIND(value["type"]) and addresses.keys() <= known and all(map(TEXT, addresses.values()))


def whole_binding(value: Any) -> bool:
    """The same, where every key stands."""
    kept = {key: each for key, each in value.items() if each is not None}
    return len(value) == 6 and {"level", "name"} <= value.keys() - kept.keys() and binding(kept)


def timers(value: Any) -> bool:
    return set(value) <= {"date_inactive", "date_closed"} and all(map(DATE, value.values()))


def bindings(value: Any) -> bool:
    if value == {}:
        return True
    email = value["email"]
    return set(value) == {"email"} and set(email) == {"projected_address", "name"}


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def webhook(value: Any) -> bool:
    """What one of the three targets uses."""
    keys = set(value) - {"replay_after"}
    told = {"url", "method", "filters"}
    return keys in (told, {*told, "triggers"}, {"flow_sid"}) and value.get("method") in (
        "get",
        "post",
        None,
    )


def push(value: Any) -> bool:
    """One kind of notification: whether it is sent, and what of it was set."""
    flags = {"enabled", "badge_count_enabled"} & set(value)
    words = {"template", "sound"} & set(value)
    media = {"with_media"} & set(value)
    return (
        "enabled" in flags
        and set(value) == flags | words | media
        and all(type(value[name]) is bool for name in flags)
        and all(value[name] and isinstance(value[name], str) for name in words)
        and all(push(value[name]) for name in media)
    )


def auto_creation(value: Any) -> bool:
    """What one of the three types uses."""
    used = {
        "default": set(),
        "webhook": {"webhook_url", "webhook_method", "webhook_filters"},
        "studio": {"studio_flow_sid"},
    }[value["type"]]
    optional = {"conversation_service_sid"}
    optional |= {"studio_retry_count"} if value["type"] == "studio" else set()
    return type(value["enabled"]) is bool and set(value) - optional == {"enabled", "type", *used}


TEXT = pattern(".*")
DATE = pattern(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
URL = pattern(r"https?://[^/?#\s]+/v1/[!-~]+")
KIND = word("sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple")
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
    "is_online": or_null(boolean),
    "is_notifiable": or_null(boolean),
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
    "identity": or_null(TEXT),
    "attributes": json_text,
    "messaging_binding": or_null(binding),
    "role_sid": or_null(sid("RL")),
    **DATES,
    "last_read_message_index": or_null(whole),
    "last_read_timestamp": or_null(DATE),
}
SHARE = word("all", "some", "none")


def delivery(value: Any) -> bool:
    """How far a message came: to how many, and what share of them."""
    shares = {name: value[name] for name in value if name != "total"}
    known = {"sent", "delivered", "read", "failed", "undelivered"}
    return whole(value["total"]) and shares.keys() == known and all(map(SHARE, shares.values()))


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
    "delivery": or_null(delivery),
    "links": links("delivery_receipts", "channel_metadata"),
    "content_sid": null,
}
WEBHOOK: dict[str, Check] = {
    "sid": sid("WH"),
    "account_sid": sid("AC"),
    "conversation_sid": sid("CH"),
    "target": word("webhook", "trigger", "studio"),
    "configuration": webhook,
    **DATES,
}
ACCOUNT_WEBHOOKS: dict[str, Check] = {
    "account_sid": sid("AC"),
    "method": word("GET", "POST"),
    "filters": or_null(texts),
    "pre_webhook_url": or_null(TEXT),
    "post_webhook_url": or_null(TEXT),
    "target": word("webhook", "flex"),
    "url": URL,
}
SERVICE_WEBHOOKS: dict[str, Check] = {
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "method": word("GET", "POST", None),
    "filters": or_null(texts),
    "pre_webhook_url": or_null(TEXT),
    "post_webhook_url": or_null(TEXT),
    "url": URL,
}
ADDRESS: dict[str, Check] = {
    "sid": sid("IG"),
    "account_sid": sid("AC"),
    "type": word("sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat"),
    "address": TEXT,
    "friendly_name": or_null(TEXT),
    "auto_creation": auto_creation,
    "address_country": or_null(pattern("[A-Z]{2}")),
    **DATES,
}
CREDENTIAL: dict[str, Check] = {
    "sid": sid("CR"),
    "account_sid": sid("AC"),
    "friendly_name": or_null(TEXT),
    "type": word("apn", "gcm", "fcm"),
    "sandbox": word("True", "False"),
    **DATES,
}
BINDING: dict[str, Check] = {
    "sid": sid("BS"),
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "credential_sid": or_null(sid("CR")),
    "endpoint": TEXT,
    "identity": TEXT,
    "binding_type": word("apn", "gcm", "fcm", "twilsock"),
    "message_types": texts,
    **DATES,
}
RECEIPT: dict[str, Check] = {
    "sid": sid("DY"),
    "account_sid": sid("AC"),
    "conversation_sid": sid("CH"),
    "message_sid": sid("IM"),
    "channel_message_sid": sid("[A-Z]{2}"),
    "participant_sid": sid("MB"),
    "status": word("read", "failed", "delivered", "undelivered", "sent"),
    "error_code": whole,
    **DATES,
    "date_updated": or_null(DATE),
}
NOTIFICATIONS: dict[str, Check] = {
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "log_enabled": lambda value: type(value) is bool,
    "new_message": push,
    "added_to_conversation": push,
    "removed_from_conversation": push,
    "url": URL,
}
ROLE: dict[str, Check] = {
    "sid": sid("RL"),
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "friendly_name": TEXT,
    "type": word("conversation", "service"),
    "permissions": texts,
    **DATES,
}
ACCOUNT_CONFIGURATION: dict[str, Check] = {
    "account_sid": sid("AC"),
    "default_chat_service_sid": sid("IS"),
    "default_messaging_service_sid": sid("MG"),
    "default_inactive_timer": or_null(duration),
    "default_closed_timer": or_null(duration),
    "url": URL,
    "links": links("service", "webhooks"),
}
SERVICE_CONFIGURATION: dict[str, Check] = {
    "chat_service_sid": sid("IS"),
    "default_conversation_creator_role_sid": sid("RL"),
    "default_conversation_role_sid": sid("RL"),
    "default_chat_service_role_sid": sid("RL"),
    "reachability_enabled": boolean,
    "url": URL,
    "links": links("notifications", "webhooks"),
}
PARTICIPANT_CONVERSATION: dict[str, Check] = {
    "account_sid": sid("AC"),
    "chat_service_sid": sid("IS"),
    "participant_sid": sid("MB"),
    "participant_user_sid": or_null(sid("US")),
    "participant_identity": or_null(TEXT),
    "participant_messaging_binding": or_null(whole_binding),
    "conversation_sid": sid("CH"),
    "conversation_unique_name": or_null(TEXT),
    "conversation_friendly_name": or_null(TEXT),
    "conversation_attributes": json_text,
    "conversation_date_created": DATE,
    "conversation_date_updated": DATE,
    "conversation_created_by": TEXT,
    "conversation_state": STATE,
    "conversation_timers": timers,
    "links": links("participant", "conversation"),
}
CONVERSATION_WITH_PARTICIPANTS: dict[str, Check] = {
    **CONVERSATION,
    "state": word("initializing", "active", "inactive"),
    "links": links("participants", "messages", "webhooks"),
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
    "Conversations/Webhooks": WEBHOOK,
    "Configuration/Addresses": ADDRESS,
    "Configuration/Webhooks": ACCOUNT_WEBHOOKS,
    "Configuration/Notifications": NOTIFICATIONS,
    "Conversations/Messages/Receipts": RECEIPT,
    "Credentials": CREDENTIAL,
    "Bindings": BINDING,
    "Roles": ROLE,
    "Configuration": ACCOUNT_CONFIGURATION,
    "ParticipantConversations": PARTICIPANT_CONVERSATION,
    "ConversationWithParticipants": CONVERSATION_WITH_PARTICIPANTS,
}
# What is another thing at the service door.
OF_A_SERVICE = {
    "Configuration": SERVICE_CONFIGURATION,
    "Configuration/Webhooks": SERVICE_WEBHOOKS,
}
# What is there from the start: a POST changes it.
ONLY_CHANGED = ("/Configuration", "/Configuration/Webhooks", "/Configuration/Notifications")


def schema_of(row: Row) -> dict[str, Check]:
    """The fields of what this operation shows."""
    path = row.operation.path  # below the door
    collections = "/".join(part for part in path[1:].split("/") if not part.startswith("{"))
    things = {**RESOURCES, **OF_A_SERVICE} if row.door == "service" else RESOURCES
    fields = things[collections]
    if row.door == "service" and fields in (PARTICIPANT, MESSAGE, WEBHOOK, RECEIPT):
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
    creates = method == "POST" and not row.template.endswith(("}", *ONLY_CHANGED))
    assert status in ({200} if not creates else {201, 202} if "state" in shown else {201})
    if items is None:
        assert (status == 202) == (shown.get("state") == "initializing")
        assert_fields(shown, fields)
        return
    assert set(shown) == {items, "meta"}
    assert_fields(shown["meta"], META)
    assert shown["meta"]["key"] == items
    for item in shown[items]:
        assert_fields(item, fields)
