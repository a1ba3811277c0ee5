"""Bindings over HTTP: filter, view and acts."""

import msgspec
from msgspec import Struct

from partywire import errors
from partywire.domain import bindings
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingFilter
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.model.subscriptions import subscription
from partywire.wire.http.fields import Each, choice, text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

FILTER = Form(
    {
        "BindingType": (
            "types",
            Each(choice("apn", "gcm", "fcm", "twilsock", error=errors.BadBindingType)),
        ),
        "Identity": ("identities", Each(text)),
    }
)


class BindingView(Struct):
    """A binding as the wire shows it. Source: "ServiceBinding Properties".

    A ``webpush`` binding, which the API does not have, shows where its browser is reached, and not
    the keys for it (decided: decisions/0031).
    """

    sid: str
    account_sid: str
    chat_service_sid: str
    credential_sid: str | None
    date_created: str
    date_updated: str
    endpoint: str
    identity: str
    binding_type: str
    message_types: list[str]
    url: str


def _endpoint(binding: Binding) -> str:
    if binding.binding_type != "webpush":
        return binding.endpoint
    return subscription(binding.endpoint).endpoint


def view(scope: Scope, binding: Binding) -> BindingView:
    """What the answer shows."""
    return BindingView(
        sid=binding.sid,
        account_sid=scope.account_sid,
        chat_service_sid=binding.service_sid,
        credential_sid=binding.credential_sid,
        date_created=date(binding.date_created),
        date_updated=date(binding.date_updated),
        endpoint=_endpoint(binding),
        identity=binding.identity,
        binding_type=binding.binding_type,
        message_types=msgspec.json.decode(binding.message_types, type=list[str]),
        url=f"{scope.root}/Bindings/{binding.sid}",
    )


fetch = bindings.fetch
delete = bindings.delete


async def page(call: Call, filters: Values, request: PageRequest) -> Page[Binding]:
    """GET /Bindings."""
    once = {name: tuple(dict.fromkeys(values)) for name, values in filters.items()}
    return await bindings.page(call, BindingFilter(**once), request)
