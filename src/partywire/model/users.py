"""A user: an identity known to a service."""

from msgspec import UNSET, Struct, UnsetType

from partywire.model.changes import Changes


class User(Struct, frozen=True, gc=False):
    """One identity in one service; ``attributes`` is JSON text, as it was sent."""

    sid: str
    service_sid: str
    identity: str
    friendly_name: str | None
    attributes: str
    role_sid: str
    date_created: int
    date_updated: int


class Reachability(Struct, frozen=True, gc=False):
    """Whether a user is there: connected, or at least with a device that takes push."""

    is_online: bool
    is_notifiable: bool


class UserChanges(Changes, frozen=True, kw_only=True):
    """What may be set on a user."""

    friendly_name: str | UnsetType = UNSET
    attributes: str | UnsetType = UNSET
    role_sid: str | UnsetType = UNSET
