"""The table of events: complete, and every post-event checked field by field."""

from typing import Any, get_args

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from partywire.delivery.webhooks import parameters
from partywire.delivery.webhooks.events import BY_KIND, TABLE, pairs, told
from partywire.delivery.webhooks.parameters import Telling
from partywire.model.conversations import Opening, StateChange
from partywire.model.events import Event, EventKind, PreEventKind
from partywire.model.users import Reachability
from storage import rows

# Source: the documents' list of events, by object.
DOCUMENTED = {
    "pre": {
        "onConversationAdd",
        "onConversationUpdate",
        "onConversationRemove",
        "onMessageAdd",
        "onMessageUpdate",
        "onMessageRemove",
        "onParticipantAdd",
        "onParticipantUpdate",
        "onParticipantRemove",
        "onUserUpdate",
    },
    "post": {
        "onConversationAdded",
        "onConversationUpdated",
        "onConversationRemoved",
        "onConversationStateUpdated",
        "onMessageAdded",
        "onMessageUpdated",
        "onMessageRemoved",
        "onParticipantAdded",
        "onParticipantUpdated",
        "onParticipantRemoved",
        "onUserAdded",
        "onUserUpdated",
        "onDeliveryUpdated",
    },
}
SILENT: set[EventKind] = {
    "service.added",
    "service.removed",
    "user.removed",
    "user.reached",
    "webhook.added",
}

MESSAGING_SERVICE = rows.sid("MG", 7)
CREATED, UPDATED, HAPPENED = 1_628_812_490_674, 1_628_812_491_005, 1_628_812_492_050
DATE_CREATED = "2021-08-12T23:54:50.674Z"
DATE_UPDATED = "2021-08-12T23:54:51.005Z"
DATE_HAPPENED = "2021-08-12T23:54:52.050Z"
DATES: dict[str, Any] = {"date_created": CREATED, "date_updated": UPDATED}

CONVERSATION = rows.conversation(
    friendly_name="Füße & mehr",
    unique_name="feet",
    attributes='{"a": 1}',
    messaging_service_sid=rows.sid("MG", 1),
    **DATES,
)
STATE = StateChange(
    CONVERSATION.sid, rows.SERVICE, rows.sid("MG", 1), "active", "closed", "TIMER", UPDATED
)
MESSAGE = rows.message(
    3, body="Zwölf Uhr?", author="ada", participant_sid=rows.sid("MB", 4), **DATES
)
PARTICIPANT = rows.participant(4, of=2, role_sid=rows.sid("RL", 5), attributes="[]", **DATES)
BY_PHONE = rows.participant(
    5,
    user_sid=None,
    identity=None,
    messaging_type="whatsapp",
    address="whatsapp:+15550001",
    proxy_address="whatsapp:+15550002",
    **DATES,
)
USER = rows.user(2, friendly_name="Ada", attributes='{"b": 2}', **DATES)
RECEIPT = rows.receipt(
    1, 3, participant_sid=BY_PHONE.sid, status="failed", error_code=30008, **DATES
)

_CONVERSATION = {
    "ConversationSid": CONVERSATION.sid,
    "DateCreated": DATE_CREATED,
    "DateUpdated": DATE_UPDATED,
    "FriendlyName": "Füße & mehr",
    "UniqueName": "feet",
    "Attributes": '{"a": 1}',
    "ChatServiceSid": rows.SERVICE,
    "MessagingServiceSid": rows.sid("MG", 1),
    "State": "active",
}
_MESSAGE = {
    "ConversationSid": MESSAGE.conversation_sid,
    "MessageSid": MESSAGE.sid,
    "Index": "3",
    "Body": "Zwölf Uhr?",
    "Author": "ada",
    "ParticipantSid": rows.sid("MB", 4),
    "Attributes": "{}",
    "DateCreated": DATE_CREATED,
    "DateUpdated": DATE_UPDATED,
}
_PARTICIPANT = {
    "ConversationSid": PARTICIPANT.conversation_sid,
    "ParticipantSid": PARTICIPANT.sid,
    "Identity": "user2",
    "RoleSid": rows.sid("RL", 5),
    "Attributes": "[]",
    "MessagingBinding.Type": "CHAT",
    "DateCreated": DATE_CREATED,
    "DateUpdated": DATE_UPDATED,
}
_USER = {
    "ChatServiceSid": rows.SERVICE,
    "UserSid": USER.sid,
    "Identity": "user2",
    "RoleSid": rows.sid("RL", 1),
    "Attributes": '{"b": 2}',
    "FriendlyName": "Ada",
    "DateCreated": DATE_CREATED,
    "DateUpdated": DATE_UPDATED,
}
_RECEIPT = {
    "ConversationSid": RECEIPT.conversation_sid,
    "ChatServiceSid": rows.SERVICE,
    "MessageSid": MESSAGE.sid,
    "DeliveryReceiptSid": RECEIPT.sid,
    "ChannelMessageSid": RECEIPT.channel_message_sid,
    "ParticipantSid": BY_PHONE.sid,
    "Status": "failed",
    "ErrorCode": "30008",
    "DateCreated": DATE_CREATED,
    "DateUpdated": DATE_UPDATED,
}
_REMOVED = {"DateRemoved": DATE_HAPPENED}


