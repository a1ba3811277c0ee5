"""Services over HTTP: forms, view and acts."""

from msgspec import Struct

from partywire.domain import services
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.model.services import Service
from partywire.wire.http.fields import text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.remembered import until_forgotten
from partywire.wire.http.times import date

CREATE = Form({"FriendlyName": ("friendly_name", text)})


class Links(Struct, gc=False):
    """URLs of what is in a service."""

    conversations: str
    users: str
    roles: str
    bindings: str
    configuration: str
    participant_conversations: str
    conversation_with_participants: str


class ServiceView(Struct, gc=False):
    """A service as the wire shows it. Source: "Service properties"."""

    account_sid: str
    sid: str
    friendly_name: str
    date_created: str
    date_updated: str
    url: str
    links: Links


def view(scope: Scope, service: Service) -> ServiceView:
    """What the answer shows."""
    url = f"{scope.root}/Services/{service.sid}"
    return ServiceView(
        account_sid=scope.account_sid,
        sid=service.sid,
        friendly_name=service.friendly_name,
        date_created=date(service.date_created),
        date_updated=date(service.date_updated),
        url=url,
        links=Links(
            conversations=f"{url}/Conversations",
            users=f"{url}/Users",
            roles=f"{url}/Roles",
            bindings=f"{url}/Bindings",
            configuration=f"{url}/Configuration",
            participant_conversations=f"{url}/ParticipantConversations",
            conversation_with_participants=f"{url}/ConversationWithParticipants",
        ),
    )


fetch = services.fetch


async def delete(call: Call, sid: str) -> None:
    """DELETE /Services/{Sid}."""
    await services.delete(call, sid)
    # Whoever is told that it is gone must not meet it afterwards.
    await until_forgotten()


async def create(call: Call, values: Values) -> Service:
    """POST /Services."""
    return await services.create(call, values.get("friendly_name"))


async def page(call: Call, _filters: Values, request: PageRequest) -> Page[Service]:
    """GET /Services."""
    return await services.page(call, request)
