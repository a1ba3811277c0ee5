"""The route table, flat: every operation with the door it stands at."""

import re
from typing import NamedTuple

from partywire.model.scope import Door
from partywire.wire.http.doors import DOORS
from partywire.wire.http.operation import AnyOperation, ListOperation

_PARAMETER = re.compile(r"([A-Za-z]+)/\{\w+\}")


class Row(NamedTuple):
    """One operation at one door."""

    door: Door
    template: str
    operation: AnyOperation

    def __str__(self) -> str:
        return f"{self.operation.method} {self.template}"

    @property
    def things(self) -> list[str]:
        """The collections that the path takes something from: ``Services``, ``Users``…"""
        return _PARAMETER.findall(self.template)

    def path(self, sids: dict[str, str]) -> str:
        """The path with one thing of each collection.

        Args:
            sids: collection to what stands in its place.
        """
        missing = set(self.things) - set(sids)
        assert not missing, f"a world needs {missing} for {self}: teach contract/world.py"
        return _PARAMETER.sub(lambda match: f"{match[1]}/{sids[match[1]]}", self.template)


ROWS = [
    Row(door, prefix + operation.path, operation)
    for door, prefix, table in DOORS
    for operation in table
]
LISTS = [row for row in ROWS if isinstance(row.operation, ListOperation)]
POSTS = [row for row in ROWS if row.operation.method == "POST"]
WITH_THINGS = [row for row in ROWS if row.things]
