"""Deliveries to webhooks, as the operator looks at them: listed, shown, and sent once more."""

import contextlib
from typing import Final

from msgspec import Struct

from partywire.domain.accounts import UnknownAccount
from partywire.domain.call import Resources
from partywire.model.deliveries import (
    NO_LANE,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Lane,
)
from partywire.storage import accounts, delivery_attempts, delivery_lanes
from partywire.storage import deliveries as store

_AT_ONCE: Final = 500
_NEWEST: Final = 2**62
_AT_ONCE_DUE: Final = 0  # whatever the time is where it is sent from


class UnknownDelivery(Exception):
    """There is no such delivery, or no more."""


class StillWaiting(Exception):
    """The delivery has not been settled: it is sent anyway."""


class AskedBefore(Exception):
    """It is a pre-event: what it was about is decided, and asking again would decide nothing."""


class DeliveryFilter(Struct, frozen=True):
    """Which deliveries are meant; None for any.

    Attributes:
        account: the account's SID.
        webhook: SID of the account, the service or the conversation's webhook that is told.
        conversation: the conversation's SID.
    """

    state: DeliveryState | None = None
    account: str | None = None
    webhook: str | None = None
    conversation: str | None = None


class Shown(Struct, frozen=True):
    """A delivery, with the SIDs by which people know what it names.

    Attributes:
        account: the account's SID.
        webhook: SID of the account, the service or the conversation's webhook that is told.
    """

    delivery: Delivery
    account: str
    webhook: str


async def newest(resources: Resources, wanted: DeliveryFilter, limit: int) -> list[Shown]:
    """The deliveries that are wanted, the newest first."""
    named = await _accounts(resources)
    found: list[Shown] = []
    before = _NEWEST
    while len(found) < limit:
        page = await store.newest(resources.database, before, _AT_ONCE, wanted.state)
        shown = (_shown(one, named) for one in page)
        found += [one for one in shown if _is_wanted(one, wanted)]
        if len(page) < _AT_ONCE:
            break
        before = page[-1].number
    return found[:limit]


async def fetch(resources: Resources, sid: str) -> tuple[Shown, list[DeliveryAttempt]]:
    """A delivery and its attempts.

    Raises:
        UnknownDelivery: there is none.
    """
    _check(sid)
    delivery = await store.by_sid(resources.database, sid)
    if delivery is None:
        raise UnknownDelivery(sid)
    attempts = await delivery_attempts.of(resources.database, delivery.number)
    return _shown(delivery, await _accounts(resources)), attempts


async def replay(resources: Resources, sid: str) -> None:
    """Lets a settled delivery wait again, under the same SID; it is due at once.

    Raises:
        UnknownDelivery: there is none.
        StillWaiting: it was not settled yet.
        AskedBefore: it is a pre-event.
    """
    _check(sid)
    async with resources.database.transaction() as transaction:
        delivery = await store.wait_again(transaction, sid, resources.clock.now())
        if delivery is not None:
            lane = Lane(delivery.lane, delivery.receiver, _AT_ONCE_DUE, 0)
            await delivery_lanes.hurry(transaction, lane)
    if delivery is None:
        found = await store.by_sid(resources.database, sid)
        if found is None:
            raise UnknownDelivery(sid)
        raise AskedBefore(sid) if found.lane == NO_LANE else StillWaiting(sid)


async def replay_dead(resources: Resources, account: str | None = None) -> int:
    """Lets all that were given up wait again, the oldest first; returns how many.

    Args:
        resources: the server's.
        account: the account's SID; None for all accounts.

    Raises:
        UnknownAccount: there is no such account.
    """
    wanted, named = DeliveryFilter(account=account), await _accounts(resources)
    if account is not None and account not in named.values():
        raise UnknownAccount(account)
    number = after = 0
    while page := await store.oldest(resources.database, "dead", after, _AT_ONCE):
        after = page[-1].number  # what is given up again meanwhile is left
        for one in page:
            if _is_wanted(_shown(one, named), wanted):
                with contextlib.suppress(StillWaiting, UnknownDelivery):  # somebody was first
                    await replay(resources, one.sid)
                    number += 1
    return number


def _check(sid: str) -> None:
    if not sid.isascii():  # also what a terminal sends that is no text at all
        raise UnknownDelivery(sid)


async def _accounts(resources: Resources) -> dict[str, str]:
    """The accounts' SIDs by their ids."""
    return {one.id: one.sid for one in await accounts.every(resources.database)}


def _shown(delivery: Delivery, named: dict[str, str]) -> Shown:
    account = named.get(delivery.account, delivery.account)
    is_accounts = delivery.webhook == delivery.account
    return Shown(delivery, account, account if is_accounts else delivery.webhook)


def _is_wanted(one: Shown, wanted: DeliveryFilter) -> bool:
    asked = (
        (wanted.account, one.account),
        (wanted.webhook, one.webhook),
        (wanted.conversation, one.delivery.conversation_sid),
    )
    return all(named is None or named == found for named, found in asked)
