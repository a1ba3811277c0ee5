"""What surrounds an event is read once, and found even when it is gone."""

from typing import Any

import pytest

from delivery.webhooks import house
from delivery.webhooks.house import listen, talk, telling_call
from domain.scenes import happened
from partywire.delivery.webhooks.surroundings import Surroundings
from partywire.domain import configuration, conversations, users
from partywire.domain.call import Call
from partywire.model.events import Event
from partywire.model.services import ServiceChanges
from partywire.model.users import UserChanges
from partywire.storage.database import Reader
from partywire.storage.query import Query
from storage import rows

URL = "https://example.com"


class Counting:
    """A reader that counts what it is asked."""

    def __init__(self, reader: Reader) -> None:
        self.asked = 0
        self._reader = reader

    async def one(self, query: Query[Any], *arguments: Any) -> Any:
        self.asked += 1
        return await self._reader.one(query, *arguments)

    async def all(self, query: Query[Any], *arguments: Any) -> Any:
        self.asked += 1
        return await self._reader.all(query, *arguments)


async def last(call: Call) -> Event:
    return (await happened(call.database))[-1]


async def test_each_thing_is_read_once(call: Call) -> None:
    sid = await talk(call)
    made = await listen(call, sid, URL)
    await house.say(call, sid, "hello")
    event = await last(call)
    reader = Counting(call.database)
    around = Surroundings(reader)
    for _ in range(3):
        account = await around.account(call.service_sid)
        assert account is not None
        assert await around.account_webhooks(account.id) is None
        assert await around.service_webhooks(call.service_sid) is None
        assert await around.conversation_webhooks(event) == [made]
        told = await around.told(event)
        assert told is not None
        assert told[0] == "onMessageAdded"
    assert reader.asked == 5


async def test_a_conversation_that_is_gone_is_known_by_what_it_left(call: Call) -> None:
    sid = await talk(call)
    made = await listen(call, sid, URL)
    await conversations.delete(telling_call(call), sid)
    around = Surroundings(call.database)
    assert await around.conversation_webhooks(await last(call)) == [made]


async def test_of_what_left_nothing_nobody_is_told(call: Call) -> None:
    around = Surroundings(call.database)
    gone = rows.event(1, conversation_sid=rows.conversation(9).sid)
    assert await around.conversation_webhooks(gone) == []
    assert await around.account(gone.service_sid) is None
    assert await around.told(gone) is None


@pytest.mark.parametrize("is_shown", [True, False])
async def test_a_user_is_shown_as_reachable_where_the_service_shows_that(
    call: Call, is_shown: bool
) -> None:
    changes = ServiceChanges(reachability_enabled=int(is_shown))
    await configuration.update_service(call, changes)
    await users.create(call, "ann", UserChanges())
    await users.update(call, "ann", UserChanges(friendly_name="Ann"))
    told = await Surroundings(call.database).told(await last(call))
    assert told is not None
    shown = {name: value for name, value in told[1] if name.lower().startswith("isnotif")}
    assert list(shown.values()) == (["false"] if is_shown else [])
