"""The page of errors by code, made from the classes that the server raises.

Why each happens and what to do about it stands in docs/_data/errors.toml.
"""

import inspect
import tomllib
from collections.abc import Iterator

from operations import ROOT, Entry, documented, entries, of_values, use_case

from partywire import errors
from partywire.errors import ApiError

DATA = ROOT / "docs" / "_data"
# What nearly every operation may answer: a list of them would say nothing.
COMMON = {errors.BadRequest.code, errors.NotFound.code}


def explained() -> dict[str, dict[str, str]]:
    """Cause and cure by the name of the class."""
    return tomllib.loads((DATA / "errors.toml").read_text(encoding="utf-8"))


def classes() -> list[type[ApiError]]:
    """Every error that a client can meet."""
    found = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    return [one for one in found if issubclass(one, ApiError) and one is not ApiError]


def by_code() -> dict[int, list[type[ApiError]]]:
    """The classes of each code, the plainest first."""
    found: dict[int, list[type[ApiError]]] = {}
    for one in sorted(classes(), key=lambda one: (one.code, len(one.__mro__), one.__name__)):
        found.setdefault(one.code, []).append(one)
    return found


def named_by(entry: Entry) -> set[str]:
    """The errors that an operation's use-case and readers name."""
    said = documented(use_case(entry.operation.act))
    names = {name for names, _ in said.raises for name in names}
    return names.union(of_values(entry, said), (error.__name__ for error in entry.refusals))


def section(
    number: int, members: list[type[ApiError]], where: dict[str, list[Entry]]
) -> Iterator[str]:
    """What the page says about one code."""
    first = documented(members[0]).summary.removesuffix(".")
    yield from [f"(error-{number})=", f"## {number} · {first}", ""]
    for one in members:
        if one is not members[0]:
            yield from [f"**{documented(one).summary}**", ""]
        told = explained().get(one.__name__, {})
        yield f"- Status {one.status}, *{one.known}*."
        yield f"- **Cause:** {told.get('cause', 'not written yet.')}"
        yield f"- **Cure:** {told.get('cure', 'not written yet.')}"
        found = where.get(one.__name__, [])
        if found and one.code not in COMMON:
            links = ", ".join(f"[`{entry.key}`](#{entry.label})" for entry in found)
            yield f"- At {links}."
        yield ""


def page() -> str:
    """All errors, by code."""
    where: dict[str, list[Entry]] = {}
    for entry in entries():
        for name in named_by(entry):
            where.setdefault(name, []).append(entry)
    lines = [(DATA / "errors.md").read_text(encoding="utf-8")]
    for number, members in by_code().items():
        lines += section(number, members, where)
    return "\n".join(lines) + "\n"
