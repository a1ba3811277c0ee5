"""What the server says of itself."""

import pytest

from contract.table import ROWS
from harness import Client, Server
from partywire import __version__
from partywire.domain.call import Resources
from partywire.errors import Unavailable
from partywire.wire.http.about import fidelity
from wire.http.bench import Bench


def test_a_server_that_lives_says_so_to_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}


def test_a_server_that_can_serve_says_so_to_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_a_server_without_its_database_lives_but_is_not_ready(
    bench: Bench, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check() -> None:
        raise Unavailable("the disk is full")

    monkeypatch.setattr(resources.database, "check", check)
    answer = await bench.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "why": "the disk is full"}
    assert (await bench.http.get("/healthz")).status_code == 200


def test_the_fidelity_table_has_a_line_for_each_operation() -> None:
    head, rule, *lines = fidelity().splitlines()
    assert (head, rule) == ("| operation | parameters that answer 501 |", "|---|---|")
    assert [line.split("`")[1] for line in lines] == [str(row) for row in ROWS]


def test_the_fidelity_table_names_the_parameters_that_are_not_taken_yet() -> None:
    for line, row in zip(fidelity().splitlines()[2:], ROWS, strict=True):
        form = getattr(row.operation, "form", None)
        missing = sorted(form.not_yet) if form else []
        assert line.split("`")[3::2] == missing


def test_the_fidelity_table_can_be_read_by_anybody(server: Server) -> None:
    with Client(server.url, None) as nobody:
        answer = nobody.http.get("/_partywire/fidelity")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text == fidelity()
