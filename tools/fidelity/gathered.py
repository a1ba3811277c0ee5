"""What the tests of one run met, as tests/evidence.py wrote it down, and which test shows what."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from claims import HEADER, Claim, Refusal, refusal

# Sweeps over the whole table: good evidence, but a test of the thing itself says more.
SWEEPS = "tests/contract/"

Tests = set[str]


class Evidence:
    """What was met, by operation at its door.

    Args:
        lines: of the files.

    Attributes:
        answered: operation and status of a success to its tests.
        taken: operation and parameter of a success to its tests.
        later: operation and parameter of a 501 to its tests.
        refused: operation and refusal to its tests; the operation is empty where none stands.
        reached: each test to the operations that it reached.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.answered: dict[tuple[str, int], Tests] = defaultdict(set)
        self.taken: dict[tuple[str, str], Tests] = defaultdict(set)
        self.later: dict[tuple[str, str], Tests] = defaultdict(set)
        self.refused: dict[tuple[str, Refusal], Tests] = defaultdict(set)
        self.reached: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            self._add(**json.loads(line))

    def _add(
        self, test: str, operation: str, sent: list[str], status: int, code: int, message: str
    ) -> None:
        self.reached[test].add(operation)
        if code:
            self.refused[operation, refusal(status, code, message)].add(test)
        else:
            self.answered[operation, status].add(test)
        if code and status != 501:
            return
        for name in sent:
            (self.later if code else self.taken)[operation, name].add(test)


def read(folder: Path) -> Evidence:
    """The evidence of a run.

    Raises:
        FileNotFoundError: there is none.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(folder)
    return Evidence(line for file in files for line in file.read_text("utf-8").splitlines())


def words(text: str) -> set[str]:
    """The words of a name or sentence, in lower case and the singular."""
    found = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return {word.lower().removesuffix("s") for word in found} - {"a", "i", "be", "the", "to", "of"}


def ranked(tests: Tests, it: Claim, subject: str, evidence: Evidence) -> list[str]:
    """The tests, the one that is most about the subject first; the same whatever ran before."""
    nouns, about = words(it.entry.page), words(subject)
    if subject == HEADER:
        about.add("outbox")

    def rank(test: str) -> tuple[int, bool, int, int, str]:
        file, _, name = test.partition("::")
        return (
            -len(about & words(name)),
            file.startswith(SWEEPS),
            -len(nouns & words(file)),
            len(evidence.reached[test]),
            test,
        )

    return sorted(tests, key=rank)
