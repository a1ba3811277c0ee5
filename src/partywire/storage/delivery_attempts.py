"""What was sent to webhooks, and what came back."""

from typing import Final

from msgspec.structs import astuple

from partywire.model.deliveries import DeliveryAttempt
from partywire.storage.database import Reader, Transaction
from partywire.storage.query import Query, Statement, columns, insert

_ADD: Final = Statement(insert("delivery_attempts", DeliveryAttempt))
_OF: Final = Query(
    f"""SELECT {columns(DeliveryAttempt)} FROM delivery_attempts
    WHERE delivery = $1 ORDER BY delivery, attempt""",
    DeliveryAttempt,
)
_FORGET: Final = Statement("DELETE FROM delivery_attempts WHERE delivery = $1 AND attempt = $2")


async def add(transaction: Transaction, attempt: DeliveryAttempt) -> None:
    """Writes down an attempt."""
    await transaction.run(_ADD, *astuple(attempt))


async def of(reader: Reader, delivery: int) -> list[DeliveryAttempt]:
    """The attempts of a delivery that are still known, in their order."""
    return await reader.all(_OF, delivery)


async def forget(transaction: Transaction, delivery: int, attempt: int) -> None:
    """Forgets one of them."""
    await transaction.run(_FORGET, delivery, attempt)
