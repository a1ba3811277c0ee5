"""The configurations of addresses over HTTP: forms, view and acts."""

import re
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from partywire import errors, sids
from partywire.domain import addresses
from partywire.domain.call import Call
from partywire.model.addresses import Address, AddressChanges, AutoCreation, AutoCreationChanges
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.wire.http import hooks
from partywire.wire.http.fields import OMITTED, Each, Read, cleared_if_blank, flag, text, whole
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

_TYPES: Final = ("sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat")
_AUTO_CREATION_TYPES: Final = ("webhook", "studio", "default")
_COUNTRY: Final = re.compile("[A-Za-z]{2}")


def _word(what: str, value: str, words: tuple[str, ...]) -> object:
    if value and value.lower() not in words:
        raise errors.BadRequest(f"{what} must be one of {', '.join(words)}")
    return value.lower() or OMITTED


def address_type(value: str) -> object:
    """One of sms, whatsapp, messenger, gbm, email, rcs, apple, chat, in any case."""
    return _word("Type", value, _TYPES)


def auto_creation_type(value: str) -> object:
    """One of webhook, studio, default, in any case; a blank one counts as not sent."""
    return _word("AutoCreation.Type", value, _AUTO_CREATION_TYPES)


def service_sid(value: str) -> str | None:
    """A SID: IS and 32 hexadecimal digits; a blank one means the default service."""
    if value and not sids.is_sid(value, sids.SERVICE):
        message = "AutoCreation.ConversationServiceSid is not a service of this account"
        raise errors.ServiceNotFound(message)
    return value or None


def country(value: str) -> object:
    """A country's two letters (ISO 3166-1 alpha-2); a blank one counts as not sent."""
    if value and _COUNTRY.fullmatch(value) is None:
        raise errors.BadRequest("AddressCountry must be a country's two letters")
    return value.upper() or OMITTED


_AUTO_CREATION: Final[dict[str, tuple[str, Read | Each]]] = {
    "AutoCreation.Enabled": ("enabled", flag("AutoCreation.Enabled")),
    "AutoCreation.Type": ("type", auto_creation_type),
    "AutoCreation.ConversationServiceSid": ("conversation_service_sid", service_sid),
    "AutoCreation.WebhookUrl": ("webhook_url", hooks.url),
    "AutoCreation.WebhookMethod": ("webhook_method", hooks.upper_method),
    "AutoCreation.WebhookFilters": ("webhook_filters", Each(hooks.event)),
    "AutoCreation.StudioFlowSid": ("studio_flow_sid", hooks.flow_sid),
    "AutoCreation.StudioRetryCount": (
        "studio_retry_count",
        whole("AutoCreation.StudioRetryCount"),
    ),
}
UPDATE = Form({"FriendlyName": ("friendly_name", cleared_if_blank), **_AUTO_CREATION})
CREATE = Form(
    {
        "Type": ("address_type", address_type),
        "Address": ("address", text),
        **UPDATE.fields,
        "AddressCountry": ("address_country", country),
    }
)
FILTER = Form({"Type": ("type", address_type)})


class AutoCreationView(Struct, omit_defaults=True):
    """How conversations begin: what the type uses, and nothing else."""

    enabled: bool
    type: str
    conversation_service_sid: str | None = None
    webhook_url: str | None = None
    webhook_method: str | None = None
    webhook_filters: list[str] | None = None
    studio_flow_sid: str | None = None
    studio_retry_count: int | None = None


class AddressView(Struct):
    """A configuration as the wire shows it. Source: "AddressConfiguration properties"."""

    sid: str
    account_sid: str
    type: str
    address: str
    friendly_name: str | None
    auto_creation: AutoCreationView
    address_country: str | None
    date_created: str
    date_updated: str
    url: str


def _auto_creation(creation: AutoCreation) -> AutoCreationView:
    return AutoCreationView(**{**asdict(creation), "enabled": bool(creation.enabled)})


def view(scope: Scope, address: Address) -> AddressView:
    """What the answer shows."""
    return AddressView(
        sid=address.sid,
        account_sid=scope.account_sid,
        type=address.type,
        address=address.address,
        friendly_name=address.friendly_name,
        auto_creation=_auto_creation(addresses.auto_creation(address)),
        address_country=address.address_country,
        date_created=date(address.date_created),
        date_updated=date(address.date_updated),
        url=f"{scope.root}/Configuration/Addresses/{address.sid}",
    )


fetch = addresses.fetch
delete = addresses.delete


def _changes(values: Values) -> tuple[AddressChanges, AutoCreationChanges]:
    """The values, those of the address itself apart from those of its ``AutoCreation``."""
    own = {name: values.pop(name) for name in AddressChanges.__struct_fields__ if name in values}
    return AddressChanges(**own), AutoCreationChanges(**values)


async def create(call: Call, values: Values) -> Address:
    """POST /Configuration/Addresses."""
    kind, address = values.pop("address_type", None), values.pop("address", None)
    return await addresses.create(call, kind, address, *_changes(values))


async def page(call: Call, filters: Values, request: PageRequest) -> Page[Address]:
    """GET /Configuration/Addresses."""
    return await addresses.page(call, filters.get("type"), request)


async def update(call: Call, address: str, values: Values) -> Address:
    """POST /Configuration/Addresses/{Sid}."""
    return await addresses.update(call, address, *_changes(values))
