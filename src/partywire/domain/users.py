"""Users: identities known to a service."""

from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import events, gates, messaging_bindings, roles, timers
from partywire.domain.call import Call
from partywire.domain.texts import check_attributes, check_length
from partywire.model.conversations import Conversation
from partywire.model.pages import Page, PageRequest
from partywire.model.users import Reachability, User, UserChanges
from partywire.storage import conversations as conversation_store
from partywire.storage import participants as participant_store
from partywire.storage import presences as presence_store
from partywire.storage import users as store
from partywire.storage.database import Again, Transaction

_GLIMPSES: Final = 3  # at a user who is made by others, and deleted again, at the same time


async def resolve(call: Call, key: str) -> str:
    """The SID of the user that a path names by SID or identity.

    What has the shape of a SID is a SID: whether there is such a user is for the caller to see.

    Raises:
        NotFound: nobody has this identity.
    """
    if sids.is_sid(key, sids.USER):
        return key
    user = await store.by_identity(call.database, call.service_sid, key)
    if user is None:
        raise errors.NotFound
    return user.sid


def check_identity(call: Call, identity: str | None) -> str:
    """Refuses what cannot be an identity.

    Raises:
        IdentityMissing, IdentityTooLong, IdentityLooksLikeSid: so it is.
    """
    if not identity:
        raise errors.IdentityMissing
    check_length(identity, call.limits.identity_characters, errors.IdentityTooLong)
    if sids.is_sid(identity, sids.USER):
        raise errors.IdentityLooksLikeSid
    return identity


def _check(call: Call, changes: UserChanges) -> None:
    check_length(changes.friendly_name, call.limits.name_characters, errors.FriendlyNameTooLong)
    check_attributes(changes.attributes, call.limits.user_attributes_bytes)


async def _new(
    call: Call, transaction: Transaction, identity: str, role_sid: object = UNSET
) -> User:
    """The user to be, with the service's default role where none is given, which was checked."""
    if not isinstance(role_sid, str):
        role_sid = await roles.default(call, transaction, "service")
    return User(
        sid=call.sid(sids.USER),
        service_sid=call.service_sid,
        identity=identity,
        friendly_name=None,
        attributes="{}",
        role_sid=role_sid,
        date_created=call.now,
        date_updated=call.now,
    )


async def create(call: Call, identity: str | None, changes: UserChanges) -> User:
    """Makes a user.

    Raises:
        UserAlreadyExists: the service knows the identity.
        BadRequest: a value is not acceptable.
    """
    identity = check_identity(call, identity)
    _check(call, changes)
    async with call.database.transaction() as transaction:
        await roles.check(call, transaction, changes.role_sid, "service")
        user = changes.applied_to(await _new(call, transaction, identity, changes.role_sid))
        if await store.add(transaction, user) is None:
            raise errors.UserAlreadyExists
        await events.append(call, transaction, "user.added", user)
    return user


async def ensure(call: Call, transaction: Transaction, identity: str) -> User:
    """The user with this identity, made where the service does not know it yet.

    Held until the transaction ends: whoever wants the same user in another conversation, or
    wants to delete them, waits for what is decided here.

    Raises:
        NotFound: the account has no such service.
        Again: the user comes and goes faster than we can see.
    """
    for _ in range(_GLIMPSES):
        user = await store.lock_by_identity(transaction, call.service_sid, identity)
        if user is not None:
            return user
        user = await store.add(transaction, await _new(call, transaction, identity))
        if user is not None:
            await events.append(call, transaction, "user.added", user)
            return user
        # Another transaction made them just now.
    raise Again(f"a user of {call.service_sid} comes and goes")


async def page(call: Call, request: PageRequest) -> Page[User]:
    """The service's users, in the order of their SIDs."""
    return await store.page(call.database, call.service_sid, request)


async def fetch(call: Call, key: str) -> User:
    """One user, by SID or identity.

    Raises:
        NotFound: the service has no such user.
    """
    if sids.is_sid(key, sids.USER):
        user = await store.by_sid(call.database, call.service_sid, key)
    else:
        user = await store.by_identity(call.database, call.service_sid, key)
    if user is None:
        raise errors.NotFound
    return user


async def reachability(call: Call, user: User) -> Reachability | None:
    """Whether the user is there; None while the service's reachability is off."""
    devices = await store.devices(call.database, call.service_sid, user.sid)
    if devices is None:
        return None
    is_online = await presence_store.is_online(call.database, user.sid)
    return Reachability(is_online=is_online, is_notifiable=devices > 0)


async def update(call: Call, key: str, changes: UserChanges) -> User:
    """Changes a user; nothing given changes nothing.

    Raises:
        NotFound: the service has no such user.
        RefusedByWebhook, BadWebhookAnswer, WebhookUnreachable: a pre-event webhook does not
            want it, or cannot be asked.
        BadRequest: a value is not acceptable.
    """
    sid = await resolve(call, key)
    _check(call, changes)
    if call.webhooks and changes.given():
        known = await fetch(call, sid)
        await roles.look(call, changes.role_sid, "service")
        draft = replace(changes.applied_to(known), date_updated=call.now)
        await gates.ask(call, "user.update", draft)
    async with call.database.transaction() as transaction:
        await roles.check(call, transaction, changes.role_sid, "service")
        user = await store.lock(transaction, call.service_sid, sid)
        if user is None:
            raise errors.NotFound
        if changes.given():
            user = replace(changes.applied_to(user), date_updated=call.now)
            await store.save(transaction, user)
            await events.append(call, transaction, "user.updated", user)
    return user


async def delete(call: Call, key: str) -> None:
    """Deletes a user, and takes them out of every conversation; their messages stay.

    Raises:
        NotFound: the service has no such user.
    """
    sid = await resolve(call, key)
    async with call.database.transaction() as transaction:
        groups = await _hold_groups(call, transaction, sid)
        user = await store.lock(transaction, call.service_sid, sid)
        if user is None:
            raise errors.NotFound
        left = await participant_store.delete_of_user(transaction, call.service_sid, sid)
        await store.delete(transaction, call.service_sid, sid)
        for participant in left:
            conversation_sid = participant.conversation_sid
            if messaging_bindings.is_in_group(participant):
                if conversation_sid not in groups:
                    raise Again(f"{sid} has just joined a group")
                held = groups[conversation_sid]
                await messaging_bindings.let_go(call, transaction, held, participant)
            await events.append(
                call, transaction, "participant.removed", participant, conversation_sid
            )
        await events.append(call, transaction, "user.removed", user)


async def _hold_groups(call: Call, transaction: Transaction, sid: str) -> dict[str, Conversation]:
    """The conversations with a Group MMS that the user is in, held until the transaction ends.

    Conversations are held before users, by everybody.
    """
    held = {}
    for conversation_sid in await participant_store.groups_of_user(
        transaction, call.service_sid, sid
    ):
        found = await conversation_store.lock(transaction, call.service_sid, conversation_sid)
        if found is not None:
            now = await timers.settle(call.resources, transaction, found, call.now)
            held[conversation_sid] = now
    return held
