"""Configuration: an account's defaults, and a service's."""

from msgspec import UNSET
from msgspec.structs import replace

from partywire import durations, errors
from partywire.domain import roles, services
from partywire.domain.call import Call
from partywire.domain.drafts import check_timers
from partywire.model.accounts import Account, AccountChanges
from partywire.model.services import Service, ServiceChanges
from partywire.storage import accounts as account_store
from partywire.storage import services as service_store
from partywire.storage.database import Transaction


async def of_account(call: Call) -> Account:
    """The account's configuration."""
    account = await account_store.by_id(call.database, call.scope.account)
    if account is None:
        raise errors.NotFound
    return _with_messaging_service(call, account)


async def update_account(call: Call, changes: AccountChanges) -> Account:
    """Changes the account's configuration; conversations that are there keep their timers.

    Raises:
        ServiceNotFound: the account has no such service.
        InactiveTimerTooShort, ClosedTimerTooShort: of the timers.
    """
    length = durations.optional_milliseconds
    check_timers(length(changes.default_inactive_timer), length(changes.default_closed_timer))
    async with call.database.transaction() as transaction:
        account = await account_store.lock(transaction, call.scope.account)
        if account is None:
            raise errors.NotFound
        sid = changes.default_service_sid
        if sid is not UNSET and await service_store.fetch(transaction, account.id, sid) is None:
            raise errors.ServiceNotFound
        account = changes.applied_to(account)
        await account_store.configure(transaction, account)
    return _with_messaging_service(call, account)


def _with_messaging_service(call: Call, account: Account) -> Account:
    if account.default_messaging_service_sid is not None:
        return account
    default = call.resources.config.messaging_service_sid
    return replace(account, default_messaging_service_sid=default)


async def of_service(call: Call) -> Service:
    """The service's configuration.

    Raises:
        NotFound: the account has no such service.
    """
    return await services.fetch(call, call.service_sid)


async def update_service(call: Call, changes: ServiceChanges) -> Service:
    """Changes the service's configuration; who is there keeps their role.

    Raises:
        NotFound: the account has no such service.
        CreatorRoleNotFound, ConversationRoleNotFound, RoleNotFound: a role is not this service's,
            or of the other type.
    """
    async with call.database.transaction() as transaction:
        service = await service_store.lock(transaction, call.scope.account, call.service_sid)
        if service is None:
            raise errors.NotFound
        await _check_roles(call, transaction, changes)
        service = changes.applied_to(service)
        await service_store.save(transaction, service)
    return service


async def _check_roles(call: Call, transaction: Transaction, changes: ServiceChanges) -> None:
    creator = changes.default_conversation_creator_role_sid
    try:
        await roles.check(call, transaction, creator, "conversation")
    except errors.ConversationRoleNotFound as error:
        raise errors.CreatorRoleNotFound(error.message) from None
    await roles.check(call, transaction, changes.default_conversation_role_sid, "conversation")
    await roles.check(call, transaction, changes.default_chat_service_role_sid, "service")
