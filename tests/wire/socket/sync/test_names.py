"""Names and SIDs of Sync's objects follow from their owners' SIDs."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire import sids
from partywire.clock import SystemClock
from partywire.model.sync import Content, SyncObject
from partywire.wire.socket.sync import names

MINE = "US" + "0" * 31 + "1"
OTHER = "US" + "0" * 31 + "2"
ROOM = "CH" + "0" * 31 + "1"

digits = st.text("0123456789abcdef", min_size=31, max_size=31).map(lambda text: "0" + text)
things = st.builds(
    lambda content, tail: SyncObject(content, names._OWNERS[content] + tail),
    st.sampled_from(get_args(Content)),
    digits,
)


@given(things)
def test_an_object_is_found_by_its_sid(thing: SyncObject) -> None:
    sid = names.sid_of(thing)
    assert sids.is_sid(sid, sid[:2])
    assert names.of_sid(sid) == thing
    assert names.find(names.type_of(thing), sid, MINE, "ann") == thing


@given(things, things)
def test_no_two_objects_have_the_same_sid(one: SyncObject, other: SyncObject) -> None:
    assert (names.sid_of(one) == names.sid_of(other)) == (one == other)


@given(things.filter(lambda thing: thing.content != "conversations"))
def test_an_object_is_found_by_its_name(thing: SyncObject) -> None:
    name = names.name_of(thing, "ann")
    assert names.find(names.type_of(thing), name, MINE, "ann") == thing


def test_a_map_of_conversations_is_found_by_its_owner_s_identity_only() -> None:
    mine = SyncObject("conversations", MINE)
    assert names.name_of(mine, "ann") == "ann.channels"
    assert names.find("map", "ann.channels", MINE, "ann") == mine
    assert names.find("map", "ben.channels", MINE, "ann") is None
    assert names.find("map", ".channels", MINE, "ann") is None


@pytest.mark.parametrize("identity", [f"{ROOM}.roster", "a.channels", "ä/b %", ".", "MP"])
def test_any_identity_will_do(identity: str) -> None:
    found = names.find("map", names.conversations(identity), MINE, identity)
    assert found == SyncObject("conversations", MINE)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("document", f"{ROOM}.roster"),
        ("map", f"{ROOM}.channel"),
        ("list", f"{ROOM}.roster"),
        ("map", f"{OTHER}.roster"),
        ("map", f"{ROOM}.info"),
        ("document", "ET" + "0" * 31),
        ("document", "ET" + "5" * 32),
        ("map", "MP" + "0" * 32),
        ("list", "ET" + "0" * 32),
        ("map", "MP1" + "z" * 31),
        ("map", ""),
        ("list", ".messages"),
        ("document", "CHx.channel"),
    ],
)
def test_what_is_no_name_is_not_found(kind: names.Type, key: str) -> None:
    assert names.find(kind, key, MINE, "ann") is None


def test_the_shape_of_names_is_that_of_the_real_service() -> None:
    assert names.conversation(ROOM) == f"{ROOM}.channel"
    assert names.messages(ROOM) == f"{ROOM}.messages"
    assert names.roster(ROOM) == f"{ROOM}.roster"
    assert names.info(OTHER) == f"{OTHER}.info"


def test_every_sid_that_is_made_leaves_room_for_the_kind_of_map() -> None:
    assert sids.Mint(SystemClock()).sid(sids.USER)[2] == "0"
