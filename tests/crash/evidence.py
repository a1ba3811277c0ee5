"""What a database holds, and whether that is what was promised."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import apsw

from crash.load import Fact, Ledger
from engines import Side
from partywire.domain.user_conversations import UNREAD_CAP

Event = tuple[str, dict[str, Any]]  # kind, and the thing

_STATE_UPDATED = "conversation.state_updated"

# What tells a thing apart for its maker, before it has a SID.
_NAMED_BY = {"message": "body", "participant": "identity", "conversation": "unique_name"}


# Of each table what its events carry, under the same names but for the one that is reserved.
_TOLD = {
    "messages": ("IM", ("index", "author", "body")),
    "users": ("US", ("identity", "friendly_name")),
    "participants": (
        "MB",
        (
            *("identity", "address", "proxy_address", "projected_address", "attributes"),
            *("notification_level", "last_read_message_index"),
        ),
    ),
    "conversations": ("CH", ("unique_name", "friendly_name", "state")),
}


def _columns(table: str, numbers: str) -> str:
    """SQL of the names of a foreign key's columns at one of its ends."""
    return f"""(SELECT array_agg(CAST(a.attname AS TEXT) ORDER BY k.place)
        FROM unnest(c.{numbers}) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.{table} AND a.attnum = k.number)"""


_REFERENCES = f"""
    SELECT c.conrelid::regclass::text, {_columns("conrelid", "conkey")},
        c.confrelid::regclass::text, {_columns("confrelid", "confkey")}
    FROM pg_constraint c WHERE c.contype = 'f'"""


class Rows(Protocol):
    """A database that is looked at from outside."""

    def execute(self, query: str, /) -> Iterable[tuple[Any, ...]]:
        """What the query answers."""


class PostgresqlRows:
    """A PostgreSQL database."""

    def __init__(self, side: Side, url: str) -> None:
        self._side, self._url = side, url

    def execute(self, query: str, /) -> list[tuple[Any, ...]]:
        return self._side.rows(self._url, query)


@contextmanager
def reading(file: Path) -> Iterator[apsw.Connection]:
    connection = apsw.Connection(str(file))
    connection.set_busy_timeout(5000)
    try:
        yield connection
    finally:
        connection.close()


def events(rows: Rows) -> list[Event]:
    """What happened, in an order that tells truly what came first of what shares a row."""
    found = rows.execute("SELECT kind, payload FROM events ORDER BY arrival")
    return [(kind, json.loads(payload)) for kind, payload in found]


def fed(rows: Rows) -> list[Event]:
    """What happened, in the order in which the feed tells it: each event has a place of its own."""
    found = list(rows.execute("SELECT position, kind, payload FROM events ORDER BY position"))
    assert [place for place, _, _ in found] == list(range(1, len(found) + 1))
    return [(kind, json.loads(payload)) for _, kind, payload in found]


def assert_sound(rows: Rows) -> None:
    """The file is whole, and every reference in it leads somewhere."""
    if isinstance(rows, apsw.Connection):
        assert rows.execute("PRAGMA integrity_check").get == "ok"
        assert list(rows.execute("PRAGMA foreign_key_check")) == []
        return
    references = list(rows.execute(_REFERENCES))
    assert references
    for table, columns, other, key in references:
        pairs = list(zip(columns, key, strict=True))
        given = " AND ".join(f"t.{column} IS NOT NULL" for column, _ in pairs)
        same = " AND ".join(f"o.{name} = t.{column}" for column, name in pairs)
        lost = f"""SELECT count(*) FROM {table} t WHERE {given}
            AND NOT EXISTS (SELECT 1 FROM {other} o WHERE {same})"""
        assert list(rows.execute(lost)) == [(0,)], (table, columns)


def replayed(happened: list[Event]) -> dict[str, dict[str, Any]]:
    """The things that there are after these events, by SID."""
    there: dict[str, dict[str, Any]] = {}
    inside: dict[str, list[str]] = {}  # conversation to what was ever in it
    for kind, thing in happened:
        if kind == _STATE_UPDATED:
            continue
        if kind.endswith(".removed"):
            del there[thing["sid"]]
            for sid in inside.pop(thing["sid"], ()):
                there.pop(sid, None)
        else:
            there[thing["sid"]] = thing
        if kind in {"message.added", "participant.added"}:
            inside.setdefault(thing["conversation_sid"], []).append(thing["sid"])
    return there


def assert_each_state_follows_from_the_one_before(happened: list[Event]) -> None:
    """Each change of a conversation's state is told, once, right after the conversation."""
    states: dict[str, str] = {}
    shown: dict[str, str] = {}
    for kind, thing in happened:
        if kind == _STATE_UPDATED:
            sid = thing["conversation_sid"]
            assert states[sid] == thing["state_from"] != thing["state_to"] == shown[sid], thing
            states[sid] = thing["state_to"]
        elif kind == "conversation.added":
            states[thing["sid"]] = shown[thing["sid"]] = thing["state"]
        elif kind in {"conversation.updated", "conversation.removed"}:
            shown[thing["sid"]] = thing["state"]
            if states[thing["sid"]] == "initializing":  # its birth goes on
                states[thing["sid"]] = thing["state"]
    assert states == shown


