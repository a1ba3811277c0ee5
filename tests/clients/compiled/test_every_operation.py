"""Nothing of the API goes untried by these libraries, and all of it is theirs."""

import re
from urllib.parse import quote

import pytest

from clients.compiled.stage import Played
from contract.table import ROWS
from partywire.wire.http.doors import routes

AGENTS = {"java": r"twilio-java/13\.\d+\.\d+ ", "go": r"twilio-go/1\.\d+\.\d+ "}

# What only a device or a carrier makes cannot be there.
NEVER_THERE = {
    ("account", "GET", "/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}"),
    ("service", "GET", "/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}"),
    ("service", "GET", "/Bindings/{Sid}"),
    ("service", "DELETE", "/Bindings/{Sid}"),
}


def statuses(tour: Played) -> dict[tuple[str, str, str], set[int]]:
    """What each operation answered: by door, method and path."""
    tree = routes()
    found: dict[tuple[str, str, str], set[int]] = {}
    for one in tour.asked:
        place = tree.find(quote(one.path, safe="/%").encode())
        if place is None:  # a name with a slash, which splits the path
            assert one.status == 404
            continue
        operation = place[0].operations[one.method]
        row = (place[0].door, one.method, operation.path)
        found.setdefault(row, set()).add(one.status)
    return found


def test_every_operation_is_exercised_at_every_door(tour: Played) -> None:
    every = {(row.door, row.operation.method, row.operation.path) for row in ROWS}
    assert len(every) == 103
    assert statuses(tour).keys() == every


def test_every_operation_succeeds_but_those_on_what_cannot_be_there(tour: Played) -> None:
    without = {row for row, found in statuses(tour).items() if not found & {200, 201, 202, 204}}
    assert without == NEVER_THERE
    assert all(found == {404} for row, found in statuses(tour).items() if row in NEVER_THERE)


def test_nothing_fails_on_our_side(tour: Played) -> None:
    assert [one for one in tour.asked if one.status >= 500] == []


def test_conversations_with_participants_begin_with_either_status(tour: Played) -> None:
    for row, found in statuses(tour).items():
        if row[2] == "/ConversationWithParticipants":
            assert found == {201, 202, 400}


def test_the_library_is_the_official_one_as_it_came(tour: Played) -> None:
    agents = {one.headers["user-agent"] for one in tour.asked}
    assert len(agents) == 1
    assert re.match(AGENTS[tour.library], agents.pop())
    assert {one.headers["host"] for one in tour.asked} == {"conversations.twilio.com"}


@pytest.mark.parametrize(
    "scenario",
    ["keeping_users", "keeping_conversations", "keeping_participants", "keeping_messages"],
)
def test_the_wish_for_webhooks_arrives_as_a_header(tour: Played, scenario: str) -> None:
    for door in ("account", "service"):
        asked = tour.asked_in(scenario, door)
        wishes = [one.headers.get("x-twilio-webhook-enabled") for one in asked]
        assert [wish for wish in wishes if wish is not None] == ["true"]
