"""What an attempt to push came to, and what push services say about trying again."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, Literal, Protocol

from msgspec import Struct

from partywire.delivery.outgoing import Answer
from partywire.model.pushes import Notification
from partywire.storage.pushes import Due

SECONDS: Final = 10.0  # that a push service gets to answer
LONG: Final = 2.0  # seconds after which it keeps one waiting
_LONGEST_REASON: Final = 200


class Verdict(Struct, frozen=True):
    """What became of one attempt.

    Attributes:
        outcome: ``again`` is to be tried once more, ``gone`` means that the device is.
        reason: why, for people.
        after: for how many seconds the service asked to be left alone.
    """

    outcome: Literal["sent", "gone", "failed", "again"]
    reason: str
    after: float | None = None


class NoCredential(Exception):
    """There is nothing that could be shown to the push service; the text says why."""


class Provider(Protocol):
    """One push service."""

    async def ready(self, due: Due) -> bool:
        """Gets what a push needs before it can be sent.

        Returns:
            Whether that had to be waited for: things may have changed meanwhile.
        """

    async def push(self, due: Due, notification: Notification) -> Verdict:
        """Sends a notification to a device.

        Raises:
            Unreached: the push service did not answer.
            NoCredential: there is nothing to show to it.
        """

    async def close(self) -> None:
        """Closes the connections."""


def retry_after(answer: Answer, now: int) -> float | None:
    """For how many seconds an answer asks to be left alone. Source: RFC 9110, section 10.2.3.

    Args:
        answer: with ``Retry-After``, in seconds or as a date; or without.
        now: milliseconds since 1970-01-01T00:00:00Z.
    """
    given = (answer.header("retry-after") or "").strip()
    if given.isascii() and given.isdigit():
        return float(given)
    try:
        moment = parsedate_to_datetime(given)
    except (OverflowError, ValueError):  # a year of twenty digits is the former
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now / 1000)


def said(service: str, answer: Answer, what: str) -> str:
    """A sentence of what a push service answered, without control characters and not long."""
    plain = "".join(each if each.isprintable() else " " for each in what)[:_LONGEST_REASON]
    return f"{service} answered {answer.status} {plain}".rstrip()
