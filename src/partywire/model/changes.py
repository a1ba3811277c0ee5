"""A change: a struct of fields that are given or not."""

from typing import Any, TypeVar

from msgspec import UNSET, Struct
from msgspec.structs import replace

S = TypeVar("S", bound=Struct)


class Changes(Struct, frozen=True, kw_only=True):
    """Base of all changes; each field defaults to ``UNSET``, which means: not given."""

    def given(self) -> dict[str, Any]:
        """The fields that were given, by name."""
        values = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: value for name, value in values if value is not UNSET}

    def applied_to(self, thing: S) -> S:
        """The thing with the given fields replaced."""
        return replace(thing, **self.given())
