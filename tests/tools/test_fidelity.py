"""The fidelity table: it says what the evidence says, and nothing else."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.table import ROWS

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "fidelity"
USERS, AT_SERVICE = "POST /v1/Users", "POST /v1/Services/{ChatServiceSid}/Users"
MISSING = "## Not shown by a test yet"


def line(test: str, operation: str, status: int, *sent: str, **more: Any) -> str:
    """A line as the recorder writes it."""
    met = {"test": f"tests/wire/http/{test}", "operation": operation, "sent": sent}
    return json.dumps({**met, "status": status, "code": 0, "message": "", **more})


class Table:
    """The tool, with evidence, proofs and a page of its own."""

    def __init__(self, folder: Path) -> None:
        self.page, self.proofs = folder / "page.md", folder / "proofs.json"
        self._evidence = folder / "evidence"
        self._evidence.mkdir()

    def met(self, *lines: str, worker: str = "main") -> None:
        """Adds evidence."""
        with (self._evidence / f"{worker}.jsonl").open("a") as file:
            file.writelines(f"{one}\n" for one in lines)

    def run(self, *options: str) -> tuple[int, str]:
        """Exit code and what was said."""
        files = ["--evidence", self._evidence, "--proofs", self.proofs, "--page", self.page]
        done = subprocess.run(
            [sys.executable, TOOL, *files, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def written(self) -> str:
        """The page, made anew."""
        code, said = self.run()
        assert (code, said) == (0, "")
        return self.page.read_text()

    def rows(self, operation: str = USERS) -> list[list[str]]:
        """The cells of an operation's table."""
        section = self.written().partition(f"### `{operation}`\n")[2].partition("\n###")[0]
        lines = [text for text in section.splitlines() if text.startswith("| ")]
        return [[cell.strip() for cell in text.strip("|").split(" | ")] for text in lines[2:]]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def test_without_evidence_there_is_no_table(table: Table) -> None:
    code, said = table.run("--check")
    assert code == 2
    assert "run make unit" in said
    assert not table.page.exists()


def test_a_claim_without_a_test_is_no_row_but_is_missed(table: Table) -> None:
    table.met(line("test_users.py::test_a_new_user", USERS, 201, "Identity"))
    shown, _, missing = table.written().partition(MISSING)
    assert "| takes | `Identity` |" in shown
    assert "`POST /v1/Users` takes `Identity`" not in missing
    assert "| takes | `Attributes` |" not in shown
    assert "- `POST /v1/Users` takes `Attributes`\n" in missing
    assert "- `POST /v1/Users` refuses **409** 50201" in missing


def test_every_operation_is_missed_without_a_test(table: Table) -> None:
    table.met(line("test_a.py::test_b", "GET /v1/Users", 200))
    missing = table.written().partition(MISSING)[2]
    for row in ROWS:
        if row.door == "account" and str(row) != "GET /v1/Users":
            assert f"- `{row}` answers " in missing or callable(
                getattr(row.operation, "status", None)
            ), row


def test_what_was_sent_with_success_is_accepted_and_taken_only_if_it_is_proved(
    table: Table,
) -> None:
    name = "test_users.py::test_a_friendly_name"
    table.met(line(name, USERS, 201, "FriendlyName", "Identity"))
    link = "[a friendly name](../tests/wire/http/test_users.py)"
    taken = [row for row in table.rows() if row[0] == "takes"]
    assert {row[3] for row in taken} == {f"*accepted in* {link}"}
    table.proofs.write_text(json.dumps({f"{USERS} FriendlyName": f"tests/wire/http/{name}"}))
    assert {row[1]: row[3] for row in table.rows()}["`FriendlyName`"] == link


def test_a_proof_by_a_test_that_is_gone_counts_no_more(table: Table) -> None:
    table.met(line("test_users.py::test_new", USERS, 201, "FriendlyName"))
    gone = "tests/wire/http/test_users.py::test_old"
    table.proofs.write_text(json.dumps({f"{USERS} FriendlyName": gone}))
    [row] = [row for row in table.rows() if row[0] == "takes"]
    assert row[3].startswith("*accepted in* [new]")


