"""Users over HTTP: forms, view and acts."""

from msgspec import Struct

from partywire import errors, sids
from partywire.domain import users
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.model.users import Reachability, User, UserChanges
from partywire.wire.http.fields import attributes, kept_if_blank, sid, text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

_CHANGES = {
    "FriendlyName": ("friendly_name", kept_if_blank),
    "Attributes": ("attributes", attributes),
    "RoleSid": ("role_sid", sid(sids.ROLE, errors.RoleNotFound)),
}
CREATE = Form({"Identity": ("identity", text), **_CHANGES})
UPDATE = Form(_CHANGES)


class Links(Struct, gc=False):
    """URLs of what a user has."""

    user_conversations: str


class UserView(Struct, gc=False):
    """A user as the wire shows it. Source: "User Properties".

    ``is_online`` and ``is_notifiable`` are null in lists, and while a service's reachability is
    off.
    """

    sid: str
    account_sid: str
    chat_service_sid: str
    role_sid: str
    identity: str
    friendly_name: str | None
    attributes: str
    is_online: bool | None
    is_notifiable: bool | None
    date_created: str
    date_updated: str
    url: str
    links: Links


Seen = tuple[User, Reachability | None]


def view(scope: Scope, seen: Seen) -> UserView:
    """What an answer shows of one user."""
    user, reachability = seen
    url = f"{scope.root}/Users/{user.sid}"
    return UserView(
        sid=user.sid,
        account_sid=scope.account_sid,
        chat_service_sid=user.service_sid,
        role_sid=user.role_sid,
        identity=user.identity,
        friendly_name=user.friendly_name,
        attributes=user.attributes,
        is_online=reachability.is_online if reachability else None,
        is_notifiable=reachability.is_notifiable if reachability else None,
        date_created=date(user.date_created),
        date_updated=date(user.date_updated),
        url=url,
        links=Links(user_conversations=f"{url}/Conversations"),
    )


def listed(scope: Scope, user: User) -> UserView:
    """What a list shows of each user."""
    return view(scope, (user, None))


delete = users.delete


async def _seen(call: Call, user: User) -> Seen:
    return user, await users.reachability(call, user)


async def create(call: Call, values: Values) -> Seen:
    """POST /Users."""
    identity = values.pop("identity", None)
    return await _seen(call, await users.create(call, identity, UserChanges(**values)))


async def fetch(call: Call, user: str) -> Seen:
    """GET /Users/{Sid}."""
    return await _seen(call, await users.fetch(call, user))


async def page(call: Call, _filters: Values, request: PageRequest) -> Page[User]:
    """GET /Users."""
    return await users.page(call, request)


async def update(call: Call, user: str, values: Values) -> Seen:
    """POST /Users/{Sid}."""
    return await _seen(call, await users.update(call, user, UserChanges(**values)))
