"""The configuration of one of an account's own addresses: what a message to it begins."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes

AddressType = Literal["sms", "whatsapp", "messenger", "gbm", "email", "rcs", "apple", "chat"]
AutoCreationType = Literal["webhook", "studio", "default"]


class Address(Struct, frozen=True):
    """One address of one account; ``auto_creation`` is an ``AutoCreation`` as JSON."""

    sid: str
    account: str
    type: AddressType
    address: str
    friendly_name: str | None
    address_country: str | None
    auto_creation: str
    date_created: int
    date_updated: int


class AutoCreation(Struct, frozen=True, omit_defaults=True):
    """Whether a message from somebody new begins a conversation, and who is told of it.

    Attributes:
        enabled: whether it does, as 0 or 1.
        type: who is told: a URL, a Studio flow, or nobody. What it does not use is None.
        conversation_service_sid: where the conversation begins; None for the default service.
        webhook_method: ``GET`` or ``POST``.
        webhook_filters: the names of events.
        studio_retry_count: how often the flow is tried again.
    """

    enabled: int = 0
    type: AutoCreationType = "default"
    conversation_service_sid: str | None = None
    webhook_url: str | None = None
    webhook_method: str | None = None
    webhook_filters: list[str] | None = None
    studio_flow_sid: str | None = None
    studio_retry_count: int | None = None


class AutoCreationChanges(Changes, frozen=True, kw_only=True):
    """What may be set on how conversations begin; None takes away."""

    enabled: int | UnsetType = UNSET
    type: AutoCreationType | UnsetType = UNSET
    conversation_service_sid: str | UnsetType | None = UNSET
    webhook_url: str | UnsetType | None = UNSET
    webhook_method: str | UnsetType = UNSET
    webhook_filters: list[str] | UnsetType = UNSET
    studio_flow_sid: str | UnsetType | None = UNSET
    studio_retry_count: int | UnsetType = UNSET


class AddressChanges(Changes, frozen=True, kw_only=True):
    """What may be set on an address; a name of None is taken away."""

    friendly_name: str | UnsetType | None = UNSET
    address_country: str | UnsetType = UNSET
