"""Whether a test shows a parameter: without the parameter it must fail.

Each round runs tests, each with one parameter withheld from the server by tests/evidence.py. A test
that fails is the proof; of one that passes all the same, the next candidate takes the place.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from claims import ROOT, Claim
from gathered import Evidence
from rows import HERE, Proofs, candidates

FILE = HERE / "proofs.json"
MOST_CANDIDATES = 8
WORTH_WORKERS = 10
SECONDS = 300


class Open(NamedTuple):
    """A parameter that is not proved yet, and the tests that may do it."""

    claim: Claim
    name: str
    tests: list[str]

    @property
    def key(self) -> str:
        """What proofs.json calls it."""
        return f"{self.claim.key} {self.name}"


def known(file: Path) -> Proofs:
    """The proofs so far."""
    found: Proofs = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return found


def keep(file: Path, proofs: Proofs) -> None:
    """Writes them down."""
    file.write_text(json.dumps(proofs, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def prove(them: Iterable[Claim], evidence: Evidence, before: Proofs) -> Proofs:
    """The proofs that still hold, and those of what was not proved so far."""
    proofs, waiting = {}, []
    for it in them:
        for name in it.parameters:
            one = Open(it, name, candidates(it, name, evidence))
            if before.get(one.key) in one.tests:
                proofs[one.key] = before[one.key]
            elif one.tests:
                waiting.append(one._replace(tests=one.tests[:MOST_CANDIDATES]))
    new: Proofs = {}
    while waiting:
        picked = dict(_pick(waiting))
        failed = _failing(picked, {test: _withheld(one) for test, one in picked.items()})
        new |= {one.key: test for test, one in picked.items() if test in failed}
        print(f"{len(waiting)} to prove; {len(failed)} of {len(picked)} tests did", file=sys.stderr)
        tried = {one.key: test for test, one in picked.items()}
        left = [
            one._replace(tests=[test for test in one.tests if test != tried.get(one.key)])
            for one in waiting
            if one.key not in new
        ]
        waiting = [one for one in left if one.tests]
    # What fails with the parameter too proves nothing.
    broken = _failing(set(new.values()), {}) if new else set()
    return proofs | {key: test for key, test in new.items() if test not in broken}


def _pick(waiting: list[Open]) -> Iterator[tuple[str, Open]]:
    """A test for each parameter, as far as there are: no test for two of them."""
    taken = set()
    for one in waiting:
        test = one.tests[0]
        if test not in taken:
            taken.add(test)
            yield test, one


def _withheld(one: Open) -> tuple[list[str], str]:
    """As tests/evidence.py wants to have it."""
    return one.claim.operations, one.name


def _failing(tests: Iterable[str], withheld: dict[str, tuple[list[str], str]]) -> set[str]:
    """The tests that fail, each without what is withheld from it."""
    tests = sorted(tests)
    workers = ["-n", "2"] if len(tests) > WORTH_WORKERS else []
    # Such a run is no evidence.
    around = {name: value for name, value in os.environ.items() if name != "PARTYWIRE_EVIDENCE"}
    with tempfile.TemporaryDirectory(prefix="partywire-proof-") as folder:
        file, report = Path(folder, "withheld.json"), Path(folder, "report.xml")
        file.write_text(json.dumps(withheld), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "pytest", *workers, "--junitxml", report, *tests],
            cwd=ROOT,
            env={**around, "PARTYWIRE_WITHHOLD": str(file)},
            stdout=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        return set(_failures(report)).intersection(tests)


def _failures(report: Path) -> Iterator[str]:
    for case in ET.parse(report).iter("testcase"):
        if case.find("failure") is not None:
            path = f"{case.get('classname', '').replace('.', '/')}.py"
            yield f"{path}::{case.get('name', '').partition('[')[0]}"
