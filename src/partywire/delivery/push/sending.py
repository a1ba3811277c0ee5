"""Sends what is due, to each kind of device in a lane of its own, and writes down what came of it.

Whoever sends looks again first: what was decided may be long ago. A push is written down after it
was sent, so that it may come twice if a node dies in between; devices show it once, by its
reference (decided: decisions/0030).
"""

import asyncio
import logging
import random
from collections.abc import Callable
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partywire.delivery.duties import Worker
from partywire.delivery.outgoing import NotAllowed, Unreached
from partywire.delivery.push.deciding import SENT_TO
from partywire.delivery.push.verdicts import LONG, NoCredential, Provider, Verdict
from partywire.domain import bindings
from partywire.domain.call import Resources
from partywire.model.pushes import Notification, Outcome
from partywire.storage import pushes
from partywire.storage.database import StorageFailure, Transaction
from partywire.storage.pushes import Due

_MOST_AT_ONCE: Final = 50  # requests in flight in one lane, but for those that wait for long
_MOST_IN_ALL: Final = 500  # with those
_MOST_ATTEMPTS: Final = 8
_FIRST_PAUSE: Final = 2.0  # seconds, four times as long after each attempt
_LONGEST_PAUSE: Final = 900.0
_LONGEST_WISH: Final = 3600.0  # of a push service, that is heeded
_TOO_LATE: Final = 24 * 60 * 60 * 1000
_LOOKING_SECONDS: Final = 5.0  # without a hint
_GLANCING_SECONDS: Final = 0.5  # the same while something is in flight

_log = logging.getLogger("partywire")
_notification = msgspec.json.Decoder(Notification).decode

Providers = Callable[[Resources, str], Provider]


class _Result(Struct, frozen=True):
    """What came of one attempt, and when the next one is if there is to be one."""

    due: Due
    outcome: Outcome
    reason: str
    attempts: int
    at: int | None = None


class _Flight(Struct, frozen=True):
    """An attempt under way, and since when by the monotonic clock."""

    task: asyncio.Task[_Result | None]
    since: float


