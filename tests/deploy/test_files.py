"""What stands in ``deploy/``: settings that the program knows, and files that their tools take."""

import itertools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from house.source import ROOT
from partywire.cli.main import main
from partywire.server import PATIENCE

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "partywire.service"
SETTING = re.compile(r"\bPARTYWIRE_[A-Z_]+")
FILES = sorted(file for file in DEPLOY.iterdir() if file.is_file())


def variables(command: str) -> set[str]:
    """The environment variables that a command reads."""
    found = main.commands[command]
    named = {each for one in found.params for each in _listed(one.envvar)}
    own = {f"PARTYWIRE_{command.upper()}_{(one.name or '').upper()}" for one in found.params}
    return named | own


def _listed(name: Any) -> list[str]:
    return [name] if isinstance(name, str) else list(name or [])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_is_one_that_the_server_knows(file: Path) -> None:
    assert set(SETTING.findall(file.read_text(encoding="utf-8"))) <= variables("serve")


def test_the_files_do_set_something() -> None:
    found = {name for file in FILES for name in SETTING.findall(file.read_text(encoding="utf-8"))}
    assert {"PARTYWIRE_DATABASE", "PARTYWIRE_KEY_FILE", "PARTYWIRE_WORKERS"} <= found


def unit(section: str) -> dict[str, list[str]]:
    """A section of the unit: each name and its values."""
    found: dict[str, list[str]] = {}
    within = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            within = line.strip("[]")
        elif within == section and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def settings() -> dict[str, str]:
    lines = (DEPLOY / "partywire.env").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("no systemd here")
    # The program must be where the unit says.
    command = shutil.which("true") or "/bin/true"
    text = UNIT.read_text(encoding="utf-8").replace("/opt/partywire/bin/partywire", command)
    copy = tmp_path / UNIT.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", str(copy)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_unit_lets_a_server_drain_before_it_is_killed() -> None:
    service = unit("Service")
    delay = float(settings()["PARTYWIRE_SERVE_DRAIN_DELAY"])
    assert float(service["TimeoutStopSec"][0]) > delay + PATIENCE
    assert service["Type"] == ["notify"]
    assert service["KillMode"] == ["mixed"]


def test_the_unit_does_not_restart_what_cannot_start() -> None:
    assert unit("Service")["RestartPreventExitStatus"] == ["2 78"]


def test_what_the_server_writes_lies_where_the_unit_lets_it() -> None:
    [folder] = unit("Service")["StateDirectory"]
    place = f"/var/lib/{folder}/"
    assert settings()["PARTYWIRE_DATABASE"].startswith(f"sqlite:///{place}")
    assert settings()["PARTYWIRE_KEY_FILE"].startswith(place)
    assert unit("Service")["ProtectSystem"] == ["strict"]


def test_the_settings_of_the_unit_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings().items():
        monkeypatch.setenv(name, value)
    serve = main.commands["serve"]
    context = click.Context(main, info_name="partywire", **main.context_settings)
    made = serve.make_context("serve", [], parent=context)
    assert made.params["metrics_port"] == 9464
    assert made.params["public_url"] == "https://chat.example.com"


def containerfile() -> list[tuple[str, str]]:
    """Each instruction and what it is told."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [
        (name, told)
        for line in text.splitlines()
        if line
        for name, _, told in [line.partition(" ")]
    ]


def test_the_image_runs_as_nobody_in_particular() -> None:
    stages = [place for place, (name, _) in enumerate(containerfile()) if name == "FROM"]
    last = containerfile()[stages[-1] :]
    assert ("USER", "4242:4242") in last
    assert ("STOPSIGNAL", "SIGTERM") in last
    assert ("ENTRYPOINT", '["partywire"]') in last
    assert any(name == "HEALTHCHECK" and "/healthz" in told for name, told in last)


def test_the_image_takes_nothing_whose_hash_is_not_known() -> None:
    installs = re.findall(r"pip install[^&]*", (DEPLOY / "Containerfile").read_text("utf-8"))
    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or "--no-deps wheels/" in install


def test_what_the_image_copies_is_there() -> None:
    copied = [
        told.split()[:-1]
        for name, told in containerfile()
        if name == "COPY" and not told.startswith("--from")
    ]
    names = list(itertools.chain.from_iterable(copied))
    assert {"src", "pyproject.toml"} <= set(names)
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_what_builds_the_wheel_is_locked_with_all_that_it_needs() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    [alternatives] = re.findall(r"\^\(([a-z|-]+)\)==", text)
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    for name in alternatives.split("|"):
        assert re.search(rf"^{name}==", locked, re.MULTILINE), name


COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def test_compose_names_only_what_it_has() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            healthy = "healthcheck" in SERVICES[other]
            assert healthy or how["condition"] != "service_healthy", name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            there = source in COMPOSE["volumes"] or (DEPLOY / source).is_file()
            assert there, volume


def test_both_nodes_share_database_and_key_and_drain_in_time() -> None:
    nodes = [SERVICES["node-1"], SERVICES["node-2"]]
    assert nodes[0] == nodes[1]
    [node, _] = nodes
    asked = node["environment"]
    assert asked["PARTYWIRE_DATABASE"].startswith("postgresql://")
    assert asked["PARTYWIRE_DATABASE"] == SERVICES["prepared"]["environment"]["PARTYWIRE_DATABASE"]
    assert node["volumes"] == SERVICES["prepared"]["volumes"]
    grace = float(node["stop_grace_period"].removesuffix("s"))
    assert grace > float(asked["PARTYWIRE_SERVE_DRAIN_DELAY"]) + PATIENCE
    assert "/readyz" in node["healthcheck"]["test"][-1]


def test_only_the_balancer_can_be_reached_and_only_from_this_machine() -> None:
    published = {name: one["ports"] for name, one in SERVICES.items() if "ports" in one}
    assert list(published) == ["balancer"]
    assert all(port.startswith("127.0.0.1:") for port in published["balancer"])


def test_commands_of_the_containers_are_commands() -> None:
    group, name = SERVICES["prepared"]["command"]
    found = main.commands[group]
    assert isinstance(found, click.Group)
    assert name in found.commands


def test_the_balancer_knows_the_nodes() -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    nodes = re.findall(r"^\s*server ([\w-]+):4242", text, re.MULTILINE)
    assert nodes == [name for name in SERVICES if name.startswith("node")]
    [port] = re.findall(r"listen (\d+);", text)
    assert SERVICES["balancer"]["ports"] == [f"127.0.0.1:8080:{port}"]


@pytest.mark.parametrize("file", ["deploy/nginx.conf", "docs/how-to/serve.md"])
def test_a_proxy_lets_the_chat_sdk_s_socket_through(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "map $http_upgrade $connection_upgrade {" in text
    assert "proxy_set_header Upgrade $http_upgrade;" in text
    assert "proxy_set_header Connection $connection_upgrade;" in text
