"""What documents and items carry. Source: section 4.6 of what is known of the protocol.

A conversation's document must not carry what is each participant's own: the SDK would take it.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from msgspec import UNSET, Struct, UnsetType

from partywire.domain.sync import Document, Properties
from partywire.model.media import attachments
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.users import Reachability, User
from partywire.wire.http.messages import DeliveryView, delivery
from partywire.wire.socket.sync import names

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=65536)
def moment(milliseconds: int) -> str:
    """This moment as Sync writes it: ``YYYY-MM-DDTHH:MM:SS.mmmZ``."""
    found = _EPOCH + timedelta(milliseconds=milliseconds)
    return f"{found:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z".rjust(24, "0")


class LastMessage(Struct, frozen=True, gc=False):
    """Where a conversation's messages end, and since when."""

    index: int
    timestamp: str


class State(Struct, frozen=True, gc=False, rename="camel"):
    """A conversation's state."""

    current: str
    date_updated: str


class ConversationData(Struct, frozen=True, rename="camel"):
    """What a conversation's document carries; ``lastMessage`` is null where there is none."""

    messages: str
    roster: str
    friendly_name: str | None
    unique_name: str | None
    attributes: str
    created_by: str
    date_created: str
    date_updated: str
    last_message: LastMessage | None
    state: State
    bindings: dict[str, dict[str, str | None]]


class MembershipData(Struct, frozen=True, rename="camel"):
    """What an item of a user's map of conversations carries: their own side of one."""

    channel: str
    messages: str
    roster: str
    status: str
    last_consumed_message_index: int | None
    notification_level: str


class ParticipantData(Struct, frozen=True, rename="camel"):
    """What an item of a conversation's map of participants carries."""

    identity: str | None
    type: str
    role_sid: str | None
    attributes: str
    date_created: str
    date_updated: str
    last_consumed_message_index: int | None
    last_consumption_timestamp: str | None
    user_info: str | None
    bindings: dict[str, dict[str, str | None]]


class MediaData(Struct, frozen=True, gc=False, rename="camel"):
    """One of a message's files."""

    sid: str
    category: str
    filename: str | None
    content_type: str
    size: int


class MessageData(Struct, frozen=True, rename="camel"):
    """What an item of a conversation's list of messages carries.

    ``delivery`` is left out where the message went to no address. ``media`` stands there where it
    has exactly one file, for those who know no more.
    """

    sid: str
    author: str
    text: str | None
    type: str
    attributes: str
    timestamp: str
    date_updated: str
    last_updated_by: str
    member_sid: str | None
    subject: str | None
    content_sid: None
    medias: list[MediaData]
    channel_metadata: bool
    delivery: DeliveryView | UnsetType
    media: MediaData | UnsetType


class ValueData(Struct, frozen=True, gc=False):
    """What an item of a user's map of properties carries, but for reachability."""

    value: str | None


class ReachabilityData(Struct, frozen=True, gc=False):
    """Whether a user is there."""

    online: bool
    notifiable: bool


Data = (
    ConversationData | MembershipData | ParticipantData | MessageData | ValueData | ReachabilityData
)


def conversation(document: Document) -> ConversationData:
    """A conversation's document."""
    shown, last = document.conversation, document.last
    email = {"address": shown.email_address, "name": shown.email_name}
    return ConversationData(
        messages=names.messages(shown.sid),
        roster=names.roster(shown.sid),
        friendly_name=shown.friendly_name,
        unique_name=shown.unique_name,
        attributes=shown.attributes,
        created_by=shown.created_by,
        date_created=moment(shown.date_created),
        date_updated=moment(shown.date_updated),
        last_message=None if last is None else LastMessage(last.index, moment(last.date_created)),
        state=State(shown.state, moment(shown.date_updated)),
        bindings={"email": email} if shown.email_address else {},
    )


def membership(participant: Participant) -> MembershipData:
    """A user's side of a conversation."""
    sid = participant.conversation_sid
    return MembershipData(
        channel=names.conversation(sid),
        messages=names.messages(sid),
        roster=names.roster(sid),
        status="joined",
        last_consumed_message_index=participant.last_read_message_index,
        notification_level=participant.notification_level,
    )


def participant(shown: Participant) -> ParticipantData:
    """A participant, as everybody in the conversation sees them."""
    kind, read = shown.messaging_type, shown.last_read_timestamp
    addresses = {
        "type": kind,
        "address": shown.address,
        "proxy_address": shown.proxy_address,
        "projected_address": shown.projected_address,
    }
    return ParticipantData(
        identity=shown.identity,
        type=kind or "chat",
        role_sid=shown.role_sid,
        attributes=shown.attributes,
        date_created=moment(shown.date_created),
        date_updated=moment(shown.date_updated),
        last_consumed_message_index=shown.last_read_message_index,
        last_consumption_timestamp=None if read is None else moment(read),
        user_info=None if shown.user_sid is None else names.info(shown.user_sid),
        bindings={} if kind is None else {kind: addresses},
    )


def message(shown: Message) -> MessageData:
    """A message."""
    medias = [
        MediaData(each.sid, each.category, each.filename, each.content_type, each.size)
        for each in attachments(shown.media)
    ]
    return MessageData(
        sid=shown.sid,
        author=shown.author,
        text=shown.body,
        type="media" if medias else "text",
        attributes=shown.attributes,
        timestamp=moment(shown.date_created),
        date_updated=moment(shown.date_updated),
        last_updated_by=shown.author,
        member_sid=shown.participant_sid,
        subject=shown.subject,
        content_sid=None,
        medias=medias,
        channel_metadata=False,
        delivery=UNSET if shown.delivery is None else delivery(shown.delivery),
        media=medias[0] if len(medias) == 1 else UNSET,
    )


def user(shown: User) -> dict[str, ValueData | ReachabilityData]:
    """What a change of a user may change in their map of properties."""
    return {
        "attributes": ValueData(shown.attributes),
        "friendlyName": ValueData(shown.friendly_name),
    }


def reachability(shown: Reachability) -> ReachabilityData:
    """Whether a user is there."""
    return ReachabilityData(online=shown.is_online, notifiable=shown.is_notifiable)


def properties(shown: Properties) -> dict[str, ValueData | ReachabilityData]:
    """A user's map of properties, by key, in order."""
    items = user(shown.user)
    if shown.reachability is not None:
        items["reachability"] = reachability(shown.reachability)
    return items
