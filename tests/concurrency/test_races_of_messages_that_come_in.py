"""One node stops as a message comes in; another takes in the next, or changes the pair."""

from concurrency.stepping import Act, Nodes, succeeded
from concurrency.test_races_for_addresses import PAIR, PHONE, PROXY, closes, joins, leaves
from concurrency.test_races_of_people import talk
from partywire import errors, sids
from partywire.domain import addresses, conversations, inbound, participants, receipts
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.addresses import AddressChanges, AutoCreationChanges
from storage import rows

SAID = "INSERT INTO messages"


def writes(body: str) -> Act:
    return lambda call: until_done(inbound.receive, call, Incoming(PHONE, PROXY, body))


async def configure(call: Call) -> None:
    creation = AutoCreationChanges(enabled=1)
    await addresses.create(call, "sms", PROXY, AddressChanges(), creation)


def bodies(nodes: Nodes) -> list[tuple[str, str]]:
    return nodes.rows("SELECT conversation_sid, body FROM messages ORDER BY message_index")


async def test_two_messages_from_somebody_new_begin_one_conversation(nodes: Nodes) -> None:
    await configure(nodes.one)
    for stop in ("INSERT INTO conversations", "INSERT INTO address_pairs", SAID):
        nodes_before = len(bodies(nodes))
        outcomes = await nodes.race(writes("one"), stop, writes("two"))
        assert succeeded(*outcomes) == [True, True]
        one, two = outcomes
        assert one.conversation_sid == two.conversation_sid
        assert {one.index, two.index} == {0, 1}
        assert len(bodies(nodes)) == nodes_before + 2
        await closes(one.conversation_sid)(nodes.one)
    assert nodes.rows("SELECT count(*) FROM conversations") == [(3,)]


async def test_what_comes_in_while_its_conversation_closes_begins_another_one(
    nodes: Nodes,
) -> None:
    await configure(nodes.one)
    here = await talk(nodes.one)
    await participants.create(nodes.one, here, PAIR)

    outcomes = await nodes.race(closes(here), "DELETE FROM address_pairs", writes("late"))

    assert succeeded(*outcomes) == [True, True]
    assert outcomes[1].conversation_sid != here
    assert nodes.rows("SELECT conversation_sid FROM address_pairs") == [
        (outcomes[1].conversation_sid,)
    ]


async def test_what_comes_in_before_its_conversation_closes_is_in_it(nodes: Nodes) -> None:
    here = await talk(nodes.one)
    await participants.create(nodes.one, here, PAIR)

    outcomes = await nodes.race(writes("in time"), "UPDATE conversations", closes(here))

    assert succeeded(*outcomes) == [True, True]
    assert bodies(nodes) == [(here, "in time")]
    assert (await conversations.fetch(nodes.one, here)).state == "closed"


async def test_what_comes_in_while_its_author_leaves_is_refused(nodes: Nodes) -> None:
    here = await talk(nodes.one)
    ann = await participants.create(nodes.one, here, PAIR)

    first, second = await nodes.race(leaves(ann), "DELETE FROM participants", writes("late"))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.BadRequest)
    assert bodies(nodes) == []


async def test_somebody_new_and_their_joining_elsewhere_are_one_pair(nodes: Nodes) -> None:
    await configure(nodes.one)
    here = await talk(nodes.one)

    outcomes = await nodes.race(joins(here, PAIR), "INSERT INTO address_pairs", writes("hello"))

    assert succeeded(*outcomes) == [True, True]
    assert bodies(nodes) == [(here, "hello")]


async def test_of_two_ends_that_are_told_at_once_one_is_true(nodes: Nodes) -> None:
    sent = await _sent(nodes.one)

    def says(status: str) -> Act:
        return lambda call: receipts.update_status(call, sent, status)  # type: ignore[arg-type]

    one, two = await nodes.race(says("failed"), "UPDATE receipts", says("read"))

    assert (one.status, two.status) == ("failed", "failed")
    assert nodes.rows("SELECT delivery FROM messages") == [('{"failed":1}',)]


async def test_two_ways_of_one_message_are_both_counted(nodes: Nodes) -> None:
    first = await _sent(nodes.one)
    (message,) = nodes.rows("SELECT conversation_sid, sid FROM messages")
    second = await _sent(nodes.one, message)

    def says(sid: str) -> Act:
        return lambda call: receipts.update_status(call, sid, "read")

    outcomes = await nodes.race(says(first), "UPDATE receipts", says(second))

    assert succeeded(*outcomes) == [True, True]
    assert nodes.rows("SELECT delivery FROM messages") == [('{"read":2}',)]


async def _sent(call: Call, message: tuple[str, str] | None = None) -> str:
    """A channel message that a receipt is about; of a new message if none is given."""
    if message is None:
        here = await talk(call)
        await participants.create(call, here, PAIR)
        said = await inbound.receive(call, Incoming(PHONE, PROXY, "hello"))
        message = (here, said.sid)
    receipt = rows.receipt(
        sid=call.sid(sids.RECEIPT),
        service_sid=call.service_sid,
        conversation_sid=message[0],
        message_sid=message[1],
        channel_message_sid=call.sid(sids.SMS),
    )
    async with call.database.transaction() as transaction:
        await receipts.begin(call, transaction, receipt, "sent", 0)
        await receipts.sum_up(call, transaction, *message)
    return receipt.channel_message_sid
