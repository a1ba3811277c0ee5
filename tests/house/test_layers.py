"""Imports point down only, and the linter that says so does see a violation."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house.source import ROOT, SOURCE

# One import for each contract that must not be there, and the contract that it breaks.
VIOLATIONS = [
    ("domain/users.py", "partywire.wire.http.times", "imports point down"),
    ("errors.py", "partywire.model.users", "imports point down"),
    ("wire/http/users.py", "partywire.storage.users", "wire speaks to storage only through domain"),
    ("domain/users.py", "sqlite3", "drivers live in storage"),
    ("app.py", "apsw", "drivers live in storage"),
    ("storage/users.py", "starlette", "the web toolkit stays at the edge"),
]


def lint(project: Path) -> subprocess.CompletedProcess[str]:
    """Runs the linter on a checkout's own source, whichever one is installed."""
    command = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(project / "src"), "NO_COLOR": "1"}
    return subprocess.run(
        [str(command), "--no-cache"],
        check=False,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project, to be spoilt."""
    shutil.copytree(
        SOURCE, tmp_path / "src" / "partywire", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("module", "imported", "contract"), VIOLATIONS)
def test_a_violation_is_caught(copy: Path, module: str, imported: str, contract: str) -> None:
    file = copy / "src" / "partywire" / module
    file.write_text(f"{file.read_text()}\nimport {imported}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


def test_an_unspoilt_copy_passes(copy: Path) -> None:
    assert lint(copy).returncode == 0
