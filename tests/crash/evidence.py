"""What a database holds, and whether that is what was promised."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from crash.load import Fact, Ledger

Event = tuple[str, dict[str, Any]]  # kind, and the thing

# What tells a thing apart for its maker, before it has a SID.
_NAMED_BY = {"message": "body", "participant": "identity", "conversation": "unique_name"}


@contextmanager
def reading(file: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(5000)
    try:
        yield connection
    finally:
        connection.close()


def events(connection: apsw.Connection) -> list[Event]:
    rows = connection.execute("SELECT kind, payload FROM events ORDER BY sid")
    return [(kind, json.loads(payload)) for kind, payload in rows]


def assert_sound(connection: apsw.Connection) -> None:
    """The file is whole, and every reference in it leads somewhere."""
    assert connection.execute("PRAGMA integrity_check").get == "ok"
    assert list(connection.execute("PRAGMA foreign_key_check")) == []


def replayed(happened: list[Event]) -> dict[str, dict[str, Any]]:
    """The things that there are after these events, by SID."""
    there: dict[str, dict[str, Any]] = {}
    inside: dict[str, list[str]] = {}  # conversation to what was ever in it
    for kind, thing in happened:
        if kind.endswith(".removed"):
            del there[thing["sid"]]
            for sid in inside.pop(thing["sid"], ()):
                there.pop(sid, None)
        else:
            there[thing["sid"]] = thing
        if kind in {"message.added", "participant.added"}:
            inside.setdefault(thing["conversation_sid"], []).append(thing["sid"])
    return there


def assert_tables_are_what_the_outbox_tells(
    connection: apsw.Connection, happened: list[Event]
) -> None:
    there = replayed(happened)
    for table, prefix, columns in (
        ("messages", "IM", {"message_index": "index", "body": "body"}),
        ("users", "US", {"identity": "identity"}),
        (
            "participants",
            "MB",
            {
                "identity": "identity",
                "notification_level": "notification_level",
                "last_read_message_index": "last_read_message_index",
            },
        ),
        ("conversations", "CH", {"unique_name": "unique_name"}),
    ):
        rows = connection.execute(f"SELECT sid, {', '.join(columns)} FROM {table}")
        told = {sid: t for sid, t in there.items() if sid.startswith(prefix)}
        assert {sid: tuple(values) for sid, *values in rows} == {
            sid: tuple(thing[field] for field in columns.values()) for sid, thing in told.items()
        }, table


def assert_indexes_have_no_gap(connection: apsw.Connection, happened: list[Event]) -> None:
    """Each index was given out once, in order, and the counters know of all of them."""
    given: dict[str, list[int]] = {}
    removed: Counter[str] = Counter()
    for kind, thing in happened:
        if kind == "message.added":
            given.setdefault(thing["conversation_sid"], []).append(thing["index"])
        elif kind == "message.removed":
            removed[thing["conversation_sid"]] += 1
    for talk, indexes in given.items():
        assert indexes == list(range(len(indexes))), talk
    counted = "SELECT sid, next_message_index, messages_deleted FROM conversations"
    for talk, following, deleted in connection.execute(counted):
        assert (following, deleted) == (len(given.get(talk, [])), removed[talk]), talk


def _fact(kind: str, thing: dict[str, Any]) -> Fact:
    if kind != "participant.updated":
        return Fact(kind, thing["sid"])
    return Fact(kind, thing["sid"], (thing["last_read_message_index"], thing["notification_level"]))


def _as_asked(kind: str, thing: dict[str, Any]) -> Fact:
    """The same change as its writer named it before the answer."""
    noun, _, verb = kind.partition(".")
    fact = _fact(kind, thing)
    return fact._replace(about=thing[_NAMED_BY[noun]]) if verb == "added" else fact


def assert_promises_are_kept(ledger: Ledger, happened: list[Event]) -> None:
    """One event for each acknowledged change, in order; others only for what was under way."""
    told = [(kind, thing) for kind, thing in happened if not kind.startswith(("user", "service"))]
    facts = [_fact(kind, thing) for kind, thing in told]
    # Only the same state set twice is the same fact twice.
    missing = Counter(ledger.promised())
    missing.subtract(facts)
    assert not +missing, "acknowledged and lost"
    surplus = +Counter({fact: -count for fact, count in missing.items()})
    allowed = Counter(ledger.under_way.values())
    for kind, thing in told:
        if surplus[_fact(kind, thing)]:
            surplus[_fact(kind, thing)] -= 1
            allowed[_as_asked(kind, thing)] -= 1
    assert not -allowed, "what nobody asked for"
    users = Counter(thing["identity"] for kind, thing in happened if kind == "user.added")
    assert set(users.values()) <= {1}
    _assert_in_order(ledger, facts)


def _assert_in_order(ledger: Ledger, facts: list[Fact]) -> None:
    places: dict[Fact, list[int]] = {}
    for place, fact in enumerate(facts):
        places.setdefault(fact, []).append(place)
    for name, promised in ledger.acknowledged.items():
        reached = -1
        for fact in promised:
            reached = next((p for p in places[fact] if p > reached), -1)
            assert reached >= 0, (name, fact)


def recounted(connection: apsw.Connection) -> dict[tuple[str, str], int | None]:
    """The unread count of each user in each conversation, message by message."""
    rows = connection.execute(
        """SELECT p.identity, p.conversation_sid, CASE WHEN p.last_read_message_index IS NULL
            THEN NULL ELSE (SELECT count(*) FROM messages m
                WHERE m.conversation_sid = p.conversation_sid
                AND m.message_index > p.last_read_message_index) END
        FROM participants p"""
    )
    return {(identity, talk): count for identity, talk, count in rows}


def complaints(stderr: str) -> list[str]:
    """What a server wrote to stderr, but for lines that say nothing is wrong."""
    return [line for line in stderr.splitlines() if re.search(r"ERROR|Traceback|WARN", line)]
