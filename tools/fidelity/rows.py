"""The rows of the table: what is claimed of each operation, and the test that shows it."""

import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from claims import SHARED, Claim, Refusal, door, mentions, own
from gathered import Evidence, Tests, ranked

from partywire import errors
from partywire.errors import ApiError, Known
from partywire.wire.http.operation import ListOperation

HERE = Path(__file__).parent
FACTS = HERE / "facts.toml"
FINE, GONE = 200, 204
# What tests of an operation say in their names.
_VERBS = {
    "List": "list listed order",
    "Create": "creation new created made documented defaults",
    "Fetch": "path finds shows seen",
    "Update": "update changed changes edit honours",
    "Delete": "deleted deletion gone leaves left removed",
}

Proofs = dict[str, str]


class Row(NamedTuple):
    """One claim of one operation.

    Attributes:
        kind: ``answers``, ``takes``, ``refuses`` or ``not yet``.
        what: the status, the parameter's name, or the refusal.
        known: how.
        test: that shows it; empty where none does.
        doors: at which it was shown.
        proved: whether the test fails where the parameter is withheld.
    """

    kind: str
    what: str | Refusal
    known: Known
    test: str
    doors: tuple[str, ...]
    proved: bool = True


class Fact(NamedTuple):
    """Something that the documents do not say.

    Attributes:
        operation: whose it is; empty if it is everyone's.
        says: the fact.
        known: how.
        test: that shows it.
        source: where others saw it.
        decision: number of the record that settles it, where no source does.
    """

    operation: str
    says: str
    known: Known
    test: str
    source: str = ""
    decision: str = "0009"


class Section(NamedTuple):
    """One operation's part of the page."""

    claim: Claim
    rows: list[Row]
    facts: list[Fact]


@cache
def _told() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = tomllib.loads(FACTS.read_text(encoding="utf-8"))
    return found


def facts() -> list[Fact]:
    """What the documents do not say."""
    return [Fact(**{"operation": "", **entry}) for entry in _told().get("fact", [])]


@cache
def unreachable() -> frozenset[tuple[str, str]]:
    """Operations with errors that the code of their use-case names, and that they cannot meet."""
    found = _told().get("unreachable", [])
    return frozenset((entry["operation"], error) for entry in found for error in entry["errors"])


def sightings() -> dict[str, str]:
    """The errors that others met, by their class, and where."""
    return {entry["error"]: entry["source"] for entry in _told().get("seen", [])}


def _shown(
    it: Claim, found: dict[Any, Tests], key: Any, subject: str, evidence: Evidence
) -> tuple[str, tuple[str, ...]]:
    """The test that says most about it, and the doors at which any shows it."""
    by_door = {name: found.get((name, key), set()) for name in it.operations}
    tests = set().union(*by_door.values())
    doors = tuple(door(name) for name, some in by_door.items() if some)
    return (ranked(tests, it, subject, evidence) or [""])[0], doors


def documented_status(it: Claim) -> int | None:
    """The status of a success, where it is always the same."""
    operation = it.entry.operation
    if isinstance(operation, ListOperation):
        return FINE
    if operation.view is None:
        return GONE
    return operation.status if isinstance(operation.status, int) else None


def _answers(it: Claim, evidence: Evidence) -> Iterator[Row]:
    met = {status for name, status in evidence.answered if name in it.operations}
    always = documented_status(it)
    for status in sorted(met | ({always} - {None})):
        subject = f"{it.entry.page} {_VERBS[it.entry.verb]}"
        test, doors = _shown(it, evidence.answered, status, subject, evidence)
        yield Row("answers", str(status), "documented", test, doors)


def candidates(it: Claim, name: str, evidence: Evidence) -> list[str]:
    """The tests that sent a parameter with success, the likeliest to show it first."""
    tests = set().union(*(evidence.taken.get((each, name), set()) for each in it.operations))
    return ranked(tests, it, name, evidence)


def _takes(it: Claim, evidence: Evidence, proofs: Proofs) -> Iterator[Row]:
    for name in it.parameters:
        tests = candidates(it, name, evidence)
        proof = proofs.get(f"{it.key} {name}", "")
        _, doors = _shown(it, evidence.taken, name, name, evidence)
        if proof in tests:
            yield Row("takes", name, "documented", proof, doors)
        else:
            yield Row("takes", name, "documented", (tests or [""])[0], doors, proved=False)
    for name in it.later:
        test, doors = _shown(it, evidence.later, name, name, evidence)
        yield Row("not yet", name, "decided", test, doors)


def _refuses(it: Claim, evidence: Evidence) -> Iterator[Row]:
    met = {found for name, found in evidence.refused if name in it.operations and own(it, found)}
    missing = {
        one
        for one in it.errors
        if (it.key, one.__name__) not in unreachable() and one not in {found.error for found in met}
    }
    expected = {Refusal(one, _plain(one)) for one in missing}
    vague = [found for found in met if found.error is errors.BadRequest]
    for name in it.vague:
        if not any(mentions(found, name) if name else True for found in vague):
            expected.add(Refusal(errors.BadRequest, f"{name or 'what its use-case refuses'}"))
    for found in sorted(met | expected, key=order):
        subject = f"{found.error.__name__} {found.text}"
        test, doors = _shown(it, evidence.refused, found, subject, evidence)
        yield Row("refuses", found, found.error.known, test, doors)


def order(found: Refusal) -> tuple[int, int, str]:
    """Refusals stand by status and code."""
    return found.error.status, found.error.code, found.text


def section(it: Claim, evidence: Evidence, proofs: Proofs, known: list[Fact]) -> Section:
    """One operation's."""
    rows = [*_answers(it, evidence), *_takes(it, evidence, proofs), *_refuses(it, evidence)]
    return Section(it, rows, [fact for fact in known if fact.operation == it.key])


class Shared(NamedTuple):
    """A refusal that every operation may answer: where tests met it."""

    found: Refusal
    test: str
    operations: int


def shared(them: list[Claim], evidence: Evidence) -> list[Shared]:
    """The refusals that no operation owns."""
    owner = {name: it for it in them for name in it.operations}
    met: dict[Refusal, dict[str, Tests]] = {}
    for (operation, found), tests in evidence.refused.items():
        it = owner.get(operation)
        if found.error in SHARED and (it is None or not own(it, found)):
            words = found.text if found.error is errors.BadRequest else _plain(found.error)
            met.setdefault(Refusal(found.error, words), {})[operation] = tests
    rows = []
    for found in sorted(met, key=order):
        tests = set().union(*met[found].values())
        reached = len(met[found].keys() - {""})
        rows.append(Shared(found, _broadest(tests, evidence), reached))
    return rows


def _plain(error: type[ApiError]) -> str:
    return error().message.removesuffix(".")


def _broadest(tests: Iterable[str], evidence: Evidence) -> str:
    """The test that met it at most operations."""
    return min(tests, key=lambda test: (-len(evidence.reached[test]), test), default="")
