"""Writes docs/fidelity.md from what the tests of a run met: ``python tools/fidelity``.

``--check`` says instead whether the page is up to date, and whether every claim has its test.
``--prove`` first finds, for each parameter that has none, a test that fails without it.
"""

import argparse
import difflib
import sys
from pathlib import Path

import page
import proof
from claims import ROOT, claims
from gathered import Evidence, read
from rows import Proofs, facts, section

PAGE = ROOT / "docs" / "fidelity.md"
FOLDER = ROOT / ".cache" / "evidence"


def written(evidence: Evidence, proofs: Proofs) -> tuple[str, list[str]]:
    """The page, and what no test shows."""
    them, known = claims(), facts()
    sections = [section(it, evidence, proofs, known) for it in them]
    missing = page.missing(sections, known, evidence)
    return page.page(sections, known, evidence, missing), missing


def complaints(before: str, text: str, missing: list[str]) -> list[str]:
    """What is wrong with the page as it is, and with what it stands on."""
    names = ("the page", "what the tests show")
    found = list(
        difflib.unified_diff(before.splitlines(), text.splitlines(), *names, "", "", 0, "")
    )
    if found:
        found = ["docs/fidelity.md is not what the tests show: run make fidelity", *found]
    return found + [f"no test shows: {one}" for one in missing]


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/fidelity", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--evidence", type=Path, default=FOLDER, help="what the tests wrote down")
    parser.add_argument("--proofs", type=Path, default=proof.FILE, help="what is proved already")
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    try:
        evidence = read(options.evidence)
    except FileNotFoundError:
        print(f"there is no evidence in {options.evidence}: run make unit", file=sys.stderr)
        return 2
    proofs = proof.known(options.proofs)
    if options.prove:
        proofs = proof.prove(claims(), evidence, proofs)
        proof.keep(options.proofs, proofs)
    text, missing = written(evidence, proofs)
    if not options.check:
        options.page.write_text(text, encoding="utf-8")
        return 0
    before = options.page.read_text(encoding="utf-8") if options.page.exists() else ""
    wrong = complaints(before, text, missing)
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
