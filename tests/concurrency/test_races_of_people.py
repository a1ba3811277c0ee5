"""One node stops amid a change to people, another one does something that depends on it."""

from msgspec.structs import replace

from concurrency.stepping import Act, Nodes, succeeded
from partywire import errors
from partywire.config import Limits
from partywire.domain import (
    conversation_with_participants,
    conversations,
    messages,
    participants,
    user_conversations,
    users,
)
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges

JOINED = "INSERT INTO participants"


async def talk(call: Call, *identities: str) -> str:
    sid = (await conversations.create(call, ConversationChanges())).sid
    for identity in identities:
        await participants.create(call, sid, NewParticipant(identity=identity))
    return sid


def joins(sid: str, identity: str) -> Act:
    return lambda call: participants.create(call, sid, NewParticipant(identity=identity))


def limited(nodes: Nodes, **limits: int) -> Nodes:
    """The same nodes with narrower limits."""
    for name in ("one", "two"):
        call: Call = getattr(nodes, name)
        config = replace(call.resources.config, limits=Limits(**limits))
        narrow = replace(call, resources=replace(call.resources, config=config))
        setattr(nodes, name, narrow)
    return nodes


async def test_nobody_gets_into_more_conversations_than_they_may(nodes: Nodes) -> None:
    limited(nodes, conversations_per_user=2)
    await talk(nodes.one, "ann")
    here, there = await talk(nodes.one), await talk(nodes.one)

    first, second = await nodes.race(joins(here, "ann"), JOINED, joins(there, "ann"))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.TooManyConversationsForUser)


async def test_no_conversation_gets_more_participants_than_it_may(nodes: Nodes) -> None:
    limited(nodes, participants_per_conversation=1)
    here = await talk(nodes.one)

    first, second = await nodes.race(joins(here, "ann"), JOINED, joins(here, "bob"))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.TooManyParticipants)


async def test_who_is_new_to_the_service_becomes_one_user_in_two_conversations(
    nodes: Nodes,
) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)

    outcomes = await nodes.race(joins(here, "ann"), "INSERT INTO users", joins(there, "ann"))

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*) FROM users") == [(1,)]


async def test_a_user_who_is_deleted_while_they_join_leaves_the_conversation_too(
    nodes: Nodes,
) -> None:
    here, there = await talk(nodes.one, "ann"), await talk(nodes.one)

    outcomes = await nodes.race(joins(there, "ann"), JOINED, lambda call: users.delete(call, "ann"))

    # What the outbox tells of the participants is compared with the table for every race.
    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*) FROM participants") == [(0,)]
    assert (await conversations.fetch(nodes.one, here)).sid == here


async def test_who_joins_while_they_are_deleted_begins_anew(nodes: Nodes) -> None:
    here, there = await talk(nodes.one, "ann"), await talk(nodes.one)
    before = await users.fetch(nodes.one, "ann")

    outcomes = await nodes.race(
        lambda call: users.delete(call, "ann"), "DELETE FROM participants", joins(there, "ann")
    )

    assert succeeded(*outcomes) == [True, True]
    after = await users.fetch(nodes.one, "ann")
    assert after.sid != before.sid
    assert nodes.rows("SELECT conversation_sid FROM participants") == [(there,)]
    assert here != there


async def test_people_named_in_another_order_do_not_wait_for_each_other(nodes: Nodes) -> None:
    await talk(nodes.one, "ann", "bob")

    def make(*identities: str) -> Act:
        people = [NewParticipant(identity=identity) for identity in identities]
        changes = ConversationChanges()
        return lambda call: conversation_with_participants.create(call, changes, people)

    outcomes = await nodes.race(make("ann", "bob"), "FROM users", make("bob", "ann"))

    assert succeeded(*outcomes) == [True, True]


async def test_a_horizon_and_a_mute_at_once_are_both_kept(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")

    outcomes = await nodes.race(
        lambda call: participants.update(
            call, here, "ann", ParticipantChanges(last_read_message_index=7)
        ),
        "FOR NO KEY UPDATE",
        lambda call: user_conversations.update(
            call, "ann", here, UserConversationChanges(notification_level="muted")
        ),
    )

    assert succeeded(*outcomes) == [True, True]
    query = "SELECT last_read_message_index, notification_level FROM participants"
    assert nodes.rows(query) == [(7, "muted")]


async def test_a_mute_and_a_horizon_at_once_are_both_kept(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")

    outcomes = await nodes.race(
        lambda call: user_conversations.update(
            call, "ann", here, UserConversationChanges(notification_level="muted")
        ),
        "UPDATE participants",
        lambda call: participants.update(
            call, here, "ann", ParticipantChanges(last_read_message_index=7)
        ),
    )

    assert succeeded(*outcomes) == [True, True]
    query = "SELECT last_read_message_index, notification_level FROM participants"
    assert nodes.rows(query) == [(7, "muted")]


async def test_who_is_removed_while_they_read_is_gone_after_they_read(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")

    outcomes = await nodes.race(
        lambda call: user_conversations.update(
            call, "ann", here, UserConversationChanges(last_read_message_index=0)
        ),
        "UPDATE participants",
        lambda call: participants.delete(call, here, "ann"),
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT count(*) FROM participants") == [(0,)]


async def test_two_changes_of_a_user_are_both_kept(nodes: Nodes) -> None:
    await talk(nodes.one, "ann")

    def renames(**changes: str) -> Act:
        return lambda call: users.update(call, "ann", UserChanges(**changes))

    outcomes = await nodes.race(
        renames(friendly_name="Ann"), "FOR NO KEY UPDATE", renames(attributes='{"a":1}')
    )

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT friendly_name, attributes FROM users") == [("Ann", '{"a":1}')]


async def test_a_deletion_is_counted_for_each_message(nodes: Nodes) -> None:
    here = await talk(nodes.one, "ann")
    posted = [await messages.create(nodes.one, here, MessageChanges(body="x")) for _ in range(3)]
    seen = UserConversationChanges(last_read_message_index=0)
    await user_conversations.update(nodes.one, "ann", here, seen)

    def deletes(number: int) -> Act:
        return lambda call: messages.delete(call, here, posted[number].sid)

    outcomes = await nodes.race(deletes(1), "DELETE FROM messages", deletes(2))

    assert succeeded(*outcomes) == [True, True]
    left = await user_conversations.fetch(nodes.two, "ann", here)
    assert user_conversations.unread_messages_count(left) == 0


async def test_a_message_is_deleted_once(nodes: Nodes) -> None:
    here = await talk(nodes.one)
    sid = (await messages.create(nodes.one, here, MessageChanges(body="x"))).sid

    def delete(call: Call) -> object:
        return messages.delete(call, here, sid)

    first, second = await nodes.race(delete, "DELETE FROM messages", delete)

    assert succeeded(first) == [True]
    assert isinstance(second, errors.NotFound)
