"""Services."""

from partywire import errors, sids
from partywire.domain import events, roles
from partywire.domain.call import Call
from partywire.domain.texts import check_length
from partywire.model.pages import Page, PageRequest
from partywire.model.services import Service
from partywire.storage import accounts as account_store
from partywire.storage import services as store
from partywire.storage.database import Transaction


async def born(
    transaction: Transaction, account: str, friendly_name: str, mint: sids.Mint, now: int
) -> Service:
    """Writes a new service with its four roles."""
    sid = mint.sid(sids.SERVICE)
    _, service_user, channel_admin, channel_user = made = roles.defaults(sid, mint, now)
    service = Service(
        sid=sid,
        account=account,
        friendly_name=friendly_name,
        default_conversation_creator_role_sid=channel_admin.sid,
        default_conversation_role_sid=channel_user.sid,
        default_chat_service_role_sid=service_user.sid,
        date_created=now,
        date_updated=now,
        reachability_enabled=0,
    )
    await store.add(transaction, service)
    await roles.add_all(transaction, made)
    return service


async def create(call: Call, friendly_name: str | None) -> Service:
    """Makes a service.

    Raises:
        FriendlyNameMissing, FriendlyNameTooLong: of the name.
    """
    if not friendly_name:
        raise errors.FriendlyNameMissing
    check_length(friendly_name, call.limits.name_characters, errors.FriendlyNameTooLong)
    async with call.database.transaction() as transaction:
        mint = call.resources.mint
        service = await born(transaction, call.scope.account, friendly_name, mint, call.now)
        await events.append(call, transaction, "service.added", service, service_sid=service.sid)
    return service


async def page(call: Call, request: PageRequest) -> Page[Service]:
    """The account's services, in the order of their SIDs."""
    return await store.page(call.database, call.scope.account, request)


async def fetch(call: Call, sid: str) -> Service:
    """One service.

    Raises:
        NotFound: the account has no such service.
    """
    service = await store.fetch(call.database, call.scope.account, sid)
    if service is None:
        raise errors.NotFound
    return service


async def delete(call: Call, sid: str) -> None:
    """Deletes a service and everything in it.

    Raises:
        NotFound: the account has no such service.
        Conflict: it is the account's default service (decided: decisions/0009).
    """
    async with call.database.transaction() as transaction:
        # Held, lest the service become the default one meanwhile.
        account = await account_store.lock(transaction, call.scope.account)
        service = await store.fetch(transaction, call.scope.account, sid)
        if account is None or service is None:
            raise errors.NotFound
        if sid == account.default_service_sid:
            raise errors.Conflict("The account's default service cannot be deleted")
        await store.delete(transaction, call.scope.account, sid)
        await events.append(call, transaction, "service.removed", service, service_sid=sid)
