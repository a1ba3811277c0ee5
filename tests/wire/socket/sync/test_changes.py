"""What events change: in which objects, and the least that has to be told of many changes."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from domain.scenes import payload, talk
from partywire.domain import messages
from partywire.domain.call import Call
from partywire.model.events import EventKind
from partywire.model.messages import MessageChanges
from partywire.model.presences import Reached
from partywire.model.sync import Removal, SyncObject
from partywire.wire.socket.sync import changes
from partywire.wire.socket.sync.changes import Change
from partywire.wire.socket.sync.contents import ReachabilityData, ValueData
from storage import rows

ROOM = rows.conversation(1).sid
ANN = rows.user(1).sid

# What happens to a few items: an item is added, updated any number of times, and removed.
acts = st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30)


def history(told: list[tuple[int, bool]]) -> list[Change]:
    """What happens, in order: an item that is there changes or goes, one that is not comes."""
    there: set[int] = set()
    found = []
    for number, (key, goes) in enumerate(told, 1):
        how = "added" if key not in there else "removed" if goes else "updated"
        (there.discard if how == "removed" else there.add)(key)
        found.append(Change(number, number, how, key, ValueData(str(number))))  # type: ignore[arg-type]
    return found


class Items(dict[int, tuple[int, object]]):
    """A client's copy of a map or list."""

    def apply(self, told: list[Change]) -> None:
        for change in told:
            assert isinstance(change.key, int)
            known = self.get(change.key)
            if known is not None and change.id <= known[0]:
                continue
            if change.how == "removed":
                self.pop(change.key, None)
                continue
            if known is None:
                # The SDK tells its app of an item only if it is said to be a new one.
                assert change.how == "added"
            self[change.key] = (change.id, change.data)


@given(acts, st.integers(0, 30))
def test_what_is_collapsed_leads_to_the_same(told: list[tuple[int, bool]], after: int) -> None:
    whole = history(told)
    expected, copy = Items(), Items()
    expected.apply(whole)
    copy.apply(whole[:after])
    replayed = changes.collapsed(whole[after:])
    copy.apply(replayed)
    assert copy == expected
    assert [each.id for each in replayed] == sorted({each.id for each in replayed})
    kinds = [(each.key, each.how == "removed") for each in replayed]
    assert len(set(kinds)) == len(kinds)


@given(acts, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_who_read_a_later_state_and_is_told_more_has_it_right_in_the_end(
    told: list[tuple[int, bool]], after: int, ahead: int, until: int
) -> None:
    whole = history(told)
    expected, copy = Items(), Items()
    expected.apply(whole)
    copy.apply(whole[: after + ahead])
    # What a read says of an item is not that it is as new as it is.
    for key, (position, data) in copy.items():
        copy[key] = (min(position, after), data)
    until = max(until, after)
    copy.apply(changes.collapsed(whole[after:until]))
    copy.apply(whole[until:])
    assert {key: data for key, (_, data) in copy.items()} == {
        key: data for key, (_, data) in expected.items()
    }


def test_what_was_removed_and_added_again_is_told_as_both() -> None:
    gone, back = Change(1, 1, "removed", 1), Change(2, 2, "added", 1)
    later, again = Change(3, 3, "updated", 1), Change(3, 3, "removed", 1)
    assert changes.collapsed([gone, back, later]) == [gone, Change(3, 3, "added", 1)]
    assert changes.collapsed([gone, back, again]) == [again]


def test_the_end_of_an_object_is_all_there_is_to_tell_of_it() -> None:
    gone = Change(3, 3, "removed")
    assert changes.collapsed([Change(1, 1, "added", 1), Change(2, 2, "added", 2), gone]) == [gone]


def test_every_kind_of_event_is_known() -> None:
    silent = {"service.added", "service.removed", "webhook.added", "conversation.state_updated"}
    for kind in get_args(EventKind):
        of = {"user_sid": ANN} if kind.startswith("user.") else {"conversation_sid": ROOM}
        found = changes.touched(rows.event(1, kind=kind, **of))
        assert bool(found) == (kind not in silent), kind


def test_a_participant_is_in_two_maps() -> None:
    event = rows.event(1, kind="participant.added", conversation_sid=ROOM, user_sid=ANN)
    assert changes.touched(event) == [SyncObject("roster", ROOM), SyncObject("conversations", ANN)]
    event = rows.event(1, kind="participant.added", conversation_sid=ROOM)
    assert changes.touched(event) == [SyncObject("roster", ROOM)]


async def of(call: Call, thing: SyncObject, *events: object) -> list[Change]:
    return await changes.of_events(call.resources, call.service_sid, thing, list(events))  # type: ignore[arg-type]


async def test_who_showed_as_a_number_only_comes_into_their_map_of_conversations(
    call: Call,
) -> None:
    person = rows.participant(1, messaging_type="sms", address="+1", projected_address="+2")
    event = rows.event(1, kind="participant.updated", payload=payload(person), position=7)
    (change,) = await of(call, SyncObject("conversations", ANN), event)
    assert (change.id, change.how, change.key) == (7, "added", person.conversation_sid)
    (change,) = await of(call, SyncObject("roster", ROOM), event)
    assert (change.how, change.key) == ("updated", person.sid)


async def test_a_user_who_is_gone(call: Call) -> None:
    event = rows.event(1, kind="user.removed", payload=payload(rows.user(1)), position=7)
    (change,) = await of(call, SyncObject("info", ANN), event)
    assert (change.how, change.key) == ("removed", None)


async def test_a_user_who_changed(call: Call) -> None:
    event = rows.event(1, kind="user.updated", payload=payload(rows.user(1)), position=7)
    found = await of(call, SyncObject("info", ANN), event)
    assert [(each.key, each.how) for each in found] == [
        ("attributes", "updated"),
        ("friendlyName", "updated"),
    ]


async def test_a_user_who_came(call: Call) -> None:
    told = payload(Reached(ANN, is_online=True, is_notifiable=False))
    event = rows.event(1, kind="user.reached", payload=told, position=7, user_sid=ANN)
    (change,) = await of(call, SyncObject("info", ANN), event)
    assert (change.id, change.how, change.key) == (7, "updated", "reachability")
    assert change.data == ReachabilityData(online=True, notifiable=False)
    assert changes.touched(event) == [SyncObject("info", ANN)]


async def test_a_receipt_shows_on_its_message_as_that_is_now(call: Call) -> None:
    room = await talk(call, messages_posted=1)
    said = await messages.create(call, room.sid, MessageChanges(body="x"))
    receipt = rows.receipt(1, message_sid=said.sid, conversation_sid=room.sid)
    other = rows.receipt(2, message_sid="IM1", conversation_sid=room.sid)
    events = [
        rows.event(number, kind="receipt.updated", payload=payload(each), position=number)
        for number, each in ((5, receipt), (6, receipt), (7, other))
    ]
    (change,) = await of(call, SyncObject("messages", room.sid), *events)
    assert (change.id, change.how, change.key) == (6, "updated", 1)


async def test_a_document_changes_once_however_much_happened(call: Call) -> None:
    room = await talk(call, messages_posted=1)
    thing = SyncObject("conversation", room.sid)
    events = [rows.event(number, kind="message.added", position=number) for number in (5, 6)]
    (change,) = await of(call, thing, *events)
    assert (change.id, change.how, change.key) == (6, "updated", None)
    assert await of(call, SyncObject("conversation", ROOM), *events) == []
    assert await of(call, thing) == []


def test_a_conversation_that_is_gone_leaves_the_map() -> None:
    assert changes.of_removals([Removal(3, ROOM)], 9) == [Change(3, 9, "removed", ROOM)]