class Sender:
    """Sends, for as long as the duty is this node's.

    Args:
        resources: the server's.
        providers: makes what speaks to the push service for a type of devices.
    """

    def __init__(self, resources: Resources, providers: Providers) -> None:
        self._resources, self._database = resources, resources.database
        self._providers = providers
        self._open: dict[str, Provider] = {}
        self._hints = {kind: asyncio.Event() for kind in SENT_TO}

    def wake(self) -> None:
        """There may be something to send."""
        for hint in self._hints.values():
            hint.set()

    async def lane(self, worker: Worker, kind: str) -> None:
        """Sends what is due to devices of one type, until it is cancelled."""
        flying: dict[int, _Flight] = {}
        try:
            while True:
                self._hints[kind].clear()
                for number in await self._fresh(kind, flying):
                    flying[number] = _Flight(asyncio.create_task(self._send(number)), monotonic())
                await self._pause(kind, flying)
                done = {number: each.task for number, each in flying.items() if each.task.done()}
                if done:
                    # Others come back while these are written: many go together then.
                    await self._write(worker, [task.result() for task in done.values()])
                    for number in done:
                        del flying[number]
        finally:
            for each in flying.values():
                each.task.cancel()
            if flying:
                await asyncio.wait([each.task for each in flying.values()])

    async def close(self) -> None:
        """Closes the connections to the push services."""
        for provider in self._open.values():
            await provider.close()
        self._open.clear()

    async def _fresh(self, kind: str, flying: dict[int, _Flight]) -> list[int]:
        """What is due and not in flight: as many as there is room for.

        What is in flight for long takes no room: it shall not hold up the others.
        """
        long_ago = monotonic() - LONG
        swift = sum(each.since > long_ago for each in flying.values())
        room = min(_MOST_AT_ONCE - swift, _MOST_IN_ALL - len(flying))
        if room <= 0:
            return []
        now = self._resources.clock.now()
        found = await pushes.due(self._database, kind, now, len(flying) + room)
        return [number for number in found if number not in flying][:room]

    async def _pause(self, kind: str, flying: dict[int, _Flight]) -> None:
        """Waits until something has come back, for a hint, or for what is due next."""
        seconds = _GLANCING_SECONDS
        if not flying:
            due = await pushes.next_due(self._database, kind)
            later = None if due is None else max(0, due - self._resources.clock.now()) / 1000
            seconds = _LOOKING_SECONDS if later is None else min(later, _LOOKING_SECONDS)
        hint = asyncio.create_task(self._hints[kind].wait())
        tasks = [hint, *(each.task for each in flying.values())]
        try:
            await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hint.cancel()

    async def _send(self, number: int) -> _Result | None:
        due = await self._looked_at(number)
        if isinstance(due, Due) and await self._made_ready(due):
            due = await self._looked_at(number)
        if not isinstance(due, Due):
            return due
        try:
            verdict = await self._attempt(due)
        except NoCredential as error:
            return _Result(due, "no_credential", str(error), due.attempts)
        attempts = due.attempts + 1
        if verdict.outcome != "again":
            return _Result(due, verdict.outcome, verdict.reason, attempts)
        if attempts >= _MOST_ATTEMPTS:
            reason = f"given up after {attempts} attempts: {verdict.reason}"
            return _Result(due, "failed", reason, attempts)
        # Who asks to come again at once would use up all attempts in a moment.
        seconds = max(pause(due.attempts), verdict.after or 0.0)
        at = self._resources.clock.now() + int(min(seconds, _LONGEST_WISH) * 1000)
        return _Result(due, "waiting", verdict.reason, attempts, at)

    async def _looked_at(self, number: int) -> Due | _Result | None:
        """A push that is still to be sent; or what came of it, if anything did."""
        due = await pushes.standing(self._database, number)
        if due is None:
            return None
        changed = self._changed(due)
        return due if changed is None else _Result(due, *changed, due.attempts)

    async def _made_ready(self, due: Due) -> bool:
        """See ``Provider.ready``."""
        try:
            return await self._provider(due.binding_type).ready(due)
        except Exception:
            return False  # the push itself meets it, and tells

    def _provider(self, kind: str) -> Provider:
        if kind not in self._open:
            self._open[kind] = self._providers(self._resources, kind)
        return self._open[kind]

    def _changed(self, due: Due) -> tuple[Outcome, str] | None:
        """Why it is not to be sent any more, if so."""
        late = self._resources.clock.now() - due.date_created > _TOO_LATE
        found = _moved(due)
        if found is not None:
            return found
        if due.notification_level == "muted":
            return "muted", "they muted the conversation before it could be sent"
        if due.endpoint is None:
            return "gone", "the device was taken away before it could be sent"
        return ("failed", "it could not be sent within a day") if late else None

    async def _attempt(self, due: Due) -> Verdict:
        notification = _notification(due.notification)
        if notification.counts_badge:
            counted = await pushes.badge(self._database, due.service_sid, due.user_sid)
            notification = replace(notification, badge=counted)
        try:
            return await self._provider(due.binding_type).push(due, notification)
        except NotAllowed as error:
            return Verdict("failed", f"the push service must not be reached: {error}")
        except Unreached as error:
            return Verdict("again", f"the push service was not reached: {error}")
        except (NoCredential, StorageFailure):
            raise
        except Exception as error:
            _log.exception("a push failed")
            return Verdict("again", f"a mistake of ours: {type(error).__name__}")

    async def _write(self, worker: Worker, results: list[_Result | None]) -> None:
        """Writes down what came of some attempts, and takes dead devices away."""
        now = self._resources.clock.now()
        async with self._database.transaction() as transaction:
            await worker.hold(transaction)
            # In one order, as everybody who holds several of a kind.
            found = [result for result in results if result is not None]
            gone = [result.due for result in found if result.outcome == "gone"]
            for due in sorted(gone, key=lambda due: due.user_sid):
                await bindings.bury(self._resources, transaction, due)
            for result in sorted(found, key=lambda result: result.due.number):
                await _written(transaction, result, now)


async def _written(transaction: Transaction, result: _Result, now: int) -> None:
    due, reason, attempts = result.due, result.reason, result.attempts
    if result.at is not None:
        await pushes.put_off(transaction, due.number, reason, attempts, result.at, now)
        return
    await pushes.decide(transaction, due.number, result.outcome, reason, attempts, now)


def _moved(due: Due) -> tuple[Outcome, str] | None:
    """Why there is nothing to tell the user any more, if so."""
    here = due.participant is not None
    if due.kind == "removed_from_conversation":
        return ("back", "they are in the conversation again") if here else None
    if not here:
        return "left", "they left before it could be sent"
    if due.message_sid is not None and due.message is None:
        return "deleted", "the message was deleted before it could be sent"
    return None


def pause(attempts: int) -> float:
    """For how many seconds to wait at least before the next attempt."""
    longest = min(_FIRST_PAUSE * 4.0**attempts, _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - not for secrets
