"""What follows from an attempt: done, once more after a pause, or given up.

Decided: decisions/0026.
"""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from msgspec import Struct

from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks.attempt import Attempt
from partywire.model.deliveries import DeliveryState

# Of refusals, those that say "not now": a request that timed out, one that came too early, one
# too many.
_NOT_NOW: Final = frozenset({408, 425, 429})
_MOST_ASKED_FOR: Final = 60 * 60 * 1000
_DOUBLINGS: Final = 40  # more make no difference


class Patience(Struct, frozen=True):
    """How long a delivery is tried; all in milliseconds.

    Attributes:
        first: the pause after the first failure; each further one doubles it.
        longest: no pause is longer, but where the receiver asks for a longer one.
        most: how old a delivery may be that is tried again.
    """

    first: int
    longest: int
    most: int


class Verdict(Struct, frozen=True):
    """What becomes of a delivery.

    Attributes:
        is_failure: whether the receiver is in trouble, so that its lane makes a pause.
        pause: how long, in milliseconds.
    """

    state: DeliveryState
    is_failure: bool = False
    pause: int = 0


def verdict(made: Attempt, failures: int, age: int, patience: Patience) -> Verdict:
    """What becomes of a delivery after an attempt.

    Args:
        made: the attempt.
        failures: how often the lane was in trouble before, since it last was not.
        age: of the delivery, in milliseconds.
        patience: how long it is tried.
    """
    if made.is_delivered:
        return Verdict("delivered")
    if not is_trouble(made):
        return Verdict("dead")
    pause = max(_grown(failures, patience), _asked_for(made.answer, made.date))
    return Verdict("dead" if age >= patience.most else "waiting", True, pause)


def is_trouble(made: Attempt) -> bool:
    """Whether the same request may go better another time."""
    if made.answer is None:
        return not made.hopeless
    return made.answer.status >= 500 or made.answer.status in _NOT_NOW


def longest(patience: Patience) -> int:
    """No lane pauses longer than this, in milliseconds."""
    return max(patience.longest, _MOST_ASKED_FOR)


def _grown(failures: int, patience: Patience) -> int:
    """A pause that grows with the failures; shortened at random, so that not all come at once."""
    grown = min(patience.longest, patience.first << min(failures, _DOUBLINGS))
    return round(grown * random.uniform(0.5, 1))  # noqa: S311 - not a secret


def _asked_for(answer: Answer | None, now: int) -> int:
    """How long the receiver asks us to stay away, as long as that is not absurd."""
    asked = None if answer is None else answer.header("retry-after")
    if asked is None:
        return 0
    if asked.isascii() and asked.isdigit():
        return min(int(asked[:9]) * 1000, _MOST_ASKED_FOR)
    try:
        until = parsedate_to_datetime(asked)
    except (OverflowError, ValueError):  # a year of twenty digits is the former
        return 0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    left = (until - datetime.fromtimestamp(now / 1000, UTC)).total_seconds()
    return min(max(0, round(left * 1000)), _MOST_ASKED_FOR)