def assert_tables_are_what_the_outbox_tells(source: Rows, happened: list[Event]) -> None:
    assert_each_state_follows_from_the_one_before(happened)
    there = replayed(happened)
    for table, (prefix, fields) in _TOLD.items():
        columns = ("message_index" if field == "index" else field for field in fields)
        rows = source.execute(f"SELECT sid, {', '.join(columns)} FROM {table}")
        told = {sid: t for sid, t in there.items() if sid.startswith(prefix)}
        assert {sid: tuple(values) for sid, *values in rows} == {
            sid: tuple(thing[field] for field in fields) for sid, thing in told.items()
        }, table


def assert_files_are_their_messages(rows: Rows) -> None:
    """Each file is one message's, which tells of it; those of deleted messages are forgotten.

    But for deleted conversations: what is known of their files stays until the store is empty.
    """
    told: dict[str, str] = {}
    for sid, media in rows.execute("SELECT sid, media FROM messages WHERE media IS NOT NULL"):
        for each in json.loads(media):
            assert told.setdefault(each["sid"], sid) == sid
    known = """SELECT m.sid, m.message_sid FROM media m
        JOIN conversations c ON c.sid = m.conversation_sid"""
    assert dict(rows.execute(known)) == told  # type: ignore[arg-type]


def assert_indexes_have_no_gap(rows: Rows, happened: list[Event]) -> None:
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
    for talk, following, deleted in rows.execute(counted):
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
    # What follows from another change is nobody's fact of its own.
    besides = ("user", "service", _STATE_UPDATED)
    told = [(kind, thing) for kind, thing in happened if not kind.startswith(besides)]
    facts = [_fact(kind, thing) for kind, thing in told]
    # Only the same state set twice is the same fact twice.
    missing = Counter(ledger.promised())
    missing.subtract(facts)
    assert not +missing, "acknowledged and lost"
    surplus = +Counter({fact: -count for fact, count in missing.items()})
    allowed = Counter(ledger.under_way)
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


def recounted(rows: Rows) -> dict[tuple[str, str], int | None]:
    """The unread count of each user in each conversation, message by message, up to the cap."""
    found = rows.execute(
        """SELECT p.identity, p.conversation_sid, CASE WHEN p.last_read_message_index IS NULL
            THEN NULL ELSE (SELECT count(*) FROM messages m
                WHERE m.conversation_sid = p.conversation_sid
                AND m.message_index > p.last_read_message_index) END
        FROM participants p"""
    )
    return {
        (identity, talk): None if count is None else min(count, UNREAD_CAP)
        for identity, talk, count in found
    }


def complaints(stderr: str) -> list[str]:
    """What a server wrote to stderr, but for lines that say nothing is wrong."""
    return [line for line in stderr.splitlines() if re.search(r"ERROR|Traceback|WARN", line)]


# Whoever holds a role, and which; a service hands out three of its own.
_HOLDERS = """
    SELECT p.sid, c.service_sid, p.role_sid FROM participants p
        JOIN conversations c ON c.sid = p.conversation_sid WHERE p.role_sid IS NOT NULL
    UNION ALL SELECT sid, service_sid, role_sid FROM users
    UNION ALL SELECT sid, sid, default_conversation_creator_role_sid FROM services
    UNION ALL SELECT sid, sid, default_conversation_role_sid FROM services
    UNION ALL SELECT sid, sid, default_chat_service_role_sid FROM services"""
_OPEN_ADDRESSES = """
    SELECT s.account, p.address, p.proxy_address, p.projected_address, c.sid, p.sid
    FROM participants p JOIN conversations c ON c.sid = p.conversation_sid
    JOIN services s ON s.sid = c.service_sid
    WHERE c.state <> 'closed' AND p.messaging_type IS NOT NULL"""
_PAIRS = "SELECT account, address, proxy_address, conversation_sid, participant_sid"


def assert_every_role_that_is_held_is_there(rows: Rows) -> None:
    roles = set(rows.execute("SELECT service_sid, sid FROM roles"))
    assert [held for held in rows.execute(_HOLDERS) if held[1:] not in roles] == []


def assert_addresses_are_held_by_who_has_them(rows: Rows) -> None:
    """Each pair by its one participant; a group by a conversation that is this group."""
    pairs, groups = set(), {}
    for account, address, proxy, projected, talk, participant in rows.execute(_OPEN_ADDRESSES):
        if proxy is not None:
            pairs.add((account, address, proxy, talk, participant))
        else:
            groups.setdefault((account, talk), []).append((address, projected))
    assert set(rows.execute(f"{_PAIRS} FROM address_pairs")) == pairs
    held = "SELECT account, conversation_sid, addresses FROM address_groups"
    for account, talk, addresses in rows.execute(held):
        numbers = {number for pair in groups[account, talk] for number in pair if number}
        assert addresses == " ".join(sorted(numbers))
    flagged = "SELECT sid FROM conversations WHERE group_mms = 1 AND state <> 'closed'"
    assert {talk for (talk,) in rows.execute(flagged)} == {
        talk for (_, talk), people in groups.items() if any(projected for _, projected in people)
    }
