"""The parameters that webhooks are told: their names, and where their values come from.

Source: section "Webhook Bodies by Event Type" of the Conversations webhooks page; where it says too
little: decisions/0028.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from partywire.delivery.webhooks.signature import Pairs
from partywire.model.conversations import Opening
from partywire.model.media import attachments
from partywire.model.users import Reachability

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Telling(Struct, frozen=True, kw_only=True):
    """All that one event's parameters are read from.

    Attributes:
        thing: what it happens to, as a struct of the model.
        date: when it happens, in milliseconds since 1970-01-01T00:00:00Z.
        client_identity: who does it, if it is a user by the SDK.
        messaging_service_sid: of the conversation, where the thing does not have it.
        reachability: of a user; None while the service does not show it.
        opening: the message with which a conversation begins; None if it does not begin so.
    """

    account_sid: str
    event_type: str
    source: str
    client_identity: str | None
    date: int
    thing: Struct
    messaging_service_sid: str | None = None
    reachability: Reachability | None = None
    opening: Opening | None = None


def moment(milliseconds: int) -> str:
    """A date as webhooks are told: ``2021-08-12T23:54:50.674Z``."""
    at = _EPOCH + timedelta(milliseconds=milliseconds)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z".rjust(24, "0")


def flag(value: bool) -> str:
    """A boolean: ``true`` or ``false``."""
    return "true" if value else "false"


def channel(messaging_type: str | None) -> str:
    """How somebody takes part: ``SMS``, ``WHATSAPP`` and so on; ``CHAT`` without an address."""
    return (messaging_type or "chat").upper()


class _File(Struct, rename="pascal"):
    """One of a message's files, as ``Media`` has it."""

    category: str
    filename: str | None
    size: int
    content_type: str
    sid: str


_encode = msgspec.json.Encoder().encode


def files(stored: str) -> str:
    """What a message keeps of its files: ``[{"Category":…,"Filename":…,"Size":…, …}]``."""
    return _encode(
        [
            _File(each.category, each.filename, each.size, each.content_type, each.sid)
            for each in attachments(stored)
        ]
    ).decode()


class Parameter(Struct, frozen=True):
    """One parameter of an event.

    Attributes:
        name: as it stands in the request.
        path: where its value is in a ``Telling``, such as ``thing.body``.
        about: what it is, in one line.
        write: makes text of the value.
        always: whether even a value of None is written; else the parameter is left out.
    """

    name: str
    path: str
    about: str
    write: Callable[[Any], str] = str
    always: bool = False

    def of(self, telling: Telling) -> str | None:
        """Its text; None if it is left out."""
        value: Any = telling
        for name in self.path.split("."):
            value = getattr(value, name) if value is not None else None
        return None if value is None and not self.always else self.write(value)


def pairs(parameters: Iterable[Parameter], telling: Telling) -> Pairs:
    """The names and texts of those that are not left out."""
    found = ((each.name, each.of(telling)) for each in parameters)
    return [(name, text) for name, text in found if text is not None]


COMMON: Final = (
    Parameter("AccountSid", "account_sid", "The account."),
    Parameter("EventType", "event_type", "The event's name."),
    Parameter("Source", "source", "Who caused it: `API`, `SDK`, or a message's channel (`SMS` …)."),
    Parameter("ClientIdentity", "client_identity", "The user who did it, with the SDK."),
)

_CREATED: Final = Parameter("DateCreated", "thing.date_created", "When it was made.", moment)
_UPDATED: Final = Parameter("DateUpdated", "thing.date_updated", "When it last changed.", moment)
REMOVED: Final = Parameter("DateRemoved", "date", "When it was removed.", moment)
_DATES: Final = (_CREATED, _UPDATED)

_ATTRIBUTES: Final = Parameter("Attributes", "thing.attributes", "Its attributes, as JSON.")
_IN_CONVERSATION: Final = Parameter(
    "ConversationSid", "thing.conversation_sid", "The conversation."
)
_IN_SERVICE: Final = Parameter("ChatServiceSid", "thing.service_sid", "The service.")
_ROLE: Final = Parameter("RoleSid", "thing.role_sid", "Their role.")

