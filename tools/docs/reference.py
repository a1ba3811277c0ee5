"""The reference pages of the site, made from the tables that the server runs on.

One page for each module of the wire that acts. What it says comes from the doors table, from the
readers of its forms, from the annotations of its views and from the docstrings of its use-cases.
Only the values in the curl lines are kept apart, in docs/_data/samples.toml.
"""

import re
import shlex
import tomllib
from collections.abc import Iterator
from importlib import import_module
from urllib.parse import urlencode

import answers
from answers import View
from operations import (
    ROOT,
    SERVICE,
    Documented,
    Entry,
    documented,
    entries,
    of_values,
    page_size,
    refusals,
    status,
    use_case,
    worded,
)
from tables import code, table

from partywire import errors
from partywire.wire.http import fields
from partywire.wire.http.operation import ListOperation, Operation

DATA = ROOT / "docs" / "_data"
SAMPLES: dict[str, dict[str, str | list[str]]] = tomllib.loads(
    (DATA / "samples.toml").read_text(encoding="utf-8")
)
# How a docstring speaks of all the checks of values that it does not name one by one.
ANY_VALUE = "a value is not acceptable."
CURL = "curl -s -u $TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"


def parameters(entry: Entry) -> Iterator[str]:
    """The parameters that the operation takes."""
    rows = []
    for name, (_, reader) in entry.form.fields.items():
        says = worded((reader.__doc__ or "").partition("\n")[0])
        rows.append([f"`{name}`", says, ", ".join(map(code, refusals(reader)))])
    later = ["Not built yet: sending it answers 501.", code(errors.NotImplementedYet)]
    rows += [[f"`{name}`", *later] for name in sorted(entry.form.not_yet)]
    if isinstance(entry.operation, ListOperation):
        bad = code(errors.BadRequest)
        most = entry.operation.most
        size = f"{fields.page_size(most).__doc__} Without it: {page_size(most)}."
        rows.append(["`PageSize`", size, bad])
        rows.append(["`Page`, `PageToken`", "As `next_page_url` has them.", bad])
    yield from table(["parameter", "value", "refused with"], rows)


def sample(entry: Entry) -> list[tuple[str, str]]:
    """The parameters of its curl line.

    Raises:
        LookupError: it does not take one of them.
    """
    pairs = []
    for name, value in SAMPLES.get(entry.key, {}).items():
        if name not in entry.form.fields:
            raise LookupError(f"docs/_data/samples.toml: {entry.key} takes no {name}")
        pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
    return pairs


def curl(entry: Entry) -> str:
    """A line to paste."""
    path = re.sub(r"\{(\w+)\}", r"$\1", entry.paths[0].removeprefix("/v1"))
    if isinstance(entry.operation, ListOperation):
        size = ("PageSize", str(min(20, entry.operation.most)))
        return f'{CURL} "$URL{path}?{urlencode([*sample(entry), size])}"'
    if entry.operation.method != "POST":
        way = " -X DELETE" if entry.operation.method == "DELETE" else ""
        return f'{CURL}{way} "$URL{path}"'
    line = f'{CURL} -X POST "$URL{path}"'
    for name, value in sample(entry):
        line += f" \\\n  --data-urlencode {shlex.quote(f'{name}={value}')}"
    return line


def raised(entry: Entry, said: Documented) -> Iterator[str]:
    """The errors of the operation's own; what every operation may answer stands on the index."""
    no_service = "the account has no such service."
    at_service = len(entry.paths) > 1 or SERVICE in entry.paths[0]
    rows = []
    for names, meaning in said.raises:
        text = worded(meaning)
        if text == ANY_VALUE or names == ["ApiError"]:
            continue
        if names == ["NotFound"] and at_service:
            at_service = False
            if no_service not in text:
                text = f"{text.removesuffix('.')}; or {no_service}"
        rows.append([coded(names), text])
    if at_service:
        rows.append([coded(["NotFound"]), no_service])
    values = of_values(entry, said)
    if values:
        rows.append([coded(values), ANY_VALUE])
    yield from table(["error", "when"], rows)


def coded(names: list[str]) -> str:
    """Statuses and codes of errors, by the names of their classes."""
    found = [getattr(errors, name) for name in names]
    return ", ".join(
        f"{number} · {', '.join(code(one) for one in found if one.status == number)}"
        for number in dict.fromkeys(one.status for one in found)
    )


