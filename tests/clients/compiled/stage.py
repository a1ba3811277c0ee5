"""A tour of a library that keeps no log, and what its tests say of things."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from clients.compiled.recorder import Asked
from clients.runs import Stage, Tour, base_of, is_date, refusal, why

ATTESTED = '{"motto": "¡Olé! 名前 ☕"}'
LEAP_DAY = "2024-02-29T12:30:15Z"
GONE = refusal(404, 20404)


def shows(thing: dict[str, Any], **fields: Any) -> None:
    """Asserts what is in these fields of a thing."""
    assert {name: thing[name] for name in fields} == fields


def is_new(thing: dict[str, Any]) -> bool:
    """Whether the library made dates of both, and both are the same."""
    made, updated = thing["date_created"], thing["date_updated"]
    return is_date(made) and made == updated


def each(name: str, things: list[dict[str, Any]]) -> list[Any]:
    """One field of each."""
    return [thing[name] for thing in things]


def is_gone(saw: dict[str, Any]) -> bool:
    """Whether deleting was no error, and what was deleted is not found afterwards."""
    return saw["deleted"] is None and why(saw["gone"]) == GONE


class Played(Tour):
    """A tour whose requests were read where they arrived.

    Attributes:
        asked: all of them, in order.
    """

    def __init__(
        self, library: str, done: subprocess.CompletedProcess[str], asked: list[Asked]
    ) -> None:
        super().__init__(library, base_of("through exec", ""), done)
        self.asked = asked
        self.requests = {(one.method, one.path) for one in asked}
        self._accounts = {at: line["account"] for at, line in self._lines.items()}

    def asked_in(self, scenario: str, door: str) -> list[Asked]:
        """What a scenario asked at a door: each has an account of its own."""
        return [one for one in self.asked if one.account == self._accounts[scenario, door]]


class Door(Stage):
    """A stage that knows what was asked."""

    def __init__(self, played: Played, door: str) -> None:
        super().__init__(played, door)
        self._played = played

    def asked(self, scenario: str) -> list[Asked]:
        """What this scenario asked here."""
        return self._played.asked_in(scenario, self.door)

    @property
    def asked_by_anyone(self) -> list[Asked]:
        """What was asked in every scenario, and at both doors."""
        return self._played.asked

    def pages(self, scenario: str, list_path: str) -> int:
        """How often a list, whose path is a pattern, was asked for, or the next page of it."""
        wanted = re.compile(f".*{list_path}")
        return sum(
            one.method == "GET" and wanted.fullmatch(one.path) is not None
            for one in self.asked(scenario)
        )