def _without(told: dict[str, str], *names: str) -> dict[str, str]:
    return {name: text for name, text in told.items() if name not in names}


# What happened to what, and all that is told of it besides what is told of every event.
EXPECTED: dict[EventKind, tuple[Struct, str, dict[str, str]]] = {
    "conversation.added": (CONVERSATION, "onConversationAdded", _CONVERSATION),
    "conversation.updated": (CONVERSATION, "onConversationUpdated", _CONVERSATION),
    "conversation.removed": (CONVERSATION, "onConversationRemoved", _CONVERSATION | _REMOVED),
    "conversation.state_updated": (
        STATE,
        "onConversationStateUpdated",
        {
            "ChatServiceSid": rows.SERVICE,
            "ConversationSid": CONVERSATION.sid,
            "MessagingServiceSid": rows.sid("MG", 1),
            "StateUpdated": DATE_UPDATED,
            "StateFrom": "active",
            "StateTo": "closed",
            "Reason": "TIMER",
        },
    ),
    "message.added": (
        MESSAGE,
        "onMessageAdded",
        _without(_MESSAGE, "DateUpdated")
        | {"ChatServiceSid": rows.SERVICE, "MessagingServiceSid": MESSAGING_SERVICE},
    ),
    "message.updated": (MESSAGE, "onMessageUpdated", _MESSAGE),
    "message.removed": (MESSAGE, "onMessageRemoved", _MESSAGE | _REMOVED),
    "participant.added": (PARTICIPANT, "onParticipantAdded", _PARTICIPANT),
    "participant.updated": (
        replace(PARTICIPANT, last_read_message_index=0),
        "onParticipantUpdated",
        _PARTICIPANT | {"LastReadMessageIndex": "0"},
    ),
    "participant.removed": (PARTICIPANT, "onParticipantRemoved", _PARTICIPANT | _REMOVED),
    "user.added": (USER, "onUserAdded", _USER),
    "user.updated": (USER, "onUserUpdated", _USER),
    "receipt.updated": (RECEIPT, "onDeliveryUpdated", _RECEIPT),
}


def happened(kind: EventKind, thing: Struct, **more: Any) -> Event:
    payload = msgspec.json.encode(thing).decode()
    return rows.event(kind=kind, date=HAPPENED, payload=payload, webhooks=1, **more)


def tell(event: Event, **more: Any) -> tuple[str, dict[str, str]]:
    """What is told; no parameter stands there twice."""
    found = told(event, rows.ACCOUNT, MESSAGING_SERVICE, **more)
    assert found is not None
    name, parameters = found
    assert len(dict(parameters)) == len(parameters)
    return name, dict(parameters)


@pytest.mark.parametrize("phase", ["pre", "post"])
def test_the_table_holds_every_documented_event_once(phase: str) -> None:
    names = [event.name for event in TABLE if event.phase == phase]
    assert len(names) == len(set(names))
    assert set(names) == DOCUMENTED[phase]


def test_every_kind_is_told_or_silent() -> None:
    kinds = set(get_args(EventKind)) | set(get_args(PreEventKind))
    assert BY_KIND.keys() | SILENT == kinds
    assert not BY_KIND.keys() & SILENT
    assert len(BY_KIND) == len(TABLE)


def test_only_what_is_asked_before_may_be_changed() -> None:
    changeable = {event.name: event.changeable for event in TABLE if event.changeable}
    assert changeable == {
        "onConversationAdd": ("friendly_name",),
        "onConversationUpdate": ("friendly_name",),
        "onMessageAdd": ("body", "author", "attributes"),
        "onMessageUpdate": ("body", "author", "attributes"),
    }


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_post_event_is_told_field_by_field(kind: EventKind) -> None:
    thing, name, own = EXPECTED[kind]
    common = {"AccountSid": rows.ACCOUNT, "EventType": name, "Source": "API"}
    assert tell(happened(kind, thing)) == (name, common | own)


