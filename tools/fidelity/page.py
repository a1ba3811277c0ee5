"""The page: docs/fidelity.md."""

from collections import Counter
from collections.abc import Iterable, Iterator

from claims import ROOT, Claim, Refusal, classes
from gathered import Evidence
from rows import HERE, Fact, Row, Section, Shared, shared, sightings, unreachable

from partywire import errors

DECISIONS = {path.name[:4]: path.name for path in (ROOT / "decisions").glob("*.md")}
KNOWN = ("seen", "documented", "decided")
HEAD = ["", "", "how we know", "shown by", "at"]


def test(name: str) -> str:
    """A link to a test that reads like the sentence that its name is."""
    file, _, function = name.partition("::")
    return f"[{function.removeprefix('test_').replace('_', ' ')}](../{file})"


def table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    """A table's lines, and a blank one; none without rows."""
    lines = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    if not lines:
        return []
    return [f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines]] + [""]


def at(row: Row, it: Claim) -> str:
    """The doors at which it was shown, where there are two."""
    if len(it.operations) < 2:
        return ""
    return "both" if len(row.doors) > 1 else f"{row.doors[0]} only"


def refusal(found: Refusal) -> str:
    """A refusal in a cell."""
    return f"**{found.error.status}** {found.error.code} · {found.text}"


def line(row: Row, it: Claim) -> list[str]:
    """One row of an operation's table."""
    if isinstance(row.what, Refusal):
        what = refusal(row.what)
    else:
        what = f"**{row.what}**" if row.kind == "answers" else f"`{row.what}`"
    shown = test(row.test) if row.proved else f"*accepted in* {test(row.test)}"
    return [row.kind, what, row.known, shown, at(row, it)]


def fact(one: Fact) -> str:
    """A fact in a list."""
    how = f"seen: {one.source}" if one.known == "seen" else one.known
    if one.known == "decided":
        how = f"[decided](../decisions/{DECISIONS[one.decision]})"
    return f"- {one.says} ({how}; {test(one.test)})"


def operation(found: Section) -> Iterator[str]:
    """One operation's part."""
    it = found.claim
    yield f"### `{it.key}`"
    yield ""
    for path in it.entry.paths[1:]:
        yield f"And at the service's door: `{path}`."
        yield ""
    yield from table(HEAD, [line(row, it) for row in found.rows if row.test])
    if found.facts:
        yield from [*map(fact, found.facts), ""]


def title(it: Claim) -> str:
    """The resource's."""
    return it.entry.page.replace("_", " ").capitalize()


def numbers(sections: list[Section], missing: list[str]) -> list[str]:
    """How much there is, and how much of it is shown."""
    rows = [(row, one.claim) for one in sections for row in one.rows]
    doors = sum(len(one.claim.operations) for one in sections)
    takes = [row for row, _ in rows if row.kind == "takes"]
    refusals = [row for row, _ in rows if row.kind == "refuses"]
    known = Counter(row.known for row in refusals)
    proved = sum(row.proved for row in takes if row.test)
    told = ", ".join(f"{known[each]} {each}" for each in KNOWN)
    return table(
        ["", ""],
        [
            ["operations, counted at each door", str(doors)],
            ["parameters", f"{len(takes)}; a test fails without it: {proved}"],
            ["refusals of an operation's own", f"{len(refusals)}: {told}"],
            ["claims without a test", str(len(missing))],
        ],
    )


def common(rows: list[Shared]) -> list[str]:
    """The refusals that every operation shares."""
    lines = []
    for row in rows:
        some = "operation" if row.operations == 1 else "operations"
        where = f"at {row.operations} {some}" if row.operations else "where no operation is"
        lines.append([refusal(row.found), row.found.error.known, test(row.test), where])
    return table(["", "how we know", "shown by", "met"], lines)


def seen() -> dict[str, str]:
    """The refusals that others met, and where; blank where nobody says so."""
    known, sources = [one for one in classes() if one.known == "seen"], sightings()
    known.sort(key=lambda one: (one.status, one.code))
    return {
        f"**{one.status}** {one.code} · {one.__name__}": sources.get(one.__name__, "")
        for one in known
    }


def not_found(it: Claim, evidence: Evidence) -> bool:
    """Whether a test shows what the operation answers where its path leads to nothing."""
    met = {name for name, found in evidence.refused if found.error is errors.NotFound}
    return "{" not in it.key or bool(met.intersection(it.operations))


def met_anyway(one: Section) -> set[str]:
    """The errors that are said to be out of the operation's reach, and that it met."""
    met = {row.what.error.__name__ for row in one.rows if isinstance(row.what, Refusal)}
    return {error for key, error in unreachable() if key == one.claim.key and error in met}


def unsupported(known: list[Fact], them: list[Claim], evidence: Evidence) -> Iterator[Fact]:
    """The facts whose test did not run, or does not reach the operation."""
    places = {it.key: set(it.operations) for it in them}
    for one in known:
        reached = evidence.reached.get(one.test, set())
        if not (places.get(one.operation, set()) & reached if one.operation else reached):
            yield one


def missing(sections: list[Section], known: list[Fact], evidence: Evidence) -> list[str]:
    """What is claimed, and no test shows."""
    found = []
    for one in sections:
        for row in one.rows:
            if not row.test:
                what = refusal(row.what) if isinstance(row.what, Refusal) else f"`{row.what}`"
                found.append(f"`{one.claim.key}` {row.kind} {what}")
        if not not_found(one.claim, evidence):
            found.append(f"`{one.claim.key}` refuses **404** {errors.NotFound.code}")
        told = f"what facts.toml says of `{one.claim.key}`: it met"
        found += [f"{told} {error}" for error in sorted(met_anyway(one))]
    them = [one.claim for one in sections]
    lost = unsupported(known, them, evidence)
    found += [f"{one.says} (`{one.test}`)" for one in lost]
    return found + [f"where {name} was seen" for name, source in seen().items() if not source]


def page(sections: list[Section], known: list[Fact], evidence: Evidence, missed: list[str]) -> str:
    """The whole page."""
    them = [one.claim for one in sections]
    ours = shared(them, evidence)
    lines = [(HERE / "head.md").read_text(encoding="utf-8"), "## In numbers", ""]
    lines += [*numbers(sections, missed), "## Every operation", ""]
    lines += [*common(ours), *map(fact, (one for one in known if not one.operation)), ""]
    rows = [[name, source] for name, source in seen().items() if source]
    lines += ["## Where refusals were seen", "", *table(["", "where"], rows)]
    by_title: dict[str, list[Section]] = {}
    for one in sections:
        by_title.setdefault(title(one.claim), []).append(one)
    for name, theirs in by_title.items():
        lines += [f"## {name}", ""]
        for one in theirs:
            lines += operation(one)
    if missed:
        lines += ["## Not shown by a test yet", "", *(f"- {one}" for one in missed)]
    return "\n".join(lines).rstrip() + "\n"
