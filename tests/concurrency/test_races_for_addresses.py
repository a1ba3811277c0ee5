"""One node stops amid a change to addresses, another one wants them or lets go of them."""

from concurrency.stepping import Act, Nodes, succeeded
from concurrency.test_races_of_people import talk
from partywire import errors
from partywire.domain import (
    conversation_with_participants,
    conversations,
    messages,
    participants,
    users,
)
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, Participant, ParticipantChanges

PHONE, OTHER_PHONE, PROXY, OTHER_PROXY = "+15550001", "+15550002", "+15550100", "+15550101"
TOOK_PAIR, TOOK_GROUP = "INSERT INTO address_pairs", "INSERT INTO address_groups"
PAIR = NewParticipant(address=PHONE, proxy_address=PROXY)


def joins(sid: str, new: NewParticipant) -> Act:
    return lambda call: participants.create(call, sid, new)


def leaves(participant: Participant) -> Act:
    return lambda call: participants.delete(call, participant.conversation_sid, participant.sid)


def changes(participant: Participant, **given: str | None) -> Act:
    here, sid, wanted = participant.conversation_sid, participant.sid, ParticipantChanges(**given)
    return lambda call: participants.update(call, here, sid, wanted)


def closes(sid: str) -> Act:
    return lambda call: conversations.update(call, sid, ConversationChanges(state="closed"))


async def group(call: Call, *phones: str) -> tuple[str, Participant]:
    """A Group MMS of Ann, who shows as our number, and these numbers."""
    sid = await talk(call)
    shown = NewParticipant(identity="ann", projected_address=PROXY)
    ann = await participants.create(call, sid, shown)
    for phone in phones:
        await participants.create(call, sid, NewParticipant(address=phone))
    return sid, ann


def assert_held(nodes: Nodes, sid: str) -> None:
    assert nodes.rows("SELECT conversation_sid FROM address_pairs") == [(sid,)]


async def test_a_pair_that_is_let_go_while_it_is_asked_for_is_had_by_who_is_told_so(
    nodes: Nodes,
) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    holder = await participants.create(nodes.one, here, PAIR)

    first, second = await nodes.race(joins(there, PAIR), TOOK_PAIR, leaves(holder))

    # Neither is it nobody's nor two's, which is compared for every race.
    assert succeeded(second) == [True]
    assert isinstance(first, errors.PairTaken)


async def test_a_pair_is_had_by_who_asks_while_its_holder_is_leaving(nodes: Nodes) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    holder = await participants.create(nodes.one, here, PAIR)

    outcomes = await nodes.race(leaves(holder), "DELETE FROM participants", joins(there, PAIR))

    assert succeeded(*outcomes) == [True, True]
    assert_held(nodes, there)


async def test_a_pair_is_had_by_who_asks_while_its_conversation_is_closing(nodes: Nodes) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    await participants.create(nodes.one, here, PAIR)

    outcomes = await nodes.race(closes(here), "DELETE FROM address_pairs", joins(there, PAIR))

    assert succeeded(*outcomes) == [True, True]
    assert_held(nodes, there)


async def test_nobody_takes_a_pair_for_a_conversation_that_is_closing(nodes: Nodes) -> None:
    here = await talk(nodes.one)

    first, second = await nodes.race(closes(here), "UPDATE conversations", joins(here, PAIR))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.ConversationClosed)


async def test_pairs_named_in_another_order_do_not_wait_for_each_other(nodes: Nodes) -> None:
    other = NewParticipant(address=OTHER_PHONE, proxy_address=PROXY)

    def make(*people: NewParticipant) -> Act:
        blank = ConversationChanges()
        return lambda call: conversation_with_participants.create(call, blank, list(people))

    first, second = await nodes.race(make(PAIR, other), TOOK_PAIR, make(other, PAIR))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.PairTaken)


