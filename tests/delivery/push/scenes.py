"""Users with devices, and what the duty does of push, step by step."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable

from delivery.nodes import PATIENCE, ended
from delivery.push.gateways import World
from partywire.delivery.duties import Worker
from partywire.delivery.feed import Feed
from partywire.delivery.push.duty import NAME, pushing
from partywire.delivery.push.planning import Planner
from partywire.delivery.push.providers import provider
from partywire.delivery.push.sending import Sender
from partywire.domain import bindings, credentials, notifications, users, vapid_keys
from partywire.domain.call import Call
from partywire.errors import ApiError
from partywire.model.bindings import Binding, BindingType, NewBinding
from partywire.model.credentials import PushCredential, PushCredentialChanges, PushType
from partywire.model.notifications import Notifications
from partywire.model.pushes import Push
from partywire.model.users import UserChanges
from partywire.storage import claims, outbox
from partywire.storage.claims import NOBODY, Claim
from partywire.storage.database import Database
from partywire.storage.query import Query, Statement, columns

EVERY_KIND = ("new_message", "added_to_conversation", "removed_from_conversation")
_LOG = Query(f"SELECT {columns(Push)} FROM pushes ORDER BY number", Push)
_CLEAR = Statement("DELETE FROM pushes")


async def configured(call: Call, **settings: int | str) -> None:
    """The service pushes what is said, else messages."""
    await notifications.update(call, Notifications(**(settings or {"new_message_enabled": 1})))


async def credential(call: Call, kind: PushType, **secrets: str) -> PushCredential:
    return await credentials.create(call, PushCredentialChanges(type=kind), secrets)


async def made(call: Call, identity: str) -> None:
    """The user, who may be there already."""
    with contextlib.suppress(ApiError):
        await users.create(call, identity, UserChanges())


async def device(
    call: Call,
    identity: str,
    kind: BindingType,
    endpoint: str,
    credential_sid: str | None = None,
    wants: tuple[str, ...] = EVERY_KIND,
) -> Binding:
    """A device of a user, who is made where there is none."""
    await made(call, identity)
    new = NewBinding(
        binding_type=kind, endpoint=endpoint, credential_sid=credential_sid, message_types=wants
    )
    return await bindings.create(call, identity, new)


async def android(call: Call, world: World, identity: str, token: str, **more: object) -> Binding:
    """A device that Firebase reaches."""
    sid = (await credential(call, "fcm", secret=world.google.secret)).sid
    return await device(call, identity, "fcm", token, sid, **more)  # type: ignore[arg-type]


async def iphone(call: Call, world: World, identity: str, token: str) -> Binding:
    """A device that Apple reaches, by a token's key."""
    apple = world.apple
    made = await credential(call, "apn", private_key=apple.private_key, secret=apple.secret)
    return await device(call, identity, "apn", token, made.sid)


async def browser(call: Call, world: World, identity: str, name: str) -> Binding:
    """A browser that Web Push reaches."""
    keys = await vapid_keys.pair(call.resources, call.scope.account)
    subscribed = world.browsers.subscribed(name, keys.public_key)
    return await device(call, identity, "webpush", subscribed.subscription)


async def log(database: Database) -> list[Push]:
    """Every decision, in order."""
    return await database.all(_LOG)


async def cleared(database: Database) -> None:
    """Forgets every decision."""
    async with database.transaction() as transaction:
        await transaction.run(_CLEAR)


async def outcomes(database: Database) -> list[tuple[str | None, str]]:
    """Of whom what was decided."""
    return [(push.identity, push.outcome) for push in await log(database)]


async def at_duty(call: Call, name: str = "ada") -> Worker:
    """A worker that has the duty."""
    database = call.database
    found = await claims.look(database, NAME)
    if found.holder == NOBODY:
        async with database.transaction() as transaction:
            await claims.beat(transaction, Claim(NAME, NOBODY, found.beat), name)
    duty = pushing(call.resources, Feed(database))
    return Worker(database, duty, name)


async def placed(database: Database) -> None:
    """Gives every event its place."""
    while await outbox.is_to_place(database):
        async with database.transaction() as transaction:
            await outbox.place(transaction)


async def planned(call: Call, wake: Callable[[], None] = lambda: None) -> None:
    """Decides about all that has happened, as a node does that begins."""
    await placed(call.database)
    worker = await at_duty(call)
    planner = Planner(call.resources, wake)
    while await planner.go_on(worker):
        pass


@contextlib.asynccontextmanager
async def sending(call: Call) -> AsyncIterator[Sender]:
    """A node that sends."""
    worker = await at_duty(call)
    sender = Sender(call.resources, provider)
    lanes = [asyncio.create_task(sender.lane(worker, kind)) for kind in sender._hints]
    try:
        yield sender
        assert not [lane for lane in lanes if lane.done()]
    finally:
        for lane in lanes:
            await ended(lane)
        await sender.close()


async def until_log(database: Database, holds: Callable[[list[Push]], bool]) -> None:
    """Waits until it holds of the log."""
    deadline = time.monotonic() + PATIENCE
    while not holds(found := await log(database)):
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.005)


async def settled(call: Call) -> list[tuple[str | None, str]]:
    """Waits until nothing is due any more; returns of whom what came."""
    database, now = call.database, call.resources.clock.now()
    await until_log(
        database, lambda found: all(push.due is None or push.due > now for push in found)
    )
    return await outcomes(database)


async def pushed(call: Call) -> list[tuple[str | None, str]]:
    """Decides, and sends what is due; returns of whom what came."""
    await planned(call)
    async with sending(call):
        return await settled(call)
