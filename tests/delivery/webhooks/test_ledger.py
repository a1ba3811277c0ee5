"""What pre-event webhooks were asked is written down afterwards, together, and by nobody's wait."""

import logging
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from msgspec.structs import replace

from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks import ledger as module
from partywire.delivery.webhooks.attempt import Attempt
from partywire.delivery.webhooks.ledger import Ledger
from partywire.domain.call import Call
from partywire.model.deliveries import NO_LANE, Delivery
from partywire.storage import deliveries, delivery_attempts
from partywire.storage.database import StorageFailure
from storage import rows

MADE = Attempt(
    date=5,
    milliseconds=7,
    method="POST",
    url="http://127.0.0.1/hook",
    headers=(("Authorization", "Basic c2VjcmV0"),),
    body=b"EventType=onMessageAdd",
    signed="http://127.0.0.1/hookEventTypeonMessageAdd",
    answer=Answer(403, (("x-why", "because"),), b"no"),
)


def settled(call: Call, number: int = 1, **more: Any) -> Delivery:
    made = Delivery(
        number=0,
        sid=rows.sid("WD", number),
        account=call.scope.account,
        service_sid=call.service_sid,
        conversation_sid=None,
        webhook=call.service_sid,
        lane=NO_LANE,
        event_sid=rows.sid("WD", number),
        event_type="onMessageAdd",
        method="POST",
        url="http://127.0.0.1/hook",
        receiver="nowhere",
        parameters="[]",
        state="refused",
        attempts=1,
        date_queued=5,
        date_created=5,
        date_updated=5,
    )
    return replace(made, **more)


async def test_a_question_is_kept_with_what_came_of_it(call: Call) -> None:
    ledger = Ledger(call.database)
    ledger.keep(settled(call), MADE)
    await ledger.close()
    kept = await deliveries.by_sid(call.database, rows.sid("WD", 1))
    assert kept is not None
    assert kept == replace(settled(call), number=kept.number)
    (attempt,) = await delivery_attempts.of(call.database, kept.number)
    assert (attempt.attempt, attempt.status, attempt.signed) == (1, 403, MADE.signed)
    assert "c2VjcmV0" not in attempt.request
    assert "because" in (attempt.response or "")


class Counting:
    """A database whose transactions are counted, and fail where a test wants it."""

    def __init__(self, inner: Any, *, fails: bool = False) -> None:
        self.inner, self.fails, self.opened = inner, fails, 0

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        self.opened += 1
        if self.fails:
            raise StorageFailure("the disk is full")
        found: AbstractAsyncContextManager[Any] = self.inner.transaction()
        return found


async def test_many_are_written_in_one_transaction(call: Call) -> None:
    database: Any = Counting(call.database)
    ledger = Ledger(database)
    for number in range(250):
        ledger.keep(settled(call, number), MADE)
    assert database.opened == 0
    await ledger.close()
    assert database.opened == 3
    for number in (0, 99, 100, 249):
        assert await deliveries.by_sid(call.database, rows.sid("WD", number))


async def test_what_cannot_be_written_is_lost_with_a_line(
    call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    database: Any = Counting(call.database, fails=True)
    ledger = Ledger(database)
    with caplog.at_level(logging.WARNING, "partywire"):
        ledger.keep(settled(call), MADE)
        await ledger.close()
    assert "1 answers were not written down: the disk is full" in caplog.text
    database.fails = False
    ledger.keep(settled(call, 2), MADE)
    await ledger.close()
    assert await deliveries.by_sid(call.database, rows.sid("WD", 1)) is None
    assert await deliveries.by_sid(call.database, rows.sid("WD", 2)) is not None


async def test_an_account_that_is_gone_keeps_nothing(
    call: Call, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Ledger(call.database)
    with caplog.at_level(logging.WARNING, "partywire"):
        ledger.keep(settled(call, account=rows.sid("AC", 99)), MADE)
        await ledger.close()
    assert "not written down" in caplog.text


async def test_more_than_can_wait_is_lost_with_a_line(
    call: Call, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 2)
    ledger = Ledger(call.database)
    with caplog.at_level(logging.WARNING, "partywire"):
        for number in (1, 2, 3):
            ledger.keep(settled(call, number), MADE)
        await ledger.close()
    assert f"{rows.sid('WD', 3)} was not written down" in caplog.text
    assert await deliveries.by_sid(call.database, rows.sid("WD", 2)) is not None
    assert await deliveries.by_sid(call.database, rows.sid("WD", 3)) is None


async def test_a_ledger_in_which_nothing_stands_closes(call: Call) -> None:
    await Ledger(call.database).close()
