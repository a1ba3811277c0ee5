"""What is Go's own, among the libraries."""

import re

import pytest

from clients.compiled.stage import Door
from clients.go_runtime import PROGRAM

pytestmark = pytest.mark.parametrize("library", ["go"], indirect=True, scope="session")


def test_it_signs_in_with_what_exec_gave_it(account: Door) -> None:
    saw = account.saw("signing_in")
    assert re.fullmatch(r"AC[0-9a-f]{32}", saw["as"])
    assert saw["made"]["account_sid"] == saw["as"]
    assert saw["fetched"] == saw["made"]


def test_dates_arrive_with_the_offset_of_the_programs_clock(account: Door) -> None:
    sent = [
        dict(one.form)["DateCreated"]
        for one in account.asked("keeping_conversations")
        if "DateCreated" in dict(one.form)
    ]
    assert sent == ["2024-02-29T18:00:15+05:30"]


def test_it_drops_digits_after_a_dot_from_a_filter_before_they_reach_us(stage: Door) -> None:
    found = stage.saw("finding_where_someone_is")
    asked = [dict(one.query).get("Identity") for one in stage.asked("finding_where_someone_is")]
    assert "user" in asked
    assert "user.42" not in asked
    assert found["with_a_digit"] == []


def test_it_refuses_credentials_of_symbols_itself(stage: Door) -> None:
    assert stage.saw("being_refused")["credentials_of_symbols"] == 21224
    assert all(one.account != "ACstrange" for one in stage.asked_by_anyone)


def test_an_unknown_word_shows_in_its_own_error(stage: Door) -> None:
    shown = stage.saw("being_refused")["bad_level"]
    assert (shown["status"], shown["code"]) == (400, 50210)


def test_its_lock_pins_every_module(library: str) -> None:
    wanted = (PROGRAM / "go.mod").read_text()
    asked = re.findall(r"^(?:require|\t)\s*(\S+) (v\S+)", wanted, re.MULTILINE)
    pinned = (PROGRAM / "go.sum").read_text()
    assert [name for name, _ in asked if "twilio" in name] == ["github.com/twilio/twilio-go"]
    for name, version in asked:
        assert re.search(rf"^{re.escape(name)} {re.escape(version)} h1:", pinned, re.MULTILINE)
