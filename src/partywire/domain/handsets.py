"""The handsets of a bench: what participants by address hold, and what they do with it.

Any address has one: it is there as soon as it is named, and exists nowhere else.
"""

from typing import Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import inbound, messaging_bindings, receipts
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.handsets import Handset, HandsetMessage
from partywire.model.pages import Page, PageRequest
from partywire.model.receipts import DeliveryStatus
from partywire.storage import handsets as store

# "Unknown error", of the error dictionary: why a handset fails of which nothing else was said.
_UNKNOWN: Final = 30008
_FAILURES: Final = frozenset({"failed", "undelivered"})


def _code(status: DeliveryStatus, given: int | UnsetType) -> int:
    """The error code that goes with a status."""
    if status not in _FAILURES:
        return 0
    return _UNKNOWN if given is UNSET else given


async def fetch(call: Call, address: str) -> Handset:
    """The handset at an address.

    Raises:
        BadAddress: it is none.
    """
    messaging_bindings.kind_of(address, errors.BadAddress)
    return await store.fetch(call.database, call.scope.account, address)


async def update(
    call: Call, address: str, status: DeliveryStatus, error_code: int | UnsetType
) -> Handset:
    """Says what status messages get by themselves that come to a handset from now on.

    Raises:
        BadAddress: it is none.
    """
    messaging_bindings.kind_of(address, errors.BadAddress)
    handset = Handset(call.scope.account, address, status, _code(status, error_code))
    async with call.database.transaction() as transaction:
        await store.save(transaction, handset)
    return handset


async def page(call: Call, address: str, request: PageRequest) -> Page[HandsetMessage]:
    """What the handset holds, the newest last.

    Raises:
        BadAddress: it is none.
    """
    messaging_bindings.kind_of(address, errors.BadAddress)
    return await store.page(call.database, call.scope.account, address, request)


async def message(call: Call, address: str, sid: str) -> HandsetMessage:
    """A message that the handset holds.

    Raises:
        NotFound: it holds no such message.
    """
    found = await store.message(call.database, call.scope.account, address, sid)
    if found is None:
        raise errors.NotFound
    return found


async def write(call: Call, incoming: Incoming) -> HandsetMessage:
    """Writes a message on a handset, and sends it.

    Raises:
        BadRequest: as ``inbound.receive``.
    """
    permission = await inbound.permitted(call, incoming)
    call = permission.call
    prefix = sids.WHATSAPP if call.source == "WHATSAPP" else sids.SMS
    async with call.database.transaction() as transaction:
        arrived = await inbound.arrive(permission, transaction)
        written = HandsetMessage(
            sid=call.sid(prefix),
            account=call.scope.account,
            address=incoming.address,
            proxy_address=incoming.proxy_address,
            direction="written",
            body=arrived.body,
            author=arrived.author,
            service_sid=arrived.service_sid,
            conversation_sid=arrived.conversation_sid,
            message_sid=arrived.sid,
            participant_sid=arrived.participant_sid or "",
            date_created=call.now,
        )
        await store.add(transaction, written)
    return written


async def report(
    call: Call, address: str, sid: str, status: DeliveryStatus, error_code: int | UnsetType
) -> HandsetMessage:
    """Lets the handset say what became of a message that it received.

    Raises:
        NotFound: it holds no such message, or the message is gone from its conversation.
        Conflict: the message has a status already that this one cannot follow.
    """
    held = await message(call, address, sid)
    if held.status is None:
        raise errors.NotFound
    kind = messaging_bindings.kind_of(address, errors.BadAddress)
    scope = replace(call.scope, service_sid=held.service_sid)
    carrier = replace(call, scope=scope, source=kind.upper())
    code = _code(status, error_code)
    receipt = await receipts.update_status(carrier, sid, status, code)
    if receipt.status != status:
        raise errors.Conflict(f"The message is {receipt.status}: it cannot become {status}")
    return replace(held, status=receipt.status, error_code=receipt.error_code)
