"""SIDs: two letters and 32 hexadecimal digits, minted in the order of creation.

The first 12 digits are the millisecond clock, the other 20 are random, and within one process
each SID is greater than the one before it, so that sorting by SID is sorting by creation
(decided: decisions/0006). Prefixes: the patterns of the official specification.
"""

import os
import random
import secrets
from typing import Final

from partywire.clock import Clock

ACCOUNT: Final = "AC"
API_KEY: Final = "SK"
SERVICE: Final = "IS"
CONVERSATION: Final = "CH"
PARTICIPANT: Final = "MB"
MESSAGE: Final = "IM"
USER: Final = "US"
ROLE: Final = "RL"
EVENT: Final = "EV"
MESSAGING_SERVICE: Final = "MG"
MEDIA: Final = "ME"
CONTENT: Final = "HX"
WEBHOOK: Final = "WH"
BINDING: Final = "BS"
CREDENTIAL: Final = "CR"
RECEIPT: Final = "DY"
ADDRESS: Final = "IG"
FLOW: Final = "FW"
SMS: Final = "SM"
WHATSAPP: Final = "WA"
DELIVERY: Final = "WD"
SYNC_DOCUMENT: Final = "ET"
SYNC_LIST: Final = "ES"
SYNC_MAP: Final = "MP"

_TAIL_BITS: Final = 80
_AT_ONCE: Final = 4096  # bytes
_APART: Final = 1 << 64  # between the seeds of two mints


def is_sid(text: str, prefix: str) -> bool:
    """Whether the text has the shape of a SID with this prefix."""
    if len(text) != 34 or text[:2] != prefix:
        return False
    try:
        # Skips white space, but then there are fewer than 16 bytes left.
        return len(bytes.fromhex(text[2:])) == 16
    except ValueError:
        return False


class _Source:
    """Random bits from the system, which is asked for many at once.

    Each time it is asked, whatever else the process does may take the interpreter. Not to be
    shared with a process that was forked off: both would hand out the same.
    """

    def __init__(self) -> None:
        self._bytes = b""
        self._used = 0

    def getrandbits(self, bits: int) -> int:
        """So many, in whole bytes."""
        begin, end = self._used, self._used + bits // 8
        if end > len(self._bytes):
            self._bytes, begin, end = os.urandom(_AT_ONCE), 0, bits // 8
        self._used = end
        return int.from_bytes(self._bytes[begin:end], "big")


class Mint:
    """Makes SIDs: ordered by creation, unguessable unless a seed is given.

    Args:
        clock: supplies the milliseconds of the leading digits.
        seed: fixes the random digits, so that a test bench hands out the same SIDs on each run.
    """

    def __init__(self, clock: Clock, seed: int | None = None) -> None:
        self._clock = clock
        self._seed = seed
        self._random = _Source() if seed is None else random.Random(seed)  # noqa: S311
        self._last = 0

    def sid(self, prefix: str) -> str:
        """A new SID, greater than every SID that this mint made before."""
        value = self._clock.now() << _TAIL_BITS | self._random.getrandbits(_TAIL_BITS)
        if value <= self._last:
            # The clock stood still or went back: stay ahead by a small random step, so that the
            # order holds and the next SID cannot be told from this one.
            value = self._last + 1 + self._random.getrandbits(40)
        self._last = value
        return f"{prefix}{value:032x}"

    def apart(self) -> "Mint":
        """Another mint: whatever it makes, and when, this one goes on as if it had not."""
        return Mint(self._clock, None if self._seed is None else self._seed + _APART)


def secret() -> str:
    """A new auth token or key secret: 32 hexadecimal digits (128 bits).

    Alphanumeric, because the Go library refuses anything else in a user name or password.
    """
    return secrets.token_hex(16)