def test_every_post_event_was_checked() -> None:
    assert set(EXPECTED) == {event.kind for event in TABLE if event.phase == "post"}


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_of_other_kinds_nobody_is_told(kind: EventKind) -> None:
    assert told(happened(kind, rows.service()), rows.ACCOUNT, MESSAGING_SERVICE) is None


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_user_of_the_sdk_is_named(kind: EventKind) -> None:
    event = happened(kind, EXPECTED[kind][0], source="SDK", client_identity="bob")
    _, shown = tell(event)
    assert (shown["Source"], shown["ClientIdentity"]) == ("SDK", "bob")


def test_a_message_from_a_phone_says_so_and_names_no_client() -> None:
    _, shown = tell(happened("message.added", MESSAGE, source="SMS", client_identity="bob"))
    assert shown["Source"] == "SMS"
    assert "ClientIdentity" not in shown


def test_a_participant_by_address_is_told_with_the_addresses() -> None:
    _, shown = tell(happened("participant.added", BY_PHONE))
    assert "Identity" not in shown
    assert "RoleSid" not in shown
    assert shown["MessagingBinding.Type"] == "WHATSAPP"
    assert shown["MessagingBinding.Address"] == "whatsapp:+15550001"
    assert shown["MessagingBinding.ProxyAddress"] == "whatsapp:+15550002"


def test_who_chats_in_a_group_is_told_with_the_projected_address() -> None:
    thing = replace(PARTICIPANT, messaging_type="sms", projected_address="+15550003")
    _, shown = tell(happened("participant.added", thing))
    assert shown["MessagingBinding.Type"] == "SMS"
    assert shown["MessagingBinding.ProjectedAddress"] == "+15550003"
    assert shown["Identity"] == "user2"


def test_what_has_no_value_is_left_out() -> None:
    bare = replace(CONVERSATION, friendly_name=None, unique_name=None)
    _, shown = tell(happened("conversation.added", bare))
    assert not {"FriendlyName", "UniqueName"} & shown.keys()
    _, shown = tell(happened("message.added", replace(MESSAGE, body=None, participant_sid=None)))
    assert not {"Body", "ParticipantSid"} & shown.keys()
    _, shown = tell(happened("participant.updated", PARTICIPANT))
    assert "LastReadMessageIndex" not in shown
    _, shown = tell(happened("receipt.updated", replace(RECEIPT, date_updated=None)))
    assert "DateUpdated" not in shown


def test_a_user_s_reachability_is_told_where_the_service_shows_it() -> None:
    seen = Reachability(is_online=False, is_notifiable=True)
    _, shown = tell(happened("user.updated", USER), reachability=seen)
    assert shown["isOnline"] == "false"
    assert shown["isNotifiable"] == "true"


def test_a_conversation_that_a_message_begins_is_asked_about_with_it() -> None:
    event = BY_KIND["conversation.add"]
    telling = Telling(
        account_sid=rows.ACCOUNT,
        event_type=event.name,
        source="SMS",
        client_identity=None,
        date=HAPPENED,
        thing=CONVERSATION,
        opening=Opening(address="+15550001", proxy_address="+15550002", body="Hi"),
    )
    assert dict(pairs(event, telling)) == {
        "AccountSid": rows.ACCOUNT,
        "EventType": "onConversationAdd",
        "Source": "SMS",
        "MessagingBinding.Address": "+15550001",
        "MessagingBinding.ProxyAddress": "+15550002",
        "MessageBody": "Hi",
        **_without(_CONVERSATION, "ConversationSid", "DateCreated", "DateUpdated"),
    }


def test_every_parameter_leads_to_a_field_of_what_it_is_told_of() -> None:
    things = {event.kind: EXPECTED[event.kind][0] for event in TABLE if event.phase == "post"}
    for event in TABLE:
        thing = things.get(event.kind) or things[f"{event.object}.updated"]
        for each in (*parameters.COMMON, *event.parameters):
            first, _, rest = each.path.partition(".")
            assert first in Telling.__struct_fields__
            if first == "thing":
                assert rest in thing.__struct_fields__, (event.name, each.name)
            assert each.about.endswith((".", "…")), each.name
