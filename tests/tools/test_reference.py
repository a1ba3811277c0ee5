"""The reference says what the tables say, and its curl lines work."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import UNSET, Struct, UnsetType

from contract.table import ROWS
from contract.world import World
from harness import Client, Server, account
from house.source import ROOT
from partywire import errors
from partywire.model.scope import Scope
from partywire.wire.http.fields import Each, choice, text
from partywire.wire.http.forms import Form
from partywire.wire.http.operation import ListOperation, Operation

sys.path.append(str(ROOT / "tools" / "docs"))

import answers
import operations
import reference
from operations import Entry, documented, worded

ENTRIES = operations.entries()
# What no request makes, and so no line can find on a fresh server.
UNMADE = {"Bindings": "BS" + "0" * 32, "Receipts": "DY" + "0" * 32}
STATUS = re.compile(r"Answers (\d{3})\b")


class Berth(Struct):
    """Where it lies."""

    pier: str


class ShipView(Struct):
    """A ship as the wire shows it. Source: nowhere."""

    sid: str
    crew: list[str]
    berth: Berth | None
    flag: str | UnsetType = UNSET


def ship(scope: Scope, _seen: object) -> ShipView:
    return ShipView(scope.account_sid, [], None)


async def launch(_call: object, _values: object) -> None:
    """Launches a ship.

    It floats (decisions/0001).

    Raises:
        NotFound: there is no
            water.
        UserAlreadyExists,
            IdentityMissing: of the captain.
    """


def stern(value: str) -> str:
    """A text that is never right."""
    raise errors.BodyTooLong(value)


def entry(*paths: str, **more: Any) -> Entry:
    path = paths[0].removeprefix("/v1")
    operation = Operation(path=path, act=launch, **{"method": "POST", "view": ship, **more})
    return Entry(operation, list(paths))


def rows(lines: Iterator[str]) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line][2:]


def shown(made: Entry) -> str:
    return "\n".join(reference.section(made, "Launch"))


def test_every_row_of_the_table_stands_in_the_reference_at_its_door() -> None:
    listed = [f"{entry.operation.method} {path}" for entry in ENTRIES for path in entry.paths]

    assert sorted(listed) == sorted(map(str, ROWS))


def test_every_operation_has_a_place_of_its_own_to_link_to() -> None:
    labels = [entry.label for entry in ENTRIES]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_what_is_said_of_an_operation_is_more_than_where_it_stands(entry: Entry) -> None:
    said = documented(operations.use_case(entry.operation.act))

    assert said.summary
    assert not said.summary.startswith(("GET ", "POST ", "DELETE "))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_every_parameter_says_what_it_takes(entry: Entry) -> None:
    silent = [name for name, (_, reader) in entry.form.fields.items() if not reader.__doc__]

    assert silent == []


def test_everything_that_is_sent_has_a_sample_and_every_sample_is_of_an_operation() -> None:
    posts = {entry.key for entry in ENTRIES if entry.operation.method == "POST"}

    assert posts <= set(reference.SAMPLES) <= {entry.key for entry in ENTRIES}


def _sids(client: Client, path: str) -> dict[str, str]:
    """What stands for each name in the path: what a world has, or what a sample makes."""
    world = World(client, default="/Services/" not in path)
    names: dict[str, str] = {}
    for part in re.finditer(r"(\w+)/\{(\w+)\}", path):
        collection = path[: part.end(1)]
        sample = reference.SAMPLES.get(f"POST {collection}")
        if part[1] in UNMADE:
            names[part[2]] = UNMADE[part[1]]
        elif part[1] in world.sids or sample is None:
            names[part[2]] = world.sids[part[1]]
        else:
            there = re.sub(r"\{(\w+)\}", lambda name: names[name[1]], collection)
            names[part[2]] = client.at("").made(there, sample)["sid"]
    return names


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
def test_the_curl_line_of_an_operation_works(entry: Entry, server: Server) -> None:
    credentials = account()
    with Client(server.url, credentials) as client:
        names = _sids(client, entry.paths[0])
    line = reference.curl(entry).replace("curl -s", "curl -s -o /dev/null -w '%{http_code}'", 1)
    environment = {
        **os.environ,
        "TWILIO_ACCOUNT_SID": credentials[0],
        "TWILIO_AUTH_TOKEN": credentials[1],
        "URL": f"{server.url}/v1",
        **names,
    }

    done = subprocess.run(
        ["bash", "-euc", line], env=environment, check=True, capture_output=True, text=True
    )

    expected = STATUS.findall(reference.answer(entry))
    assert [done.stdout] == (["404"] if set(UNMADE.values()) & set(names.values()) else expected)


def test_a_sample_that_the_operation_does_not_take_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(reference.SAMPLES, "POST /v1/Ships", {"Sail": "white"})

    with pytest.raises(LookupError, match="Sail"):
        reference.curl(entry("/v1/Ships"))


def test_a_sample_is_quoted_for_the_shell_and_a_list_repeats_its_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = {"Name": "It's a ship", "Mate": ["ann", "ben"]}
    monkeypatch.setitem(reference.SAMPLES, "POST /v1/Ships", sample)
    form = Form({"Name": ("name", text), "Mate": ("mates", Each(text))})

    line = reference.curl(entry("/v1/Ships", form=form))

    said = subprocess.run(
        ["bash", "-c", line.replace("curl", "printf '%s\\n'", 1)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "\nName=It's a ship\n" in said.stdout
    assert "\nMate=ann\n" in said.stdout
    assert "\nMate=ben\n" in said.stdout


def test_a_parameter_is_shown_with_its_reader_s_words_and_errors() -> None:
    rig = choice("sloop", "ketch", error=errors.BadState)
    form = Form({"Rig": ("rig", rig), "Rigs": ("rigs", Each(rig))}, not_yet=("Cargo",))

    [one, each, later] = rows(reference.parameters(entry("/v1/Ships", form=form)))

    assert one == ["`Rig`", "One of sloop, ketch, in any case.", "[50378](#error-50378)"]
    assert each[1:] == [f"Repeated, each: {one[1]}", one[2]]
    assert later[0] == "`Cargo`"
    assert "501" in later[1]


def test_an_error_that_a_reader_names_itself_is_found() -> None:
    assert operations.refusals(stern) == [errors.BodyTooLong]
    assert operations.refusals(Each(stern)) == [errors.BodyTooLong]
    assert operations.refusals(text) == []


def test_a_list_shows_its_filters_and_the_size_of_its_pages() -> None:
    listing = ListOperation(path="/Ships", act=launch, view=ship, items="ships", most=5)

    found = rows(reference.parameters(Entry(listing, ["/v1/Ships"])))

    assert [row[0] for row in found] == ["`PageSize`", "`Page`, `PageToken`"]
    assert found[0][1].endswith("more than 5 is taken as 5. Without it: 5.")


def test_errors_come_from_the_docstring_with_status_and_code() -> None:
    made = entry("/v1/Ships")

    [missing, captain] = rows(reference.raised(made, documented(launch)))

    assert missing == ["404 · [20404](#error-20404)", "there is no water."]
    assert captain[0] == "409 · [50201](#error-50201), 400 · [50204](#error-50204)"


def test_twins_stand_side_by_side_and_may_miss_their_service() -> None:
    said = shown(entry("/v1/Ships", "/v1/Services/{ChatServiceSid}/Ships", status=201))

    assert "| `POST /v1/Ships` | `POST /v1/Services/{ChatServiceSid}/Ships` |" in said
    assert "there is no water; or the account has no such service." in said
    assert "Answers 201" in said


def test_an_answer_s_fields_are_those_of_its_struct_and_the_structs_in_it() -> None:
    found = rows(line for line in answers.shape(ship) if line.startswith("|"))

    assert found == [
        ["`sid`", "text", ""],
        ["`crew`", "list of text", ""],
        ["`berth`", "object or null", "Where it lies."],
        ["`berth.pier`", "text", ""],
        ["`flag`", "text", "May be absent."],
    ]


def test_a_docstring_s_decisions_become_links_and_its_sources_go() -> None:
    said = documented(launch)

    assert (said.summary, documented(ShipView).summary) == (
        "Launches a ship.",
        "A ship as the wire shows it.",
    )
    assert said.more == [
        "It floats ([decisions/0001](../decisions/0001-layers-with-equal-names.md))."
    ]
    assert worded("(decisions/9999)") == "(decisions/9999)"


def test_an_operation_names_the_errors_that_its_code_and_what_it_calls_name() -> None:
    [made] = [entry for entry in ENTRIES if entry.key == "POST /v1/Users"]
    said = documented(operations.use_case(made.operation.act))

    found = operations.of_values(made, said)

    assert {"FriendlyNameTooLong", "AttributesNotJson", "IdentityMissing"} <= set(found)
    # The check of a role serves participants too; here it is always of the service's type.
    assert "ConversationRoleNotFound" not in found