def test_a_claim_stands_at_both_doors_only_if_both_were_met(table: Table) -> None:
    table.met(line("test_users.py::test_one_door", USERS, 201, "Identity", "Attributes"))
    table.met(line("test_users.py::test_other", AT_SERVICE, 201, "Identity", "RoleSid"))
    doors = {row[1]: row[4] for row in table.rows()}
    assert doors == {
        "**201**": "both",
        "`Identity`": "both",
        "`Attributes`": "short only",
        "`RoleSid`": "service only",
    }


def refused(test: str, code: int, message: str = "", operation: str = USERS) -> str:
    return line(test, operation, 400, code=code, message=message)


def test_a_refusal_stands_with_its_meaning_and_how_we_know(table: Table) -> None:
    table.met(refused("test_users.py::test_without", 50204))
    [row] = [row for row in table.rows() if row[0] == "refuses"]
    assert row[1:3] == ["**400** 50204 · Identity not provided", "seen"]


def test_what_every_operation_refuses_stands_once_for_all(table: Table) -> None:
    table.met(refused("test_a.py::test_page", 20001, "PageSize must be odd", "GET /v1/Users"))
    table.met(refused("test_a.py::test_page", 20001, "PageSize must be odd", "GET /v1/Services"))
    page = table.written()
    assert page.count("20001 · PageSize must be odd") == 1
    assert "| at 2 operations |" in page


def test_a_vague_refusal_belongs_to_the_operation_whose_parameter_it_names(table: Table) -> None:
    place = "GET /v1/Conversations"
    table.met(refused("test_a.py::test_date", 20001, "StartDate is not a date", place))
    assert ["refuses", "**400** 20001 · StartDate is not a date"] in [
        row[:2] for row in table.rows(place)
    ]


def test_a_code_that_the_server_does_not_have_is_an_error(table: Table) -> None:
    table.met(refused("test_a.py::test_b", 59999))
    code, said = table.run()
    assert code == 1
    assert "59999" in said


def test_the_order_of_the_evidence_does_not_matter(table: Table) -> None:
    names = [f"test_{noun}.py::test_{what}" for noun in ("users", "urls") for what in "abc"]
    lines = [line(name, place, 201, "Identity") for name in names for place in (USERS, AT_SERVICE)]
    pages = set()
    for seed in range(3):
        for file in table._evidence.iterdir():
            file.unlink()
        random.Random(seed).shuffle(lines)
        table.met(*lines[:seed], worker="gw0")
        table.met(*lines[seed:], *lines[:2], worker="gw1")
        pages.add(table.written())
    assert len(pages) == 1


def test_of_several_tests_the_one_about_the_thing_itself_is_named(table: Table) -> None:
    for name in (
        "test_urls.py::test_a_role_sid_in_a_url",
        "test_users.py::test_any_other",
        "test_users.py::test_a_role_sid_is_kept",
        "test_aaa.py::test_a_role_sid_is_kept",
    ):
        table.met(line(name, USERS, 201, "RoleSid"))
    [row] = [row for row in table.rows() if row[0] == "takes"]
    assert row[3] == "*accepted in* [a role sid is kept](../tests/wire/http/test_users.py)"


def test_a_page_that_says_something_else_is_told_with_the_difference(table: Table) -> None:
    table.met(line("test_users.py::test_a_new_user", USERS, 201, "Identity"))
    table.page.write_text(table.written().replace("[a new user]", "[an old user]", 1))
    code, said = table.run("--check")
    assert code == 1
    assert "run make fidelity" in said
    changed = [text for text in said.splitlines() if "user](../tests" in text]
    assert [(text[0], "a new user" in text) for text in changed] == [("-", False), ("+", True)]


def test_a_page_that_is_up_to_date_is_blamed_for_missing_tests_only(table: Table) -> None:
    table.met(line("test_users.py::test_a_new_user", USERS, 201, "Identity"))
    table.written()
    code, said = table.run("--check")
    assert code == 1
    assert {text.partition(":")[0] for text in said.splitlines()} == {"no test shows"}
