"""Roles over HTTP: forms, view and acts."""

import msgspec
from msgspec import Struct

from partywire import errors
from partywire.domain import roles
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.roles import Role
from partywire.model.scope import Scope
from partywire.wire.http.fields import Each, choice, text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

UPDATE = Form({"Permission": ("permissions", Each(text))})
CREATE = Form(
    {
        "FriendlyName": ("friendly_name", text),
        "Type": ("type", choice("conversation", "service", error=errors.BadRoleType)),
        **UPDATE.fields,
    }
)


class RoleView(Struct):
    """A role as the wire shows it. Source: "Role Properties"."""

    sid: str
    account_sid: str
    chat_service_sid: str
    friendly_name: str
    type: str
    permissions: list[str]
    date_created: str
    date_updated: str
    url: str


def view(scope: Scope, role: Role) -> RoleView:
    """What the answer shows."""
    return RoleView(
        sid=role.sid,
        account_sid=scope.account_sid,
        chat_service_sid=role.service_sid,
        friendly_name=role.friendly_name,
        type=role.type,
        permissions=msgspec.json.decode(role.permissions, type=list[str]),
        date_created=date(role.date_created),
        date_updated=date(role.date_updated),
        url=f"{scope.root}/Roles/{role.sid}",
    )


fetch = roles.fetch
delete = roles.delete


async def create(call: Call, values: Values) -> Role:
    """POST /Roles."""
    name, kind = values.get("friendly_name"), values.get("type")
    return await roles.create(call, name, kind, values.get("permissions"))


async def page(call: Call, _filters: Values, request: PageRequest) -> Page[Role]:
    """GET /Roles."""
    return await roles.page(call, request)


async def update(call: Call, role: str, values: Values) -> Role:
    """POST /Roles/{Sid}."""
    return await roles.update(call, role, values.get("permissions"))
