"""What stands in the outbox."""

from domain.scenes import talk
from partywire.domain import backlog
from partywire.domain.call import Call


async def test_every_change_stands_there_once(call: Call) -> None:
    before = await backlog.events(call.resources)
    await talk(call, "ada")
    after = await backlog.events(call.resources)
    # The conversation, the user and the participant, wherever they stand by now.
    assert sum(after.values()) == sum(before.values()) + 3
