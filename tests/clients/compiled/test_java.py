"""What is Java's own, among the libraries."""

import re
from xml.etree import ElementTree as ET

import pytest

from clients.compiled.stage import Door, each
from clients.java_runtime import PROGRAM, locked

pytestmark = pytest.mark.parametrize("library", ["java"], indirect=True, scope="session")


def test_it_signs_in_with_what_exec_gave_it(account: Door) -> None:
    saw = account.saw("signing_in")
    assert re.fullmatch(r"AC[0-9a-f]{32}", saw["as"])
    assert saw["made"]["account_sid"] == saw["as"]
    assert saw["fetched"] == saw["made"]


def test_dates_arrive_without_a_zone_and_count_as_utc(account: Door) -> None:
    sent = [
        dict(one.form)["DateCreated"]
        for one in account.asked("keeping_conversations")
        if "DateCreated" in dict(one.form)
    ]
    assert sent == ["2024-02-29T12:30:15"]


def test_digits_after_a_dot_stay_in_a_filter(stage: Door) -> None:
    found = stage.saw("finding_where_someone_is")["with_a_digit"]
    assert each("participant_identity", found) == ["user.42"] * 5


def test_its_lock_holds_the_version_that_it_asks_for(library: str) -> None:
    asked = ET.parse(PROGRAM / "pom.xml").getroot().findall("dependencies/dependency")
    [(name, version)] = [(one.findtext("artifactId"), one.findtext("version")) for one in asked]
    assert f"{name}-{version}.jar" in locked()
    assert all(re.fullmatch(r"[0-9a-f]{64}", told) for told in locked().values())
