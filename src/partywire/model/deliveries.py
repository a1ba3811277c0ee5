"""What is told to a webhook, how often it was tried, and what came of it."""

from typing import Final, Literal

from msgspec import Struct

DeliveryState = Literal["waiting", "delivered", "dead", "refused", "failed"]

# Of a pre-event: it was asked, and nothing is to be sent any more.
NO_LANE: Final = ""


class Delivery(Struct, frozen=True):
    """One event on its way to one webhook.

    Attributes:
        number: its place among all deliveries: in a lane, those with smaller ones go first.
        sid: what the receiver knows it by, however often it is sent.
        account: the id of the account.
        webhook: who is told: the account's id, the service's SID, or the SID of a conversation's
            webhook.
        lane: the webhook's part of the conversation, or of the service for what belongs to none;
            ``NO_LANE`` for a pre-event.
        method: ``GET`` or ``POST``.
        url: as it was configured when the event was read.
        receiver: the account and the URL's origin: what is slow or dead as one.
        parameters: a JSON array of pairs.
        state: ``dead`` is what was given up. A pre-event is never waited for here: it is
            ``delivered`` (the webhook let it through), ``refused``, or ``failed``.
        attempts: how many were made.
        date_queued: since when it waits, or has waited.
    """

    number: int
    sid: str
    account: str
    service_sid: str
    conversation_sid: str | None
    webhook: str
    lane: str
    event_sid: str
    event_type: str
    method: str
    url: str
    receiver: str
    parameters: str
    state: DeliveryState
    attempts: int
    date_queued: int
    date_created: int
    date_updated: int


class Waiting(Struct, frozen=True):
    """The next delivery of a lane, with what sending it needs.

    Attributes:
        method: the webhook's by now; as it was configured, if the webhook is gone.
        url: the same.
        token: the account's auth token, encrypted.
    """

    number: int
    sid: str
    account: str
    lane: str
    method: str
    url: str
    parameters: str
    attempts: int
    date_queued: int
    token: str


class Lane(Struct, frozen=True):
    """A lane in which something waits.

    Attributes:
        receiver: of its next delivery.
        due: when that is to be tried, in milliseconds since 1970-01-01T00:00:00Z.
        failures: how often it was tried in vain since the last success in this lane.
    """

    lane: str
    receiver: str
    due: int
    failures: int


class DeliveryAttempt(Struct, frozen=True):
    """One request, and what came back.

    Attributes:
        delivery: the delivery's number.
        attempt: from 1.
        date: when it began.
        milliseconds: how long it took.
        request: a ``SentRequest`` as JSON.
        signed: the exact string that was signed.
        status: of the answer; None if there was none.
        response: a ``GotResponse`` as JSON.
        problem: why there was no answer.
    """

    delivery: int
    attempt: int
    date: int
    milliseconds: int
    request: str
    signed: str
    status: int | None
    response: str | None
    problem: str | None


class SentRequest(Struct, frozen=True):
    """A request as it was sent, but for secrets.

    Attributes:
        by: the URLs that redirected it, in order.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    by: tuple[str, ...] = ()


class GotResponse(Struct, frozen=True):
    """The beginning of an answer."""

    headers: tuple[tuple[str, str], ...]
    body: str


class RemovedConversation(Struct, frozen=True):
    """What webhooks and clients still have to know of a conversation that is gone.

    Attributes:
        webhooks: a JSON array of those that it had.
        date: when it was deleted.
        user_sids: a JSON array of the users who were in it.
    """

    sid: str
    service_sid: str
    messaging_service_sid: str
    webhooks: str
    date: int
    user_sids: str = "[]"
