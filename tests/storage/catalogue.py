"""Every statement that the storage package holds, found by walking its modules."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import apsw

from partywire import storage
from partywire.storage.query import Listing, Statement


def _within(name: str, value: object) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield name, value
    elif isinstance(value, Listing):
        for part in ("first", "after", "before"):
            yield f"{name}.{part}", getattr(value, part)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _within(f"{name}[{key}]", each)


def statements() -> dict[str, Statement]:
    """The statements by name, such as ``messages._LISTS[asc].first``."""
    found: dict[str, Statement] = {}
    for module in pkgutil.iter_modules(storage.__path__, f"{storage.__name__}."):
        place = module.name.rpartition(".")[2]
        contents: dict[str, Any] = vars(importlib.import_module(module.name))
        for name, value in contents.items():
            if not name.startswith("__"):
                found.update(_within(f"{place}.{name}", value))
    return found


def with_schema() -> apsw.Connection:
    """An empty database in memory that has every table."""
    connection = apsw.Connection(":memory:")
    schema = Path(storage.__path__[0]) / "schema.sql"
    connection.execute(schema.read_text(encoding="utf-8"))
    connection.execute("CREATE TABLE schema_version (version BIGINT)")
    return connection
