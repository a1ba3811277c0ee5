"""Push credentials over HTTP: form, view and acts."""

from typing import Final

from msgspec import Struct

from partywire import errors
from partywire.domain import credentials
from partywire.domain.call import Call
from partywire.model.credentials import PushCredential, PushCredentialChanges
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.wire.http.fields import choice, flag, kept_if_blank
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

_SECRETS: Final = {
    "Certificate": ("certificate", kept_if_blank),
    "PrivateKey": ("private_key", kept_if_blank),
    "ApiKey": ("api_key", kept_if_blank),
    "Secret": ("secret", kept_if_blank),
}
CHANGES = Form(
    {
        "Type": ("type", choice("apn", "gcm", "fcm", error=errors.BadPushType)),
        "FriendlyName": ("friendly_name", kept_if_blank),
        "Sandbox": ("sandbox", flag("Sandbox")),
        **_SECRETS,
    }
)


class CredentialView(Struct, gc=False):
    """A credential as the wire shows it: without its secrets. Source: "Credential Properties".

    ``sandbox`` is a boolean, written as a string.
    """

    sid: str
    account_sid: str
    friendly_name: str | None
    type: str
    sandbox: str
    date_created: str
    date_updated: str
    url: str


def view(scope: Scope, credential: PushCredential) -> CredentialView:
    """What the answer shows."""
    return CredentialView(
        sid=credential.sid,
        account_sid=scope.account_sid,
        friendly_name=credential.friendly_name,
        type=credential.type,
        sandbox="True" if credential.sandbox else "False",
        date_created=date(credential.date_created),
        date_updated=date(credential.date_updated),
        url=f"{scope.root}/Credentials/{credential.sid}",
    )


fetch = credentials.fetch
delete = credentials.delete


def _secrets(values: Values) -> dict[str, str]:
    """Takes the secrets out of the values."""
    names = [name for name, _ in _SECRETS.values() if name in values]
    return {name: values.pop(name) for name in names}


async def create(call: Call, values: Values) -> PushCredential:
    """POST /Credentials."""
    secrets = _secrets(values)
    return await credentials.create(call, PushCredentialChanges(**values), secrets)


async def page(call: Call, _filters: Values, request: PageRequest) -> Page[PushCredential]:
    """GET /Credentials."""
    return await credentials.page(call, request)


async def update(call: Call, credential: str, values: Values) -> PushCredential:
    """POST /Credentials/{Sid}."""
    secrets = _secrets(values)
    return await credentials.update(call, credential, PushCredentialChanges(**values), secrets)