OPENING: Final = (
    Parameter(
        "MessagingBinding.ProxyAddress", "opening.proxy_address", "Our address that was written to."
    ),
    Parameter("MessagingBinding.Address", "opening.address", "The address that wrote to it."),
    Parameter(
        "MessagingBinding.ProjectedAddress",
        "opening.projected_address",
        "Our address in a Group MMS.",
    ),
    Parameter(
        "MessagingBinding.AuthorAddress", "opening.author_address", "Who wrote, in a Group MMS."
    ),
    Parameter("MessageBody", "opening.body", "The message with which the conversation begins."),
)
NEW_CONVERSATION: Final = (
    Parameter("FriendlyName", "thing.friendly_name", "Its name for people."),
    Parameter("UniqueName", "thing.unique_name", "Its unique name."),
    _ATTRIBUTES,
    _IN_SERVICE,
    Parameter("MessagingServiceSid", "thing.messaging_service_sid", "Its messaging service."),
    Parameter("State", "thing.state", "`initializing`, `active`, `inactive` or `closed`."),
)
CONVERSATION: Final = (
    Parameter("ConversationSid", "thing.sid", "The conversation."),
    *_DATES,
    *NEW_CONVERSATION,
)
STATE: Final = (
    _IN_SERVICE,
    _IN_CONVERSATION,
    Parameter("MessagingServiceSid", "thing.messaging_service_sid", "Its messaging service."),
    Parameter("StateUpdated", "thing.date", "When the state changed.", moment),
    Parameter("StateFrom", "thing.state_from", "The state that it had."),
    Parameter("StateTo", "thing.state_to", "The state that it has now."),
    Parameter("Reason", "thing.reason", "`API` (a request), `TIMER` or `EVENT` (a message)."),
)

NEW_MESSAGE: Final = (
    _IN_CONVERSATION,
    Parameter("Body", "thing.body", "Its text."),
    Parameter("Author", "thing.author", "Its author."),
    Parameter("ParticipantSid", "thing.participant_sid", "The participant who the author is."),
    _ATTRIBUTES,
    Parameter(
        "Media",
        "thing.media",
        "Its files, as JSON: a list of `Category`, `Filename`, `Size`, `ContentType`, `Sid`.",
        files,
    ),
    _CREATED,
)
POSTED_MESSAGE: Final = (
    *NEW_MESSAGE,
    Parameter("MessageSid", "thing.sid", "The message."),
    Parameter("Index", "thing.index", "Its place in the conversation, from 0."),
)
ADDED_MESSAGE: Final = (
    *POSTED_MESSAGE,
    _IN_SERVICE,
    Parameter(
        "MessagingServiceSid", "messaging_service_sid", "The conversation's messaging service."
    ),
)
MESSAGE: Final = (*POSTED_MESSAGE, _UPDATED)

NEW_PARTICIPANT: Final = (
    _IN_CONVERSATION,
    Parameter("Identity", "thing.identity", "The user's identity, of who chats."),
    _ROLE,
    _ATTRIBUTES,
    _CREATED,
    Parameter(
        "MessagingBinding.Type",
        "thing.messaging_type",
        "`CHAT`, or the addresses' channel: `SMS`, `WHATSAPP` …",
        channel,
        always=True,
    ),
    Parameter("MessagingBinding.Address", "thing.address", "The participant's address."),
    Parameter(
        "MessagingBinding.ProxyAddress", "thing.proxy_address", "Our address that they talk to."
    ),
    Parameter(
        "MessagingBinding.ProjectedAddress",
        "thing.projected_address",
        "Our address that stands for who chats in a Group MMS.",
    ),
)
PARTICIPANT: Final = (
    *NEW_PARTICIPANT,
    Parameter("ParticipantSid", "thing.sid", "The participant."),
    _UPDATED,
)
READER: Final = (
    *PARTICIPANT,
    Parameter(
        "LastReadMessageIndex", "thing.last_read_message_index", "How far they have read, if set."
    ),
)

USER: Final = (
    _IN_SERVICE,
    Parameter("UserSid", "thing.sid", "The user."),
    Parameter("Identity", "thing.identity", "Their identity."),
    _ROLE,
    _ATTRIBUTES,
    Parameter("FriendlyName", "thing.friendly_name", "Their name for people."),
    *_DATES,
)
SEEN_USER: Final = (
    *USER,
    Parameter(
        "isOnline",
        "reachability.is_online",
        "Whether they are connected; only where the service shows who is reachable.",
        flag,
    ),
    Parameter(
        "isNotifiable",
        "reachability.is_notifiable",
        "Whether they have a device that takes push; only as above.",
        flag,
    ),
)

RECEIPT: Final = (
    _IN_CONVERSATION,
    _IN_SERVICE,
    Parameter("MessageSid", "thing.message_sid", "The message."),
    Parameter("DeliveryReceiptSid", "thing.sid", "The receipt."),
    Parameter("ChannelMessageSid", "thing.channel_message_sid", "The SMS or such that carries it."),
    Parameter("ParticipantSid", "thing.participant_sid", "Who it goes to."),
    Parameter("Status", "thing.status", "`sent`, `delivered`, `read`, `failed`, `undelivered`."),
    Parameter("ErrorCode", "thing.error_code", "Why it failed; 0 if it did not."),
    *_DATES,
)
