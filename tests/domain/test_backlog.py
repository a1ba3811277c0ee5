"""What stands in the outbox."""

from domain.scenes import talk
from partywire.domain import backlog
from partywire.domain.call import Call
from partywire.storage import deliveries
from storage import rows


async def test_every_change_stands_there_once(call: Call) -> None:
    before = await backlog.events(call.resources)
    await talk(call, "ada")
    after = await backlog.events(call.resources)
    # The conversation, the user and the participant, wherever they stand by now.
    assert sum(after.values()) == sum(before.values()) + 3


async def test_deliveries_that_wait_or_were_given_up_are_counted(call: Call) -> None:
    assert await backlog.deliveries(call.resources) == {"waiting": 0, "dead": 0}
    async with call.database.transaction() as transaction:
        for number, state in enumerate(("waiting", "dead", "dead", "delivered")):
            made = rows.delivery(number, account=call.scope.account, state=state)
            await deliveries.add(transaction, made)
    assert await backlog.deliveries(call.resources) == {"waiting": 1, "dead": 2}
