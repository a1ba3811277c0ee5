"""What every use-case is handed first."""

import pytest
from msgspec.structs import replace

from partywire import sids
from partywire.clock import FrozenClock
from partywire.config import Limits
from partywire.domain.call import Call


async def test_a_call_reaches_what_its_server_shares(call: Call) -> None:
    assert call.database is call.resources.database
    assert call.limits is call.resources.config.limits
    assert call.service_sid == call.scope.service_sid


async def test_limits_are_the_ones_that_were_configured(call: Call) -> None:
    tight = replace(call.resources.config, limits=Limits(conversations_per_user=3))
    narrowed = replace(call, resources=replace(call.resources, config=tight))
    assert narrowed.limits.conversations_per_user == 3


async def test_a_sid_comes_from_the_server_s_mint_with_its_prefix(call: Call) -> None:
    first, second = call.sid(sids.USER), call.sid(sids.USER)
    assert sids.is_sid(first, "US")
    assert first < second < call.resources.mint.sid(sids.USER)


async def test_webhooks_are_not_called_unless_asked_for(call: Call) -> None:
    assert call.webhooks is False


async def test_a_call_cannot_be_changed_on_its_way(call: Call) -> None:
    with pytest.raises(AttributeError):
        call.now = 0  # type: ignore[misc]


async def test_what_is_asked_about_before_it_is_there_keeps_its_sid(call: Call) -> None:
    asking = replace(call, answers={})
    sid = asking.sid_to_ask_about(sids.CONVERSATION)
    assert sids.is_sid(sid, sids.CONVERSATION)
    assert replace(asking, source="SMS").sid_to_ask_about(sids.CONVERSATION) == sid
    assert replace(call, answers={}).sid_to_ask_about(sids.CONVERSATION) != sid
    assert call.sid_to_ask_about(sids.CONVERSATION) != call.sid_to_ask_about(sids.CONVERSATION)


async def test_a_call_that_had_to_wait_goes_on_now_and_never_before_it_came(call: Call) -> None:
    clock = call.resources.clock
    assert isinstance(clock, FrozenClock)
    assert call.resumed() is call
    clock.advance(5)
    assert call.resumed() == replace(call, now=call.now + 5)
    clock.advance(-10)
    assert call.resumed() is call
