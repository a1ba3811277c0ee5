"""What the tests' last words say."""

import subprocess
import sys
from pathlib import Path

import pytest

CLOSING = Path(__file__).parents[2] / "tools" / "closing.py"

MIXED = """
import pytest

@pytest.fixture
def broken():
    raise RuntimeError("no ground to stand on")

@pytest.fixture
def breaks_afterwards():
    yield
    raise RuntimeError("left a mess")

def test_passes(): pass

def test_fails(): assert False

def test_cannot_start(broken): pass

def test_leaves_a_mess(breaks_afterwards): pass

@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.skip(reason="the moon is full")
def test_skipped(n): pass

@pytest.mark.xfail(reason="not built yet")
def test_awaited(): assert False
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """What a pytest run over the tests above leaves behind."""
    (tmp_path / "test_mixed.py").write_text(MIXED)
    made = tmp_path / "mixed.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    done = subprocess.run(
        [*command, "-c", "/dev/null", "--junitxml", str(made), "test_mixed.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    return made


def passing(path: Path, number: int) -> Path:
    cases = "".join(f'<testcase classname="a" name="test_{n}"/>' for n in range(number))
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    return path


def closing(*reports: Path) -> tuple[int, list[str]]:
    """Exit code and lines."""
    done = subprocess.run(
        [sys.executable, str(CLOSING), *map(str, reports)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_totals_over_all_runs_stand_alone_on_the_last_line(tmp_path: Path) -> None:
    runs = [passing(tmp_path / "a.xml", 2), passing(tmp_path / "b.xml", 3)]
    assert closing(*runs) == (0, ["5 passed, 0 failed, 0 skipped"])


def test_failures_and_errors_count_as_failed(report: Path, tmp_path: Path) -> None:
    code, lines = closing(report, passing(tmp_path / "other.xml", 1))
    assert code == 1
    assert lines[-1] == "2 passed, 3 failed, 3 skipped"


def test_skips_are_listed_by_reason(report: Path) -> None:
    _, lines = closing(report)
    assert lines[:-1] == [
        "skipped, because not built yet:",
        "    test_mixed.test_awaited",
        "skipped, because the moon is full:",
        "    test_mixed.test_skipped (2 variants)",
    ]


def test_very_many_skips_for_one_reason_are_listed_by_module(tmp_path: Path) -> None:
    names = [
        (f"tests.{module}", f"test_{number}[postgresql-{variant}]")
        for module in ("test_a", "test_b")
        for number in range(30)
        for variant in (1, 2)
    ]
    cases = "".join(
        f'<testcase classname="{module}" name="{name}"><skipped message="no moon"/></testcase>'
        for module, name in names
    )
    report = tmp_path / "many.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")

    code, lines = closing(report)

    assert code == 0
    assert lines == [
        "skipped, because no moon:",
        "    tests.test_a (30 tests, 60 variants)",
        "    tests.test_b (30 tests, 60 variants)",
        "0 passed, 0 failed, 120 skipped",
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(None, "is missing"), ("<testsuites>", "cannot be read"), ("<testsuites/>", "holds no test")],
    ids=["missing", "cut short", "empty"],
)
def test_a_report_that_is_no_use_is_named_and_fails(
    tmp_path: Path, content: str | None, complaint: str
) -> None:
    useless = tmp_path / "useless.xml"
    if content is not None:
        useless.write_text(content)
    code, lines = closing(passing(tmp_path / "good.xml", 2), useless)
    assert code == 1
    assert lines[0].startswith(f"{useless} {complaint}")
    assert lines[-1] == "2 passed, 0 failed, 0 skipped"
