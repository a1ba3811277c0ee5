"""Rows that tests write straight into storage: plain, and each told apart by a number."""

from typing import Any

from msgspec.structs import replace

from partywire import sids
from partywire.model.accounts import Account
from partywire.model.addresses import Address
from partywire.model.bindings import Binding
from partywire.model.conversations import Conversation
from partywire.model.credentials import PushCredential
from partywire.model.deliveries import Delivery, DeliveryAttempt, Lane
from partywire.model.events import Event
from partywire.model.media import Media
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.receipts import Receipt
from partywire.model.roles import Role
from partywire.model.services import Service
from partywire.model.users import User
from partywire.model.webhooks import Webhook
from partywire.storage import cursors
from partywire.storage.database import Transaction


def sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


ACCOUNT = sid(sids.ACCOUNT, 1)
SERVICE = sid(sids.SERVICE, 1)
ELSEWHERE = sid(sids.SERVICE, 2)  # another service of the same account


def account(number: int = 1, **more: Any) -> Account:
    key = sid(sids.ACCOUNT, number)
    return replace(Account(key, key, None, "encrypted", SERVICE, 1), **more)


def service(number: int = 1, **more: Any) -> Service:
    role = sid(sids.ROLE, 1)
    made = Service(sid(sids.SERVICE, number), ACCOUNT, "a service", role, role, role, 1, 1, 0)
    return replace(made, **more)


def role(number: int = 1, **more: Any) -> Role:
    made = Role(sid(sids.ROLE, number), SERVICE, "a role", "service", "[]", 1, 1)
    return replace(made, **more)


def user(number: int = 1, **more: Any) -> User:
    made = User(
        sid=sid(sids.USER, number),
        service_sid=SERVICE,
        identity=f"user{number}",
        friendly_name=None,
        attributes="{}",
        role_sid=sid(sids.ROLE, 1),
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def conversation(number: int = 1, **more: Any) -> Conversation:
    made = Conversation(
        sid=sid(sids.CONVERSATION, number),
        service_sid=SERVICE,
        messaging_service_sid=sid(sids.MESSAGING_SERVICE, 0),
        friendly_name=None,
        unique_name=None,
        attributes="{}",
        state="active",
        inactive_timer=None,
        closed_timer=None,
        date_inactive=None,
        date_closed=None,
        email_address=None,
        email_name=None,
        created_by="system",
        next_message_index=0,
        messages_deleted=0,
        date_active=number,
        date_created=number,
        date_updated=number,
    )
    return replace(made, **more)


def participant(number: int = 1, of: int = 1, within: int = 1, **more: Any) -> Participant:
    """Participant ``number``: user ``of`` in conversation ``within``."""
    made = Participant(
        sid=sid(sids.PARTICIPANT, number),
        service_sid=SERVICE,
        conversation_sid=sid(sids.CONVERSATION, within),
        user_sid=sid(sids.USER, of),
        identity=f"user{of}",
        role_sid=None,
        attributes="{}",
        notification_level="default",
        last_read_message_index=None,
        last_read_timestamp=None,
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def message(index: int = 0, within: int = 1, **more: Any) -> Message:
    made = Message(
        sid=sid(sids.MESSAGE, (within << 64) + index),
        service_sid=SERVICE,
        conversation_sid=sid(sids.CONVERSATION, within),
        index=index,
        author="system",
        participant_sid=None,
        body=f"message {index}",
        subject=None,
        attributes="{}",
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def receipt(number: int = 1, index: int = 0, within: int = 1, **more: Any) -> Receipt:
    """Receipt ``number`` of message ``index`` in conversation ``within``."""
    made = Receipt(
        sid=sid(sids.RECEIPT, number),
        service_sid=SERVICE,
        conversation_sid=sid(sids.CONVERSATION, within),
        message_sid=message(index, within).sid,
        participant_sid=sid(sids.PARTICIPANT, 1),
        channel_message_sid=sid("SM", number),
        status="sent",
        error_code=0,
        date_created=1,
        date_updated=None,
    )
    return replace(made, **more)


def media(number: int = 1, **more: Any) -> Media:
    """File ``number``: whole, uploaded by the account, no message's."""
    made = Media(
        sid=sid(sids.MEDIA, number),
        service_sid=SERVICE,
        author=None,
        category="media",
        filename=f"file {number}.png",
        content_type="image/png",
        size=number,
        conversation_sid=None,
        message_sid=None,
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def webhook(number: int = 1, within: int = 1, **more: Any) -> Webhook:
    """Webhook ``number`` of conversation ``within``."""
    made = Webhook(
        sid=sid(sids.WEBHOOK, number),
        service_sid=SERVICE,
        conversation_sid=sid(sids.CONVERSATION, within),
        target="webhook",
        url="https://example.com",
        method="post",
        filters='["onMessageAdded"]',
        triggers=None,
        flow_sid=None,
        replay_after=None,
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def address(number: int = 1, **more: Any) -> Address:
    made = Address(
        sid=sid(sids.ADDRESS, number),
        account=ACCOUNT,
        type="sms",
        address=f"+1555{number:07}",
        friendly_name=None,
        address_country=None,
        auto_creation="{}",
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def credential(number: int = 1, **more: Any) -> PushCredential:
    made = PushCredential(sid(sids.CREDENTIAL, number), ACCOUNT, "fcm", None, 0, "{}", 1, 1)
    return replace(made, **more)


def binding(number: int = 1, of: int = 1, **more: Any) -> Binding:
    """Binding ``number``: a device of user ``of``."""
    made = Binding(
        sid=sid(sids.BINDING, number),
        service_sid=SERVICE,
        user_sid=sid(sids.USER, of),
        identity=f"user{of}",
        binding_type="fcm",
        endpoint=f"device {number}",
        credential_sid=None,
        message_types='["new_message"]',
        date_created=1,
        date_updated=1,
    )
    return replace(made, **more)


def event(number: int = 1, **more: Any) -> Event:
    made = Event(sid(sids.EVENT, number), SERVICE, None, "user.added", 0, number, "{}")
    return replace(made, **more)


async def everybody_has_read(transaction: Transaction) -> None:
    """Moves every follower of the feed beyond whatever there is in it."""
    for follower in ("webhooks", "push", "channels", "media"):
        await cursors.advance(transaction, follower, 10**9)


def delivery(number: int = 1, lane: str = "lane", **more: Any) -> Delivery:
    """Delivery ``number``, for a database that has given no other number."""
    made = Delivery(
        number=number,
        sid=sid(sids.DELIVERY, number),
        account=ACCOUNT,
        service_sid=SERVICE,
        conversation_sid=None,
        webhook=ACCOUNT,
        lane=lane,
        event_sid=sid(sids.EVENT, number),
        event_type="onUserAdded",
        method="POST",
        url="https://example.com/",
        receiver="receiver",
        parameters="[]",
        state="waiting",
        attempts=0,
        date_queued=number,
        date_created=number,
        date_updated=number,
    )
    return replace(made, **more)


def delivery_attempt(delivery: int = 1, number: int = 1, **more: Any) -> DeliveryAttempt:
    made = DeliveryAttempt(delivery, number, 1, 2, "{}", "signed", 200, "{}", None)
    return replace(made, **more)


def lane(name: str = "lane", receiver: str = "receiver", due: int = 1, failures: int = 0) -> Lane:
    return Lane(name, receiver, due, failures)
