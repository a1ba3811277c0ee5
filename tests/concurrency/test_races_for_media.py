"""One node stops amid a message that takes a file, another one wants the file or the message."""

from concurrency.stepping import Act, Nodes, succeeded
from concurrency.test_races_of_people import talk
from domain.attached import known, uploaded
from partywire import errors
from partywire.domain import conversations, messages
from partywire.model.messages import MessageChanges

TAKEN = "UPDATE media"


def posts(room: str, *sids: str) -> Act:
    return lambda call: messages.create(call, room, MessageChanges(), sids)


async def test_of_two_messages_one_gets_the_file(nodes: Nodes) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    media = await uploaded(nodes.one)

    first, second = await nodes.race(posts(here, media.sid), TAKEN, posts(there, media.sid))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.MediaAlreadyUsed)
    (row,) = await known(nodes.one.database)
    assert (row.conversation_sid, row.message_sid) == (here, first.sid)
    assert (await conversations.fetch(nodes.one, there)).next_message_index == 0


async def test_whoever_wants_the_same_files_in_another_order_waits_and_is_told(
    nodes: Nodes,
) -> None:
    here, there = await talk(nodes.one), await talk(nodes.one)
    files = [(await uploaded(nodes.one)).sid for _ in range(2)]

    first, second = await nodes.race(posts(here, *files), TAKEN, posts(there, *files[::-1]))

    assert succeeded(first) == [True]
    assert isinstance(second, errors.MediaAlreadyUsed)


async def test_a_conversation_is_deleted_after_the_message_that_takes_a_file(nodes: Nodes) -> None:
    here = await talk(nodes.one)
    media = await uploaded(nodes.one)

    first, second = await nodes.race(
        posts(here, media.sid), TAKEN, lambda call: conversations.delete(call, here)
    )

    assert succeeded(first, second) == [True, True]
    (row,) = await known(nodes.one.database)
    assert (row.conversation_sid, row.message_sid) == (here, first.sid)
