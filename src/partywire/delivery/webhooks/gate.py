"""Asks the pre-event webhooks of the account and of the service, and does what they answer.

Source: the webhooks page of the Conversations docs; the rest is decided: decisions/0027.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from partywire import errors, sids
from partywire.delivery.outgoing import Client
from partywire.delivery.targets import Targets
from partywire.delivery.webhooks import answers
from partywire.delivery.webhooks.addressing import receiver
from partywire.delivery.webhooks.attempt import Attempt, Told, attempt
from partywire.delivery.webhooks.events import BY_KIND, WebhookEvent, pairs
from partywire.delivery.webhooks.ledger import Ledger
from partywire.delivery.webhooks.parameters import Telling
from partywire.domain import participants
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import AccountWebhooks, ServiceWebhooks
from partywire.model.conversations import Opening
from partywire.model.deliveries import NO_LANE, Delivery, DeliveryState
from partywire.model.events import PreEventKind
from partywire.storage import accounts
from partywire.storage import configuration_webhooks as store

_filters: Final = msgspec.json.Decoder(list[str]).decode


class Asker(Struct, frozen=True):
    """A webhook that wants to be asked.

    Attributes:
        webhook: the account's id, or the service's SID.
        method: ``GET`` or ``POST``.
    """

    webhook: str
    method: str
    url: str


class WebhookGate:
    """A ``domain.gates.Gate`` that asks over HTTP.

    Args:
        targets: where requests may go.
        authorities_file: certificates (PEM) that are trusted besides the usual ones.
        ledger: takes down what was asked and answered; None takes down nothing.
    """

    def __init__(
        self,
        targets: Targets,
        authorities_file: str | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self._client = Client(targets, authorities_file)
        self._ledger = ledger

    async def ask(
        self, call: Call, kind: PreEventKind, thing: Struct, opening: Opening | None
    ) -> dict[str, str]:
        """See ``Gate.ask``."""
        event = BY_KIND[kind]
        wanting = await _wanting(call, event.name)
        if not wanting:
            return {}
        token = await _token(call)
        changed: dict[str, str] = {}
        for asker in wanting:
            telling = Telling(
                account_sid=call.scope.account_sid,
                event_type=event.name,
                source=call.source,
                client_identity=call.client_identity if call.source == "SDK" else None,
                date=call.now,
                thing=thing,
                opening=opening,
            )
            answered = await self._ask(call, token, asker, event, telling)
            changed |= answered
            thing = await _changed(call, thing, answered)
        return changed

    async def _ask(
        self, call: Call, token: str, asker: Asker, event: WebhookEvent, telling: Telling
    ) -> dict[str, str]:
        """What one webhook wants to be different; asked once, however often the request is done."""
        told = Told(asker.method, asker.url, pairs(event, telling), call.sid(sids.DELIVERY))
        question = (asker.webhook, tuple(told.pairs))
        known = {} if call.answers is None else call.answers
        if question not in known:
            made = await attempt(self._client, call.resources.clock, token, told)
            state: DeliveryState = "failed"
            try:
                known[question] = _judged(made, event)
                state = "delivered" if made.is_delivered else "failed"
            except errors.RefusedByWebhook:
                state = "refused"
                raise
            finally:
                if self._ledger is not None:
                    settled = _settled(call, asker, told, event, telling.thing, state)
                    self._ledger.keep(settled, made)
        return known[question]

    async def close(self) -> None:
        """Writes down what is not written yet, and closes the connections."""
        if self._ledger is not None:
            await self._ledger.close()
        await self._client.close()


def _settled(
    call: Call, asker: Asker, told: Told, event: WebhookEvent, thing: Any, state: DeliveryState
) -> Delivery:
    """The question as a delivery that nothing is to be done about any more."""
    now = call.resources.clock.now()
    return Delivery(
        number=0,
        sid=told.sid,
        account=call.scope.account,
        service_sid=call.service_sid,
        conversation_sid=_conversation_sid(event, thing),
        webhook=asker.webhook,
        lane=NO_LANE,
        event_sid=told.sid,
        event_type=event.name,
        method=told.method,
        url=told.url,
        receiver=receiver(call.scope.account, told.url),
        parameters=msgspec.json.encode(told.pairs).decode(),
        state=state,
        attempts=1,
        date_queued=now,
        date_created=now,
        date_updated=now,
    )


def _conversation_sid(event: WebhookEvent, thing: Any) -> str | None:
    if event.kind == "conversation.add":
        return None
    sid: str | None = getattr(thing, "conversation_sid", None)
    return thing.sid if event.object == "conversation" else sid


def _judged(made: Attempt, event: WebhookEvent) -> dict[str, str]:
    """What follows from an answer, or from none.

    Raises:
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: the event must not happen.
    """
    if made.is_delivered and made.answer is not None:
        return answers.changes(made.answer, event.changeable)
    if made.answer is not None:
        raise errors.RefusedByWebhook(
            f"{errors.RefusedByWebhook.__doc__}: {event.name} was answered {made.answer.status}"
        )
    if made.hopeless:
        raise errors.WebhookUnreachable
    return {}


async def _wanting(call: Call, name: str) -> list[Asker]:
    """Who wants to be asked about events of this name: the account first, then the service."""
    account = await store.of_account(call.database, call.scope.account)
    service = await store.of_service(call.database, call.service_sid)
    found = []
    if account is not None and account.target == "webhook":
        found.append(_asker(account.account, account, name))
    if service is not None:
        found.append(_asker(service.service_sid, service, name))
    return [asker for asker in found if asker is not None]


def _asker(key: str, webhooks: AccountWebhooks | ServiceWebhooks, name: str) -> Asker | None:
    if not webhooks.pre_webhook_url or not webhooks.filters:
        return None
    if name not in _filters(webhooks.filters):
        return None
    return Asker(key, webhooks.method or "POST", webhooks.pre_webhook_url)


async def _token(call: Call) -> str:
    """The account's auth token, which signs what is asked, whoever's key the request came with."""
    account = await accounts.by_id(call.database, call.scope.account)
    if account is None:
        raise errors.NotFound
    return call.resources.vault.decrypt(account.token).decode()


async def _changed(call: Call, thing: Any, answered: dict[str, str]) -> Any:
    """The thing as the next one is asked about it."""
    if "author" in answered:
        sid = thing.conversation_sid
        author = await participants.author_sid(call, call.database, sid, answered["author"])
        thing = replace(thing, participant_sid=author)
    return replace(thing, **answered) if answered else thing
