"""Which errors the code of an operation names: what it may raise, and perhaps a few more.

Follows the functions of domain and wire from the operation's act on, by their names, and looks into
the tables that they use. A check that is shared names errors of other operations too: facts.toml
says which of them an operation cannot meet.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

from partywire.errors import ApiError

Function = Callable[..., Any]

LAYERS = ("partywire.domain.", "partywire.wire.http.")


@cache
def _things(function: Function) -> list[Any]:
    """What a function names: functions, errors, tables."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    names = inspect.getmodule(function).__dict__
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append(names.get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = names.get(node.value.id)
            if isinstance(module, ModuleType):
                found.append(getattr(module, node.attr, None))
    return found


def _errors(thing: object) -> Iterator[type[ApiError]]:
    """The errors that a thing is, or holds."""
    if isinstance(thing, type) and issubclass(thing, ApiError):
        yield thing
    elif isinstance(thing, dict):
        yield from _all_errors([*thing, *thing.values()])
    elif isinstance(thing, tuple | list | set | frozenset):
        yield from _all_errors(thing)


def _all_errors(things: Iterable[object]) -> Iterator[type[ApiError]]:
    for one in things:
        yield from _errors(one)


def closed_over(function: object) -> list[Any]:
    """What a function that was made by another holds, such as a reader the error it was given."""
    inner = getattr(function, "_read", None) or function
    return [cell.cell_contents for cell in getattr(inner, "__closure__", None) or ()] + (
        [inner] if inner is not function else []
    )


def errors_named(*starts: object) -> set[type[ApiError]]:
    """The errors that these functions name, and those that they use."""
    found: set[type[ApiError]] = set()
    seen: set[int] = set()
    waiting: list[Any] = list(starts)
    while waiting:
        thing = waiting.pop()
        found.update(_errors(thing))
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        waiting += closed_over(thing)
        if inspect.isfunction(thing) and thing.__module__.startswith(LAYERS):
            waiting += _things(thing)
    return found
