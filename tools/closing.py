"""Says how the tests went, over all pytest runs: what was skipped and why, then the totals.

``closing.py FILE…`` reads the JUnit XML files that the runs left. The last line is always
``N passed, N failed, N skipped``. Exits with 1 if a test failed, or if a file is missing or holds
no test.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

MOST_NAMES = 40  # for one reason


class Test(NamedTuple):
    """How one test went; ``reason`` is why it was skipped."""

    name: str
    outcome: str
    reason: str


def tests_of(report: Path) -> Iterator[Test]:
    """The tests of one run.

    Raises:
        OSError: there is no such file.
        xml.etree.ElementTree.ParseError: it is not whole.
    """
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname', '')}.{case.get('name', '')}".lstrip(".")
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            yield Test(name, "failed", "")
        elif skipped is not None:
            yield Test(name, "skipped", skipped.get("message") or "no reason given")
        else:
            yield Test(name, "passed", "")


def gathered(reports: Iterable[Path]) -> tuple[list[Test], list[str]]:
    """The tests of all runs, and what is wrong with their reports."""
    tests: list[Test] = []
    complaints = []
    for report in reports:
        try:
            found = list(tests_of(report))
        except OSError:
            complaints.append(f"{report} is missing: that run did not end, or never began")
        except ET.ParseError as error:
            complaints.append(f"{report} cannot be read: {error}")
        else:
            tests += found
            if not found:
                complaints.append(f"{report} holds no test")
    return tests, complaints


def skips(tests: Iterable[Test]) -> Iterator[str]:
    """Lines that say what was skipped, by reason; a test's variants count as one line.

    Where one reason keeps very many tests from running, a line stands for a module.
    """
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for test in tests:
        if test.outcome == "skipped":
            names[test.reason][test.name.partition("[")[0]] += 1
    for reason, variants in sorted(names.items()):
        yield f"skipped, because {reason}:"
        if len(variants) > MOST_NAMES:
            yield from _by_module(variants)
            continue
        for name, number in sorted(variants.items()):
            yield f"    {name}" + (f" ({number} variants)" if number > 1 else "")


def _by_module(variants: Counter[str]) -> Iterator[str]:
    tests: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    for name, number in variants.items():
        module = name.rpartition(".")[0]
        tests[module] += 1
        numbers[module] += number
    for module in sorted(tests):
        yield f"    {module} ({tests[module]} tests, {numbers[module]} variants)"


def main(arguments: list[str]) -> int:
    """The command line."""
    if not arguments:
        print("usage: closing.py FILE…", file=sys.stderr)
        return 2
    tests, complaints = gathered(Path(argument) for argument in arguments)
    for line in [*skips(tests), *complaints]:
        print(line)
    passed, failed, skipped = (
        sum(test.outcome == outcome for test in tests)
        for outcome in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
