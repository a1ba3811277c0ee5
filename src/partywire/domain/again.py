"""Does a use-case once more when its transaction was undone through no fault of its own."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from partywire import errors
from partywire.storage.database import Again, ReferenceGone

T = TypeVar("T")

# Seconds, each shortened at random, so that those who clashed do not meet again.
_PAUSES: Final = (0.005, 0.02, 0.05, 0.1, 0.2)


async def until_done(act: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """What the use-case returns; safe because nothing of an undone transaction was kept.

    Raises:
        NotFound: each time, something that it refers to was gone.
        StorageFailure: it clashed each time, or the database is not there.
    """
    for pause in _PAUSES:
        try:
            return await act(*arguments)
        except Again:
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - not a secret
    try:
        return await act(*arguments)
    except ReferenceGone:
        raise errors.NotFound from None
