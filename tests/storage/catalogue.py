"""Every statement that the storage package holds, found by walking its modules."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import apsw

from engines import ENGINES
from partywire import storage
from partywire.storage.query import Listing, Statement

SCHEMA = (Path(storage.__path__[0]) / "schema.sql").read_text(encoding="utf-8")


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


def on_each_engine(wanted: Callable[[str, Statement], bool]) -> list[tuple[str, str]]:
    """Engine and name of each statement that is wanted, where the engine is asked it."""
    return [
        (engine, name)
        for engine in ENGINES
        for name, statement in statements().items()
        if wanted(name, statement) and (engine == "postgresql" or statement.numbered)
    ]


def with_schema() -> apsw.Connection:
    """An empty SQLite database in memory that has every table."""
    connection = apsw.Connection(":memory:")
    connection.execute(SCHEMA)
    connection.execute("CREATE TABLE schema_version (version BIGINT)")
    return connection
