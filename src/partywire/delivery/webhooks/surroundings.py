"""What surrounds an event: its account, its conversation, and their webhooks.

Read once for all events of a transaction.
"""

import msgspec

from partywire.delivery.webhooks import events
from partywire.delivery.webhooks.signature import Pairs
from partywire.model.accounts import Account
from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.model.events import Event
from partywire.model.users import Reachability, User
from partywire.model.webhooks import Webhook
from partywire.storage import (
    accounts,
    configuration_webhooks,
    conversations,
    presences,
    removals,
    users,
)
from partywire.storage import webhooks as webhook_store
from partywire.storage.database import Reader

_user = msgspec.json.Decoder(User).decode
_webhooks = msgspec.json.Decoder(list[Webhook]).decode


class _Place:
    """A conversation, there or gone, as far as webhooks have to know it."""

    def __init__(self, messaging_service_sid: str, webhooks: list[Webhook]) -> None:
        self.messaging_service_sid = messaging_service_sid
        self.webhooks = webhooks


class Surroundings:
    """Remembers what it has read.

    Args:
        reader: the transaction.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._accounts: dict[str, Account | None] = {}
        self._of_accounts: dict[str, AccountWebhooks | None] = {}
        self._of_services: dict[str, ServiceWebhooks | None] = {}
        self._places: dict[str, _Place] = {}

    async def account(self, service_sid: str) -> Account | None:
        """The account whose service this is; None if it is gone."""
        if service_sid not in self._accounts:
            self._accounts[service_sid] = await accounts.of_service(self._reader, service_sid)
        return self._accounts[service_sid]

    async def account_webhooks(self, account: str) -> AccountWebhooks | None:
        """The account's webhooks."""
        if account not in self._of_accounts:
            found = await configuration_webhooks.of_account(self._reader, account)
            self._of_accounts[account] = found
        return self._of_accounts[account]

    async def service_webhooks(self, service_sid: str) -> ServiceWebhooks | None:
        """The service's webhooks."""
        if service_sid not in self._of_services:
            found = await configuration_webhooks.of_service(self._reader, service_sid)
            self._of_services[service_sid] = found
        return self._of_services[service_sid]

    async def conversation_webhooks(self, event: Event) -> list[Webhook]:
        """The webhooks of the event's conversation, even if it is gone."""
        return (await self._place(event)).webhooks

    async def told(self, event: Event) -> tuple[str, Pairs] | None:
        """The name and the parameters of what webhooks are told; None if it is nothing."""
        account = await self.account(event.service_sid)
        if account is None:
            return None
        place = await self._place(event)
        there = await self._reachability(event)
        return events.told(event, account.sid, place.messaging_service_sid, there)

    async def _reachability(self, event: Event) -> Reachability | None:
        """Whether the user is there; None where the service does not show it."""
        if event.kind != "user.updated":
            return None
        user = _user(event.payload)
        devices = await users.devices(self._reader, event.service_sid, user.sid)
        if devices is None:
            return None
        is_online = await presences.is_online(self._reader, user.sid)
        return Reachability(is_online=is_online, is_notifiable=devices > 0)

    async def _place(self, event: Event) -> _Place:
        sid = event.conversation_sid
        if sid is None:
            return _Place("", [])
        if sid not in self._places:
            self._places[sid] = await self._read(event.service_sid, sid)
        return self._places[sid]

    async def _read(self, service_sid: str, sid: str) -> _Place:
        # In this order: on PostgreSQL the conversation may go between two statements.
        webhooks = await webhook_store.every(self._reader, service_sid, sid)
        found = await conversations.by_sid(self._reader, service_sid, sid)
        if found is not None:
            return _Place(found.messaging_service_sid, webhooks)
        removed = await removals.by_sid(self._reader, sid)
        if removed is None:
            return _Place("", [])
        return _Place(removed.messaging_service_sid, _webhooks(removed.webhooks))
