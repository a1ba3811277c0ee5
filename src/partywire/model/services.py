"""A conversation service: users, conversations and roles that know nothing of other services'."""

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes


class Service(Struct, frozen=True):
    """One service of an account, with its configuration: the roles that newcomers get.

    Attributes:
        reachability_enabled: whether it shows who is online.
    """

    sid: str
    account: str
    friendly_name: str
    default_conversation_creator_role_sid: str
    default_conversation_role_sid: str
    default_chat_service_role_sid: str
    date_created: int
    date_updated: int
    reachability_enabled: int


class ServiceChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a service's configuration."""

    default_conversation_creator_role_sid: str | UnsetType = UNSET
    default_conversation_role_sid: str | UnsetType = UNSET
    default_chat_service_role_sid: str | UnsetType = UNSET
    reachability_enabled: int | UnsetType = UNSET
