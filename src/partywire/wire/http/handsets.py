"""The handsets of a bench over HTTP: forms, views and acts.

No part of the contract: they stand beside it, where a bench has them, and speak as it does.
"""

from typing import Final
from urllib.parse import quote

from msgspec import UNSET, Struct

from partywire import errors
from partywire.domain import handsets
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.handsets import Handset, HandsetMessage
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.wire.http.fields import text, whole
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.messages import MediaView, media
from partywire.wire.http.operation import AnyOperation, ListOperation, Operation
from partywire.wire.http.times import date

_STATUSES: Final = ("sent", "delivered", "read", "failed", "undelivered")


def _status(value: str) -> str:
    """One of sent, delivered, read, failed, undelivered, in any case."""
    word = value.lower()
    if word not in _STATUSES:
        raise errors.BadRequest(f"Status must be one of {', '.join(_STATUSES)}")
    return word


STATUS: Final = Form(
    {"Status": ("status", _status), "ErrorCode": ("error_code", whole("ErrorCode"))}
)
WRITE: Final = Form({"To": ("proxy_address", text), "Body": ("body", text)})


class HandsetView(Struct, gc=False):
    """A handset; ``status`` and ``error_code`` are what messages get that come to it."""

    account_sid: str
    address: str
    status: str
    error_code: int
    url: str
    links: dict[str, str]


class HandsetMessageView(Struct, gc=False):
    """A message that a handset holds.

    Only one that was received has a status; it has none any more where the message is gone from
    its conversation.
    """

    account_sid: str
    chat_service_sid: str
    conversation_sid: str
    message_sid: str
    participant_sid: str
    sid: str
    address: str
    proxy_address: str
    direction: str
    author: str | None
    body: str | None
    media: list[MediaView] | None
    status: str | None
    error_code: int | None
    date_created: str
    url: str


def _url(scope: Scope, address: str) -> str:
    return f"{scope.root}/Handsets/{quote(address, safe='+:@')}"


def view(scope: Scope, handset: Handset) -> HandsetView:
    """What the answer shows."""
    url = _url(scope, handset.address)
    return HandsetView(
        account_sid=scope.account_sid,
        address=handset.address,
        status=handset.status,
        error_code=handset.error_code,
        url=url,
        links={"messages": f"{url}/Messages"},
    )


def message_view(scope: Scope, held: HandsetMessage) -> HandsetMessageView:
    """What the answer shows."""
    return HandsetMessageView(
        account_sid=scope.account_sid,
        chat_service_sid=held.service_sid,
        conversation_sid=held.conversation_sid,
        message_sid=held.message_sid,
        participant_sid=held.participant_sid,
        sid=held.sid,
        address=held.address,
        proxy_address=held.proxy_address,
        direction=held.direction,
        author=held.author,
        body=held.body,
        media=None if held.media is None else media(held.media),
        status=held.status,
        error_code=held.error_code,
        date_created=date(held.date_created),
        url=f"{_url(scope, held.address)}/Messages/{held.sid}",
    )


def _wanted(values: Values) -> Values:
    if "status" not in values:
        raise errors.BadRequest("Status is missing")
    return {"error_code": UNSET, **values}


async def update(call: Call, address: str, values: Values) -> Handset:
    """POST /_partywire/Handsets/{Address}."""
    return await handsets.update(call, address, **_wanted(values))


async def page(
    call: Call, address: str, _filters: Values, request: PageRequest
) -> Page[HandsetMessage]:
    """GET /_partywire/Handsets/{Address}/Messages."""
    return await handsets.page(call, address, request)


async def write(call: Call, address: str, values: Values) -> HandsetMessage:
    """POST /_partywire/Handsets/{Address}/Messages."""
    if not values.get("proxy_address"):
        raise errors.BadRequest("To is missing")
    incoming = Incoming(address, values["proxy_address"], values.get("body", ""))
    return await handsets.write(call, incoming)


async def report(call: Call, address: str, sid: str, values: Values) -> HandsetMessage:
    """POST /_partywire/Handsets/{Address}/Messages/{Sid}."""
    return await handsets.report(call, address, sid, **_wanted(values))


_HANDSET: Final = "/Handsets/{Address}"
_MESSAGES: Final = f"{_HANDSET}/Messages"
_MESSAGE: Final = f"{_MESSAGES}/{{Sid}}"

BENCH: Final[list[AnyOperation]] = [
    Operation(method="GET", path=_HANDSET, act=handsets.fetch, view=view),
    Operation(method="POST", path=_HANDSET, act=update, form=STATUS, view=view),
    ListOperation(path=_MESSAGES, act=page, view=message_view, items="messages", most=100),
    Operation(method="POST", path=_MESSAGES, act=write, form=WRITE, view=message_view, status=201),
    Operation(method="GET", path=_MESSAGE, act=handsets.message, view=message_view),
    Operation(method="POST", path=_MESSAGE, act=report, form=STATUS, view=message_view),
]
