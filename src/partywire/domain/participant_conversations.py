"""Participant conversations: which conversations an identity, or an address, takes part in."""

from msgspec.structs import replace

from partywire import errors
from partywire.domain import timers
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.participant_conversations import ParticipantConversation
from partywire.storage import participant_conversations as store
from partywire.storage import users as user_store


async def page(
    call: Call, identity: str, address: str, request: PageRequest
) -> Page[ParticipantConversation]:
    """Their conversations, closed ones too, in the order of the conversations' SIDs.

    Args:
        call: the request.
        identity: whose; exactly as it was given. Blank where an address is given.
        address: whose; exactly as it was given. Blank where an identity is given.
        request: which page.

    Raises:
        IdentityAndAddress: both are given.
        BadRequest: neither is.
    """
    if identity and address:
        raise errors.IdentityAndAddress
    if address:
        found = await store.by_address(call.database, call.service_sid, address, request)
        return replace(found, items=timers.all_seen(found.items, call.now))
    if not identity:
        raise errors.BadRequest("Give either Identity or Address")
    user = await user_store.by_identity(call.database, call.service_sid, identity)
    if user is None:
        return Page([])
    found = await store.by_user(call.database, call.service_sid, user.sid, request)
    return replace(found, items=timers.all_seen(found.items, call.now))
