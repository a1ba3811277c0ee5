"""Statements as data: the text, and what a row of its answer becomes.

The text is written once, in the subset that SQLite and PostgreSQL share, with PostgreSQL's
placeholders (``$1``); ``storage/dialect.py`` makes the few that differ. A test prepares every
``Query`` and ``Statement`` of this package on each engine and compares the column names with the
fields of what a row becomes, so that rows can be taken over by position.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, cast

from msgspec import Struct
from msgspec.structs import fields

from partywire.model.pages import Key, Page, PageRequest, Position
from partywire.storage.database import Reader

T = TypeVar("T")
S = TypeVar("S", bound=Struct)

_PLACEHOLDER = re.compile(r"\$(\d+)")


class Statement:
    """One SQL statement that returns no rows.

    Args:
        text: the statement.
        postgresql: what PostgreSQL is told instead (``storage/dialect.py`` says why).

    Attributes:
        text: as PostgreSQL takes it.
        numbered: as SQLite takes it.
    """

    def __init__(self, text: str, postgresql: str | None = None) -> None:
        self.text = " ".join((postgresql or text).split())
        self.numbered = _PLACEHOLDER.sub(r"?\1", " ".join(text.split()))


class Query(Statement, Generic[T]):
    """One SQL statement whose rows each become ``into(*columns)``.

    Args:
        text: the statement.
        into: a struct type, or ``str`` or ``int`` for a single column.
        postgresql: as for ``Statement``.
    """

    def __init__(self, text: str, into: Callable[..., T], postgresql: str | None = None) -> None:
        super().__init__(text, postgresql)
        self.into = into


def columns(struct: type[Struct], table: str | None = None) -> str:
    """The struct's fields as a column list, in their order.

    A field named ``index`` stands in the column ``message_index``: the bare word is reserved.
    """
    prefix = f"{table}." if table else ""
    names = (field.name for field in fields(struct))
    return ", ".join(
        f'{prefix}message_index AS "index"' if name == "index" else prefix + name for name in names
    )


def insert(table: str, struct: type[Struct]) -> str:
    """An ``INSERT`` of the whole struct, its values in the order of the fields."""
    names = [field.name for field in fields(struct)]
    into = ", ".join("message_index" if name == "index" else name for name in names)
    values = ", ".join(f"${number}" for number in range(1, len(names) + 1))
    return f"INSERT INTO {table} ({into}) VALUES ({values})"


def assignments(names: Iterable[str], first: int) -> str:
    """``name = $first, …``: the SET list of an update."""
    return ", ".join(f"{name} = ${number}" for number, name in enumerate(names, first))


class Listing(Generic[S]):
    """A list that is read in pages by key: stable under writes, and as fast at any depth.

    Args:
        select: ``SELECT … FROM … WHERE …`` with ``arguments`` placeholders.
        arguments: how many placeholders the text has.
        order: column (as the text names it) to field (of the struct), the ordering key.
        into: what a row becomes.
        descending: whether the list runs from the greatest key to the least.
    """

    def __init__(
        self,
        select: str,
        arguments: int,
        order: dict[str, str],
        into: type[S],
        *,
        descending: bool = False,
    ) -> None:
        self._fields = tuple(order.values())
        size = f"LIMIT ${arguments + 1}"
        key = ", ".join(order)
        bound = ", ".join(f"${arguments + 2 + place}" for place in range(len(order)))

        def query(comparison: str, direction: str) -> Query[S]:
            condition = f"AND ({key}) {comparison} ({bound})" if comparison else ""
            by = ", ".join(f"{column} {direction}" for column in order)
            return Query(f"{select} {condition} ORDER BY {by} {size}", into)

        onward, backward = ("DESC", "ASC") if descending else ("ASC", "DESC")
        beyond, ahead = ("<", ">") if descending else (">", "<")
        self.first = query("", onward)
        self.after = query(beyond, onward)
        self.before = query(ahead, backward)

    async def page(self, reader: Reader, request: PageRequest, *arguments: Any) -> Page[S]:
        """One page; reads one row more than it returns, to know whether a neighbour exists."""
        size, position = request.size, request.position
        if position is None:
            rows = await reader.all(self.first, *arguments, size + 1)
            return self._page(rows[:size], backward=False, onward=len(rows) > size)
        if position.side == "after":
            rows = await reader.all(self.after, *arguments, size + 1, *position.key)
            return self._page(rows[:size], backward=True, onward=len(rows) > size)
        rows = await reader.all(self.before, *arguments, size + 1, *position.key)
        return self._page(rows[:size][::-1], backward=len(rows) > size, onward=True)

    def _page(self, rows: list[S], *, backward: bool, onward: bool) -> Page[S]:
        if not rows:
            return Page(rows)
        return Page(
            rows,
            previous=Position("before", self._key(rows[0])) if backward else None,
            next=Position("after", self._key(rows[-1])) if onward else None,
        )

    def _key(self, row: S) -> Key:
        return cast("Key", tuple(getattr(row, name) for name in self._fields))
