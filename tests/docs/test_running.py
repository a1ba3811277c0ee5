"""``docs/running.md``: its tables are those of the program, its sample line one that it writes."""

import json
import re
from typing import Any

import click
import httpx
import pytest

from conftest import NOON
from docs.pages import ROOT
from partywire.app import application
from partywire.cli.main import main
from partywire.domain.call import Resources
from partywire.wire.http.figures import Counter, Spent
from partywire.wire.http.metrics import families
from partywire.wire.http.traffic import Traffic

TEXT = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def options() -> list[click.Option]:
    return [one for one in main.commands["serve"].params if isinstance(one, click.Option)]


def row(option: click.Option) -> str:
    """The option as the table shows it."""
    names = " / ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    variable = option.envvar or f"PARTYWIRE_SERVE_{(option.name or '').upper()}"
    help_text = re.sub(r" ?\[default: .*?\]", "", option.help or "")
    told = re.search(r"\[default: (.*?)\]", option.help or "")
    return f"| {names} | `{variable}` | {told[1] if told else _default(option)} | {help_text} |"


def _default(option: click.Option) -> str:
    default: Any = option.to_info_dict()["default"]
    if option.secondary_opts:
        return f"`{(option.opts if default else option.secondary_opts)[0]}`"
    if default in {None, ()}:
        return ""
    return f"`{default:g}`" if type(default) is float else f"`{default}`"


def test_every_option_of_serve_stands_in_the_table() -> None:
    shown = [line for line in TEXT.splitlines() if line.startswith("| `--")]
    assert shown == [row(option) for option in options()], "\n".join(map(row, options()))


class Load:
    connections = sockets = in_flight = 0


def test_every_metric_stands_in_the_table() -> None:
    traffic = Traffic()
    traffic.finished(traffic.route("GET", "/"), 200, 0.1, NOON, "", b"")
    figures = Counter(traffic, Load(), lambda: False).figures()
    figures.database["read"] = Spent(1, 1.0)
    made = {one.name for one in families([figures], "sqlite", {"kept": 1}, {"dead": 1})}
    shown = {
        name.removesuffix("_total").removesuffix("_info")
        for name in re.findall(r"^\| `((?:partywire|process)_\w+)`", TEXT, re.MULTILINE)
    }
    assert shown == made


async def test_the_sample_line_has_the_fields_of_a_real_one(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lines:
        dropped = 0

        def __init__(self) -> None:
            self.waiting: list[bytes] = []

    lines = Lines()
    app = application(resources, Traffic(lines))  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bench", auth=("AC" + "1" * 32, "token")
    ) as http:
        await http.get("/v1/Users")
    [real] = [json.loads(line) for line in lines.waiting]
    [sample] = [
        json.loads(line) for line in re.findall(r'^\{"time".*"duration_ms".*$', TEXT, re.MULTILINE)
    ]
    assert list(sample) == list(real)
    assert {name: type(value) for name, value in sample.items()} == {
        name: type(value) for name, value in real.items()
    }


def test_exit_codes_are_those_of_the_help() -> None:
    told = dict(re.findall(r"(\d+) ([^,.]+)[,.]", main.epilog or ""))
    shown = dict(re.findall(r"^\| (\d+) \| (.*?) \|$", TEXT, re.MULTILINE))
    assert {code: shown.get(code) for code in told} == told


def test_other_settings_that_the_page_names_are_there() -> None:
    known = {str(one.envvar) for one in options() if one.envvar}
    known |= {f"PARTYWIRE_SERVE_{(one.name or '').upper()}" for one in options()}
    assert set(re.findall(r"PARTYWIRE_[A-Z_]+", TEXT)) <= known
