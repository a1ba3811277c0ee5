"""A role: what its holders may do, in a service or in a conversation."""

from typing import Literal

from msgspec import Struct

RoleType = Literal["conversation", "service"]


class Role(Struct, frozen=True):
    """A named set of permissions; ``permissions`` is a JSON array of their words."""

    sid: str
    service_sid: str
    friendly_name: str
    type: RoleType
    permissions: str
    date_created: int
    date_updated: int