def answer(entry: Entry) -> str:
    """What a success looks like."""
    operation = entry.operation
    if isinstance(operation, ListOperation):
        return f"Answers 200 with a page of them under `{operation.items}`, and `meta`."
    if not isinstance(operation, Operation) or operation.view is None:
        return "Answers 204 with no body."
    return f"Answers {status(operation)}, with the {answers.link(operation.view)}."


def section(entry: Entry, heading: str) -> Iterator[str]:
    """What the page says about one operation."""
    yield from ["", f"({entry.label})=", f"## {heading}", ""]
    doors = ["the account's default service", "a named service"]
    if len(entry.paths) == 1:
        doors = ["a named service" if SERVICE in entry.paths[0] else "the account"]
    method = entry.operation.method
    yield from table(["of " + door for door in doors], [[f"`{method} {p}`" for p in entry.paths]])
    said = documented(use_case(entry.operation.act))
    for paragraph in [said.summary, *said.more, answer(entry)]:
        yield from [paragraph, ""]
    yield from parameters(entry)
    yield from raised(entry, said)
    yield from ["```bash", curl(entry), "```"]


def headings(of_page: list[Entry]) -> list[str]:
    """A heading for each operation; where verbs repeat, the path tells them apart."""
    several = len({entry.collection for entry in of_page}) > 1
    return [
        f"{entry.verb} `{entry.collection.removeprefix('/v1')}`" if several else entry.verb
        for entry in of_page
    ]


def page(name: str, of_page: list[Entry], views: list[View]) -> str:
    """One page: an overview, the operations, and the shapes that are at home here."""
    lines = [f"({'resource-' + name})=", f"# {name.replace('_', ' ').capitalize()}", ""]
    module = use_case(of_page[0].operation.act).__module__
    lines += [documented(import_module(module)).summary, ""]
    titled = list(zip(of_page, headings(of_page), strict=True))
    rows = [[f"[{title}](#{it.label})", f"`{it.key}`"] for it, title in titled]
    lines += table(["operation", "at"], rows)
    for entry, title in titled:
        lines += section(entry, title)
    for view in views:
        lines += answers.shape(view)
    return "\n".join(lines) + "\n"


def shapes(by_page: dict[str, list[Entry]]) -> dict[View, str]:
    """Each view's page: the one of its own module, else the first that answers with it."""
    homes: dict[View, str] = {}
    for name, of_page in by_page.items():
        for entry in of_page:
            view = getattr(entry.operation, "view", None)
            if view is not None:
                noun = answers.struct(view).__module__.rpartition(".")[2]
                homes.setdefault(view, noun if noun in by_page else name)
    labels: dict[str, View] = {answers.label(view): view for view in homes}
    return {view: homes[view] for view in labels.values()}


def index(by_page: dict[str, list[Entry]]) -> Iterator[str]:
    """All operations on one page, and how large the pages of their lists are."""
    yield (DATA / "reference.md").read_text(encoding="utf-8")
    for name, of_page in by_page.items():
        yield f"\n### [{name.replace('_', ' ').capitalize()}](#resource-{name})\n"
        titled = zip(of_page, headings(of_page), strict=True)
        rows = [[f"[{title}](#{it.label})", *doors(it)] for it, title in titled]
        yield from table(["", "at the short door", "at the service's door"], rows)
    yield "\n(page-sizes)=\n\n## Page sizes\n"
    lists = [it for of in by_page.values() for it in of if isinstance(it.operation, ListOperation)]
    rows = [
        [
            f"[`{it.paths[0]}`](#{it.label})",
            str(page_size(it.operation.most)),
            str(it.operation.most),
        ]
        for it in lists
    ]
    yield from table(["list", "without PageSize", "at most"], rows)
    yield "```{toctree}\n:hidden:\n"
    yield from by_page
    yield "```"


def doors(entry: Entry) -> list[str]:
    """Where it stands, in two cells."""
    far = [path for path in entry.paths if SERVICE in path]
    near = [path for path in entry.paths if SERVICE not in path]
    method = entry.operation.method
    return [f"`{method} {some[0]}`" if some else "" for some in (near, far)]


def reference() -> dict[str, str]:
    """The pages by their names."""
    by_page: dict[str, list[Entry]] = {}
    for entry in entries():
        by_page.setdefault(entry.page, []).append(entry)
    homes = shapes(by_page)
    made = {
        name: page(name, of_page, [view for view in homes if homes[view] == name])
        for name, of_page in by_page.items()
    }
    return {"index": "\n".join(index(by_page)) + "\n", **made}
