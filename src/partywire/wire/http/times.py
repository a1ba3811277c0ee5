"""Dates as the wire writes them: ``YYYY-MM-DDTHH:MM:SSZ``, whole seconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=65536)
def date(milliseconds: int) -> str:
    """This moment as the wire writes it."""
    moment = _EPOCH + timedelta(seconds=milliseconds // 1000)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0")


def optional_date(milliseconds: int | None) -> str | None:
    """This moment as the wire writes it, or null."""
    return None if milliseconds is None else date(milliseconds)
