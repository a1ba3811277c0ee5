"""Why a SID was not found: on a bench, where looking next door is no secret."""

from partywire import sids
from partywire.domain.call import Call
from partywire.storage import whereabouts


async def explain(call: Call, names: list[str]) -> str | None:
    """One sentence about the first of these SIDs that exists elsewhere; None if none does.

    Names are from a path and may hold anything: only SIDs are repeated.
    """
    for sid in names:
        if not sids.is_sid(sid, sid[:2]):
            continue
        place = await whereabouts.of(call.database, sid)
        if place is None:
            continue
        if place.account != call.scope.account:
            return f"{sid} exists, but in another account ({place.account_sid})"
        if not sids.is_sid(call.service_sid, sids.SERVICE):
            return f"{sid} exists, but in service {place.service_sid}"
        if place.service_sid != call.service_sid:
            return (
                f"{sid} exists, but in service {place.service_sid}; "
                f"this request looked in {call.service_sid}"
            )
    return None
