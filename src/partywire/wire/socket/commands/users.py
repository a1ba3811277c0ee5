"""Users: everybody sees the users of their service, and edits whom their role lets them."""

from typing import Any

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from partywire.domain import authority, users
from partywire.model.users import User, UserChanges
from partywire.wire.http.users import view
from partywire.wire.socket.commands.command import Asked, attributes, text
from partywire.wire.socket.commands.objects import of_user


class Changes(Struct, frozen=True):
    """What may be set on a user."""

    friendly_name: str | UnsetType | None = UNSET
    attributes: Any = UNSET


async def _shown(asked: Asked, user: User) -> dict[str, Any]:
    """What REST shows, and what leads the SDK to Sync."""
    reachability = await users.reachability(asked.call, user)
    shown = asdict(view(asked.call.scope, (user, reachability)))
    return {**shown, "sync_objects": of_user(user.sid)}


async def fetch(asked: Asked, key: str) -> dict[str, Any]:
    """GET …/Users/{Sid or identity}."""
    return await _shown(asked, await users.fetch(asked.call, key))


async def update(asked: Asked, key: str) -> dict[str, Any]:
    """POST …/Users/{Sid or identity}."""
    sent = asked.body(Changes)
    changes = UserChanges(
        friendly_name=text(sent.friendly_name) or UNSET, attributes=attributes(sent.attributes)
    )
    standing = await authority.of(asked.call)
    own = key in {standing.identity, standing.user_sid}
    standing.require("edit user", own=own)
    sid = standing.user_sid if own else key
    return await _shown(asked, await users.update(asked.call, sid, changes))
