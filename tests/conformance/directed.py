"""For each documented parameter, requests that must be accepted."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from conformance.deviations import REFUSED_WORDS
from conformance.documented import Documented, Schema
from conformance.forms import BASES, COMPANY, QUERIES, SPECIAL, Values

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Case(NamedTuple):
    """A request that shows that one parameter is accepted.

    Attributes:
        shows: the parameter.
        instead: what the world must be like, where the usual one does not do.
    """

    shows: str
    form: Mapping[str, Any] = _NOTHING
    query: Mapping[str, Any] = _NOTHING
    headers: Mapping[str, str] = _NOTHING
    instead: Mapping[str, Values] = _NOTHING


# Where the specification has neither a sample nor a word.
TEXTS: dict[str, list[str]] = {
    "StartDate": ["2015-12-16T00:00:00Z", "2015-12-16"],
    "EndDate": ["2015-12-16T23:59:59Z", "2015-12-16"],
    "LastReadTimestamp": ["2015-12-16T22:18:37Z"],
}
INSTANTS = ["2015-12-16T22:18:37Z", "2015-12-16T22:18:37.123Z", "2015-12-16T23:18:37+01:00"]


def cases(told: Documented, seen: dict[str, list[Any]]) -> Iterator[Case]:
    """At least one case for each documented parameter but ``PageToken``, which a list gives out.

    Args:
        told: the operation.
        seen: values of the specification's samples, by parameter.
    """
    yield from _form_cases(told, seen)
    base, query = BASES.get(told.place, {}), QUERIES.get(told.place, {})
    for name, schema in told.query.items():
        # Of two ways to ask for someone, only one may be given.
        rest = {} if name in {"Identity", "Address"} else query
        if name != "PageToken":
            for value in values(told, name, schema, seen):
                yield Case(name, query={**rest, name: value})
    for name, schema in told.headers.items():
        for value in values(told, name, schema, seen):
            yield Case(name, base, query, {name: value})


def _form_cases(told: Documented, seen: dict[str, list[Any]]) -> Iterator[Case]:
    base = BASES.get(told.place, {})
    for name, schema in told.form.items():
        special = SPECIAL.get((told.place, name))
        if special is not None:
            yield from (Case(name, form, instead=instead) for form, instead in special)
            continue
        for value in values(told, name, schema, seen):
            yield Case(name, {**base, **company(told.place, name, value), name: value})


def company(place: str, name: str, value: Any) -> Values:
    """What a value needs beside it."""
    return COMPANY.get((place, name, str(value).lower()), {})


def values(told: Documented, name: str, schema: Schema, seen: dict[str, list[Any]]) -> list[Any]:
    """Values that the parameter's schema allows and that must be accepted."""
    if "enum" in schema:
        refused = {each.word for each in REFUSED_WORDS if each[:2] == (told.place, name)}
        words = [word for word in schema["enum"] if word not in refused]
        return [cased(word) for word in words for cased in (str, str.upper, str.title)]
    if "pattern" in schema:
        return [schema["pattern"][1:3] + "a" * 32]
    if schema.get("format") == "date-time":
        return INSTANTS
    if schema["type"] == "array" and "enum" in schema["items"]:
        return [schema["items"]["enum"], schema["items"]["enum"][0]]
    if schema["type"] in {"boolean", "integer"}:
        return _simple_values(schema)
    samples = [*told.samples.values(), *told.query_samples.values()]
    sampled = [sample[name] for sample in samples if name in sample]
    return TEXTS.get(name) or sampled or seen.get(name) or ["text"]


def _simple_values(schema: Schema) -> list[Any]:
    if schema["type"] == "boolean":
        return ["true", "false", "True", "FALSE"]
    ends = [schema[end] for end in ("minimum", "maximum") if end in schema]
    return [*(ends or [0]), 3, *([""] if schema.get("nullable") else [])]


def seen_values(operations: dict[str, Documented]) -> dict[str, list[Any]]:
    """What the specification's sample requests send, by parameter."""
    found: dict[str, list[Any]] = {}
    for told in operations.values():
        for sample in [*told.samples.values(), *told.query_samples.values()]:
            for name, value in sample.items():
                if value not in found.setdefault(name, []):
                    found[name].append(value)
    return found
