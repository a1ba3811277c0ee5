"""The shapes of answers, from the structs that the views return."""

import re
from collections.abc import Callable, Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, UnsetType
from msgspec.structs import FieldInfo
from msgspec.structs import fields as fields_of
from operations import Documented, documented
from tables import table

View = Callable[..., Any]

WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", NoneType: "null"}


def struct(view: View) -> type[Struct]:
    """The struct that a view returns.

    Raises:
        TypeError: its annotation says something else.
    """
    found = get_type_hints(view)["return"]
    if not (isinstance(found, type) and issubclass(found, Struct)):
        raise TypeError(f"{view.__module__}.{view.__qualname__} returns {found}, not a struct")
    return found


def name(view: View) -> str:
    """What the reference calls the answer: its struct's name in words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", struct(view).__name__.removesuffix("View"))
    return words.lower()


def label(view: View) -> str:
    """What links to its shape name; the same struct's name may stand in two modules."""
    module = struct(view).__module__.rpartition(".")[2]
    return f"answer-{module}-{name(view)}".replace(" ", "-")


def link(view: View) -> str:
    """A link to the shape."""
    return f"[{name(view)}](#{label(view)})"


def alternatives(kind: Any) -> list[Any]:
    """The types that a field may have."""
    return list(get_args(kind)) if get_origin(kind) in {UnionType, Union} else [kind]


def words(kind: Any) -> str:
    """One type in words."""
    if get_origin(kind) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(kind))
    if get_origin(kind) in {list, tuple}:
        inside = [one for one in get_args(kind) if one is not Ellipsis]
        return f"list of {' or '.join(dict.fromkeys(map(words, inside)))}"
    if isinstance(kind, type) and issubclass(kind, Struct):
        return "object"
    if get_origin(kind) is dict or kind is dict:
        return "object"
    return WORDS.get(kind, "any JSON")


def structs_in(kind: Any) -> list[type[Struct]]:
    """The structs that a type holds, itself or in lists."""
    if isinstance(kind, type) and issubclass(kind, Struct):
        return [kind]
    return [found for one in get_args(kind) for found in structs_in(one)]


def row(field: FieldInfo, prefix: str, *, optional: bool) -> list[str]:
    """One line about a field."""
    kinds = alternatives(field.type)
    said = " or ".join(dict.fromkeys(words(kind) for kind in kinds if kind is not UnsetType))
    absent = ["May be absent."] if optional or UnsetType in kinds else []
    inner = [documented(one).summary for one in structs_in(field.type)]
    return [f"`{prefix}{field.encode_name}`", said, " ".join(dict.fromkeys(inner + absent))]


def rows(shape: type[Struct], prefix: str = "") -> Iterator[list[str]]:
    """A line about each field, those of nested structs after the field that holds them."""
    omits = shape.__struct_config__.omit_defaults
    for field in fields_of(shape):
        yield row(field, prefix, optional=omits and not field.required)
        for inner in structs_in(field.type):
            yield from rows(inner, f"{prefix}{field.encode_name}.")


def shape(view: View) -> Iterator[str]:
    """What the page says about an answer."""
    said: Documented = documented(struct(view))
    yield from ["", f"({label(view)})=", f"## The {name(view)}", ""]
    for paragraph in [said.summary, *said.more]:
        yield from [paragraph, ""]
    yield from table(["field", "type", "note"], rows(struct(view)))
