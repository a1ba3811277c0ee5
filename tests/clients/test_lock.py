"""The lock files of what npm installs."""

import json
from pathlib import Path

import pytest

from clients.node_runtime import CLI, PAGE, PROGRAMS, SDK


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        (PROGRAMS, ["twilio"]),
        (CLI, ["twilio-cli"]),
        (SDK, ["@twilio/conversations", "axe-core", "esbuild", "playwright-core"]),
        (PAGE, ["@twilio/conversations", "esbuild"]),
    ],
    ids=["library", "cli", "sdk", "page"],
)
def test_the_lock_names_no_host_and_pins_every_package(folder: Path, names: list[str]) -> None:
    text = (folder / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")
    assert wanted["dependencies"] == {
        name: packages[f"node_modules/{name}"]["version"] for name in names
    }
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
