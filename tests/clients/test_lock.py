"""The Node library's lock file."""

import json

from clients.node_runtime import PROGRAMS


def test_the_lock_names_no_host_and_pins_every_package() -> None:
    text = (PROGRAMS / "package-lock.json").read_text()
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = packages.pop("")
    assert wanted["dependencies"] == {"twilio": packages["node_modules/twilio"]["version"]}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
