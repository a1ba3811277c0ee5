"""Nothing in the project leads to a particular package registry or a developer's machine."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from house.source import ROOT

# Put together here, so that this file does not contain what it looks for.
REGISTRIES = [
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("rubygems", "org"),
        ("crates", "io"),
        ("maven", "org"),
        ("maven.apache", "org"),
        ("packagist", "org"),
        ("nuget", "org"),
        ("proxy.golang", "org"),
        ("anaconda", "org"),
    )
]
PATHS = ["/" + "root/", "/" + "home/", "/" + "work/", "file:///" + "Users/", "C:\\" + "Users\\"]
FORBIDDEN = re.compile("|".join(map(re.escape, [*REGISTRIES, *PATHS, str(ROOT) + "/"])).encode())


def tracked() -> list[Path]:
    """The files under version control that are there."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=True, cwd=ROOT, capture_output=True
    ).stdout.decode()
    return [file for name in listed.split("\0") if name and (file := ROOT / name).is_file()]


def test_no_tracked_file_names_a_registry_or_a_machine() -> None:
    files = tracked()
    assert len(files) > 100
    found = {
        str(file.relative_to(ROOT)): [match.decode() for match in matches]
        for file in files
        if (matches := FORBIDDEN.findall(file.read_bytes()))
    }
    assert found == {}


@pytest.mark.parametrize("text", [REGISTRIES[0], f"https://files.{REGISTRIES[1]}/x", PATHS[1]])
def test_what_is_looked_for_is_found(text: str) -> None:
    assert FORBIDDEN.search(f"see {text} there".encode())


def test_this_file_would_pass() -> None:
    assert FORBIDDEN.search(Path(__file__).read_bytes()) is None
