"""A binding: a device of a user, to which notifications are pushed."""

from typing import Literal

from msgspec import Struct

BindingType = Literal["apn", "gcm", "fcm", "twilsock", "webpush"]


class Binding(Struct, frozen=True, gc=False):
    """One device; ``message_types`` is a JSON array of the kinds of notification it wants.

    Attributes:
        endpoint: where the push service finds the device; of Web Push the subscription, as JSON.
        credential_sid: what is shown to the push service.
    """

    sid: str
    service_sid: str
    user_sid: str
    identity: str
    binding_type: BindingType
    endpoint: str
    credential_sid: str | None
    message_types: str
    date_created: int
    date_updated: int


class NewBinding(Struct, frozen=True, kw_only=True):
    """A device as it is registered; the fields are those of ``Binding``.

    Attributes:
        message_types: the kinds of notification that it wants, at least one.
    """

    binding_type: BindingType
    endpoint: str
    credential_sid: str | None = None
    message_types: tuple[str, ...]


class BindingFilter(Struct, frozen=True, kw_only=True):
    """Which bindings are wanted: of one of these types and of one of these users; none means any.

    Attributes:
        types: each once.
        identities: each once.
    """

    types: tuple[BindingType, ...] = ()
    identities: tuple[str, ...] = ()