async def test_a_group_is_had_once(nodes: Nodes) -> None:
    here, _ = await group(nodes.one)
    there, _ = await group(nodes.one)
    number = NewParticipant(address=PHONE)

    first, second = await nodes.race(joins(here, number), TOOK_GROUP, joins(there, number))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.GroupTaken)


async def test_a_group_that_is_let_go_while_it_is_asked_for_is_had_by_who_is_told_so(
    nodes: Nodes,
) -> None:
    here, ann = await group(nodes.one, PHONE)
    there, _ = await group(nodes.one)

    first, second = await nodes.race(
        joins(there, NewParticipant(address=PHONE)), TOOK_GROUP, leaves(ann)
    )

    assert succeeded(second) == [True]
    assert isinstance(first, errors.GroupTaken)
    assert here != there


async def test_who_leaves_a_group_and_who_changes_in_it_do_not_wait_for_each_other(
    nodes: Nodes,
) -> None:
    _, ann = await group(nodes.one, PHONE)

    first, second = await nodes.race(
        leaves(ann), "DELETE FROM participants", changes(ann, projected_address=OTHER_PROXY)
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.NotFound)


async def test_who_comes_into_a_group_while_they_leave_is_gone_from_it(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")
    ann = await participants.fetch(nodes.one, here, "ann")
    await participants.create(nodes.one, here, NewParticipant(address=PHONE))

    outcomes = await nodes.race(
        changes(ann, projected_address=PROXY), "UPDATE participants", leaves(ann)
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*) FROM address_groups") == [(0,)]


async def test_a_user_in_a_group_is_deleted_while_they_change_in_it(nodes: Nodes) -> None:
    _, ann = await group(nodes.one, PHONE)

    outcomes = await nodes.race(
        lambda call: users.delete(call, "ann"),
        "FROM users",
        changes(ann, projected_address=OTHER_PROXY),
    )

    assert succeeded(outcomes[0]) == [True]
    assert isinstance(outcomes[1], errors.NotFound)


async def test_a_user_who_comes_into_a_group_while_they_are_deleted_is_gone_from_it(
    nodes: Nodes,
) -> None:
    here = await talk(nodes.one, "ann")
    ann = await participants.fetch(nodes.one, here, "ann")
    await participants.create(nodes.one, here, NewParticipant(address=PHONE))

    outcomes = await nodes.race(
        changes(ann, projected_address=PROXY),
        "UPDATE participants",
        # To hold the conversation before the user, it begins again.
        lambda call: until_done(users.delete, call, "ann"),
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*) FROM address_groups") == [(0,)]


async def test_only_its_people_write_to_what_becomes_a_group(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")
    ann = await participants.fetch(nodes.one, here, "ann")

    first, second = await nodes.race(
        changes(ann, projected_address=PROXY),
        "UPDATE conversations",
        lambda call: messages.create(call, here, MessageChanges(body="x", author="eve")),
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.AuthorNotInGroup)


async def test_a_number_becomes_one_user_of_two_that_are_wanted(nodes: Nodes) -> None:
    here = await talk(nodes.one)
    shown = [
        await participants.create(nodes.one, here, NewParticipant(projected_address=proxy))
        for proxy in (PROXY, OTHER_PROXY)
    ]

    first, second = await nodes.race(
        changes(shown[0], identity="ann"), "UPDATE participants", changes(shown[1], identity="ann")
    )

    assert succeeded(first) == [True]
    assert isinstance(second, errors.ParticipantAlreadyExists)


async def test_a_number_that_becomes_a_user_and_their_joining_elsewhere_do_not_clash(
    nodes: Nodes,
) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    shown = await participants.create(nodes.one, here, NewParticipant(projected_address=PROXY))

    outcomes = await nodes.race(
        changes(shown, identity="ann"),
        "INSERT INTO users",
        joins(there, NewParticipant(identity="ann")),
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*), count(DISTINCT user_sid) FROM participants") == [(2, 1)]
