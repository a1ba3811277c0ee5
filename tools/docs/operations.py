"""What the doors table, the docstrings and the readers say of each operation."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from partywire import errors
from partywire.errors import ApiError
from partywire.wire.http import pages
from partywire.wire.http.doors import DOORS
from partywire.wire.http.forms import Form, Parameters
from partywire.wire.http.operation import AnyOperation, ListOperation, Operation

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = {path.name[:4]: path.name for path in (ROOT / "decisions").glob("*.md")}
VERBS = {"GET": "Fetch", "POST": "Update", "DELETE": "Delete"}
RAISED = re.compile(r"^(\w+(?:,\s+\w+)*): (.*(?:\n .*)*)$", re.MULTILINE)
SERVICE = "{ChatServiceSid}"


class Documented(NamedTuple):
    """What a docstring says: its first line, its other paragraphs, and its errors."""

    summary: str
    more: list[str]
    raises: list[tuple[list[str], str]]


class Entry(NamedTuple):
    """One operation, at one door or at both."""

    operation: AnyOperation
    paths: list[str]

    @property
    def key(self) -> str:
        """Method and path, as the samples name it."""
        return f"{self.operation.method} {self.paths[0]}"

    @property
    def label(self) -> str:
        """What links to it name."""
        return re.sub(r"[^a-z]+", "-", self.key.removesuffix("}").lower().replace("/v1/", "/"))

    @property
    def collection(self) -> str:
        """The path without what names one thing in it."""
        return re.sub(r"/\{\w+\}$", "", self.paths[0])

    @property
    def verb(self) -> str:
        """What it does, in one word."""
        operation = self.operation
        if isinstance(operation, ListOperation):
            return "List"
        created = isinstance(operation, Operation) and operation.status != 200
        return "Create" if created else VERBS[operation.method]

    @property
    def page(self) -> str:
        """The page it stands on: the noun that its module is named after."""
        return self.operation.act.__module__.rpartition(".")[2]

    @property
    def refusals(self) -> list[type[ApiError]]:
        """The errors of its parameters' readers."""
        return [one for _, reader in self.form.fields.values() for one in refusals(reader)]

    @property
    def form(self) -> Form:
        """Its own parameters."""
        if isinstance(self.operation, ListOperation):
            return self.operation.filters
        return self.operation.form


def entries() -> list[Entry]:
    """Every operation of the table, twins as one."""
    found: dict[tuple[Any, ...], Entry] = {}
    for _, prefix, table in DOORS:
        for operation in table:
            same = (operation.method, operation.path, getattr(operation, "act", None))
            entry = found.setdefault(same, Entry(operation, []))
            entry.paths.append(prefix + operation.path)
    return list(found.values())


def documented(thing: object) -> Documented:
    """What the docstring of a function or class says; words about where it comes from left out."""
    text, _, raised = (inspect.getdoc(thing) or "").partition("\nRaises:\n")
    text = re.split(r"\n(?:Args|Attributes|Returns):\n", text)[0]
    summary, *more = (" ".join(part.split()) for part in text.split("\n\n") if part.strip())
    raises = [
        (re.split(r",\s+", names), " ".join(meaning.split()))
        for names, meaning in RAISED.findall(textwrap.dedent(raised))
    ]
    return Documented(worded(summary), [said for part in more if (said := worded(part))], raises)


def worded(text: str) -> str:
    """A docstring's words as Markdown: decisions become links, sources go."""
    text = re.sub(r"\s*Source: .*?\.(?=\s|$)", "", text).replace("``", "`")
    return re.sub(r"decisions/(\d{4})", linked, text)


def linked(decision: re.Match[str]) -> str:
    """A link to a decision; its words alone where it is not written, which another test minds."""
    name = DECISIONS.get(decision[1])
    return f"[{decision[0]}](../decisions/{name})" if name else decision[0]


def tree(function: Callable[..., Any]) -> ast.AST:
    """A function's syntax."""
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def calls(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """The functions of the domain that a function calls."""
    names = inspect.getmodule(function).__dict__
    for node in ast.walk(tree(function)):
        called = node.func if isinstance(node, ast.Call) else None
        found: Any = None
        if isinstance(called, ast.Name):
            found = names.get(called.id)
        elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
            found = getattr(names.get(called.value.id), called.attr, None)
        if inspect.isfunction(found) and found.__module__.startswith("partywire.domain."):
            yield found


def use_case(act: Callable[..., Any]) -> Callable[..., Any]:
    """The function of the domain that an act of the wire hands its values to."""
    if act.__module__.startswith("partywire.domain."):
        return act
    return next(calls(act), act)


@cache
def named_in(function: Callable[..., Any]) -> frozenset[str]:
    """The refusals of values that a function names, and those that it calls."""
    reached, waiting = set[Callable[..., Any]](), [function]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached.add(one)
            waiting += calls(one)
    return frozenset(name for one in reached for name in named_by(one))


def named_by(function: Callable[..., Any]) -> Iterator[str]:
    """The refusals of values that stand in a function, or in a table of its module that it uses."""
    module = inspect.getmodule(function).__dict__
    for node in ast.walk(tree(function)):
        if isinstance(node, ast.Attribute) and is_refusal(getattr(errors, node.attr, None)):
            yield node.attr
        elif isinstance(node, ast.Name) and isinstance(module.get(node.id), dict):
            yield from (it.__name__ for it in module[node.id].values() if is_refusal(it))


def is_refusal(thing: object) -> bool:
    """Whether it is an error that says which value was not acceptable."""
    return (
        isinstance(thing, type)
        and issubclass(thing, errors.BadRequest)
        and thing is not errors.BadRequest
    )


@cache
def read_errors() -> frozenset[str]:
    """The errors that belong to a parameter's reader somewhere in the API."""
    return frozenset(error.__name__ for entry in entries() for error in entry.refusals)


def status(operation: Operation) -> str:
    """The status of a success, in words where there are several."""
    if callable(operation.status):
        return documented(operation.status).summary.removesuffix(".")
    return str(operation.status)


def of_values(entry: Entry, said: Documented) -> list[str]:
    """The errors that an operation may answer for a value, besides those of its readers.

    A check that is shared, as that of a role's type, names errors of other operations too: what is
    somewhere a reader's error counts only where a reader of the operation has it.
    """
    elsewhere = {name for names, _ in said.raises for name in names} | read_errors()
    found = named_in(use_case(entry.operation.act)) - elsewhere
    return sorted(found, key=lambda name: getattr(errors, name).code)


def refusals(reader: Any) -> list[type[ApiError]]:
    """The errors that a reader of a value was made with, or that it names."""
    if isinstance(reader, type):
        return [reader] if issubclass(reader, ApiError) else []
    inner = getattr(reader, "_read", reader)  # of a repeated parameter, what reads one of it
    if not inspect.isfunction(inner):
        return []
    named = [getattr(errors, name, None) for name in inner.__code__.co_names]
    made_with = [cell.cell_contents for cell in inner.__closure__ or ()]
    found = [error for one in [*made_with, *named] for error in refusals(one)]
    return list(dict.fromkeys(found))


def page_size(most: int) -> int:
    """How many items a page has unless the client says."""
    return pages.Paging(lambda _: "", "", [], Parameters(), most).request.size
