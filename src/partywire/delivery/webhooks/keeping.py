"""What is kept of an attempt, for people who look at it later: bounded, and without secrets."""

from typing import Final

import msgspec

from partywire.delivery.outgoing import Headers
from partywire.delivery.webhooks.attempt import Attempt
from partywire.model.deliveries import DeliveryAttempt, GotResponse, SentRequest

REDACTED: Final = "(not kept)"
# With them somebody could come in elsewhere.
_SECRETS: Final = frozenset({"authorization", "cookie", "set-cookie"})
_MOST_CHARACTERS: Final = 4096  # of an answer's body
_MOST_HEADERS: Final = 50
_MOST_OF_A_HEADER: Final = 512  # characters


def kept(made: Attempt, delivery: int, number: int) -> DeliveryAttempt:
    """An attempt as it is stored.

    Args:
        made: the attempt.
        delivery: the delivery's number.
        number: of the attempt, from 1.
    """
    headers = tuple(_without_secrets(made.headers))
    request = SentRequest(made.method, made.url, headers, made.body.decode("ascii"), made.by)
    answer, response = made.answer, None
    if answer is not None:
        body = answer.body.decode(errors="replace").replace("\0", "\ufffd")
        found = tuple(_without_secrets(answer.headers))[:_MOST_HEADERS]
        response = GotResponse(found, body[:_MOST_CHARACTERS])
    return DeliveryAttempt(
        delivery=delivery,
        attempt=number,
        date=made.date,
        milliseconds=made.milliseconds,
        request=_json(request),
        signed=made.signed.replace("\0", "\ufffd"),
        status=None if answer is None else answer.status,
        response=None if response is None else _json(response),
        problem=made.problem,
    )


def _without_secrets(headers: Headers) -> Headers:
    return tuple(
        (name, REDACTED if name.lower() in _SECRETS else value[:_MOST_OF_A_HEADER])
        for name, value in headers
    )


def _json(thing: msgspec.Struct) -> str:
    return msgspec.json.encode(thing).decode()
