"""Bindings: users' devices, as the chat SDKs registered them."""

from partywire import errors
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingFilter
from partywire.model.pages import Page, PageRequest
from partywire.storage import bindings as store


async def page(call: Call, wanted: BindingFilter, request: PageRequest) -> Page[Binding]:
    """The service's bindings, in the order of their SIDs.

    Raises:
        BadRequest: more identities are wanted than are looked for at once.
    """
    most = store.MOST_IDENTITIES
    if len(wanted.identities) > most:
        raise errors.BadRequest(f"Identity can be given at most {most} times")
    return await store.page(call.database, call.service_sid, wanted, request)


async def fetch(call: Call, sid: str) -> Binding:
    """One binding.

    Raises:
        NotFound: the service has no such binding.
    """
    binding = await store.fetch(call.database, call.service_sid, sid)
    if binding is None:
        raise errors.NotFound
    return binding


async def delete(call: Call, sid: str) -> None:
    """Deletes a binding: nothing is pushed to that device any more.

    Raises:
        NotFound: the service has no such binding.
    """
    async with call.database.transaction() as transaction:
        if not await store.delete(transaction, call.service_sid, sid):
            raise errors.NotFound
