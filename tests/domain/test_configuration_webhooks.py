"""The webhooks of an account and of a service: unset, set, taken away."""

import asyncio

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import NOBODY, elsewhere, refused, unchanged, written
from harness import account
from partywire import errors
from partywire.domain import configuration_webhooks as webhooks
from partywire.domain import services
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import (
    AccountWebhooks,
    AccountWebhooksChanges,
    ServiceWebhooks,
    ServiceWebhooksChanges,
)


def unset(call: Call) -> tuple[AccountWebhooks, ServiceWebhooks]:
    """What was never set."""
    return (
        AccountWebhooks(call.scope.account, None, None, "[]", "POST", "webhook"),
        ServiceWebhooks(call.service_sid, None, None, None, None),
    )


async def test_what_was_never_set_shows_the_defaults_and_is_not_written(call: Call) -> None:
    of_account, of_service = unset(call)
    with unchanged(call):
        assert await webhooks.fetch_account(call) == of_account
        assert await webhooks.fetch_service(call) == of_service
        assert await webhooks.update_account(call, AccountWebhooksChanges()) == of_account
        assert await webhooks.update_service(call, ServiceWebhooksChanges()) == of_service


async def test_an_account_s_webhooks_become_what_is_given(call: Call) -> None:
    everything = AccountWebhooksChanges(
        pre_webhook_url="http://pre",
        post_webhook_url="http://post",
        filters=["onX", "onY"],
        method="GET",
        target="flex",
    )
    changed = await webhooks.update_account(call, everything)
    assert changed == AccountWebhooks(
        call.scope.account, "http://pre", "http://post", '["onX","onY"]', "GET", "flex"
    )
    assert await webhooks.fetch_account(call) == changed
    assert await webhooks.fetch_service(call) == unset(call)[1]
    less = AccountWebhooksChanges(pre_webhook_url=None, filters=[])
    assert await webhooks.update_account(call, less) == replace(
        changed, pre_webhook_url=None, filters="[]"
    )


async def test_a_service_s_webhooks_become_what_is_given(call: Call) -> None:
    everything = ServiceWebhooksChanges(
        pre_webhook_url="http://pre",
        post_webhook_url="http://post",
        filters=["onX"],
        method="POST",
    )
    changed = await webhooks.update_service(call, everything)
    wanted = ServiceWebhooks(call.service_sid, "http://pre", "http://post", '["onX"]', "POST")
    assert changed == wanted
    assert await webhooks.fetch_service(call) == changed
    assert await webhooks.fetch_account(call) == unset(call)[0]
    less = ServiceWebhooksChanges(post_webhook_url=None)
    assert await webhooks.update_service(call, less) == replace(changed, post_webhook_url=None)


async def test_an_update_with_nothing_changes_nothing(call: Call) -> None:
    of_account = await webhooks.update_account(call, AccountWebhooksChanges(method="GET"))
    of_service = await webhooks.update_service(call, ServiceWebhooksChanges(method="GET"))
    with unchanged(call):
        assert await webhooks.update_account(call, AccountWebhooksChanges()) == of_account
        assert await webhooks.update_service(call, ServiceWebhooksChanges()) == of_service


async def test_changes_at_once_all_come_in(call: Call) -> None:
    pre, post = {"pre_webhook_url": "http://pre"}, {"post_webhook_url": "http://post"}
    await asyncio.gather(
        webhooks.update_account(call, AccountWebhooksChanges(**pre)),
        webhooks.update_account(call, AccountWebhooksChanges(**post)),
        webhooks.update_service(call, ServiceWebhooksChanges(**pre)),
        webhooks.update_service(call, ServiceWebhooksChanges(**post)),
    )
    of_account, of_service = unset(call)
    assert await webhooks.fetch_account(call) == replace(of_account, **pre, **post)
    assert await webhooks.fetch_service(call) == replace(of_service, **pre, **post)


async def test_each_account_and_service_has_its_own(call: Call) -> None:
    other, there = await call_of(call.resources, account()[0]), await elsewhere(call)
    await webhooks.update_account(call, AccountWebhooksChanges(method="GET"))
    await webhooks.update_service(call, ServiceWebhooksChanges(method="GET"))
    assert await webhooks.fetch_account(other) == unset(other)[0]
    assert await webhooks.fetch_service(other) == unset(other)[1]
    assert await webhooks.fetch_service(there) == unset(there)[1]
    assert (await webhooks.fetch_account(there)).method == "GET"


@pytest.mark.parametrize("missing", ["deleted", "IS" + NOBODY])
async def test_a_service_that_is_gone_has_no_webhooks_to_set(call: Call, missing: str) -> None:
    there = await elsewhere(call)
    await webhooks.update_service(there, ServiceWebhooksChanges(method="GET"))
    await services.delete(call, there.service_sid)
    if missing != "deleted":
        there = replace(there, scope=replace(there.scope, service_sid=missing))
    with refused(call, errors.NotFound):
        await webhooks.update_service(there, ServiceWebhooksChanges(method="GET"))


async def test_nobody_is_told_of_where_events_are_told(call: Call) -> None:
    async with written(call) as events:
        await webhooks.update_account(call, AccountWebhooksChanges(method="GET"))
        await webhooks.update_service(call, ServiceWebhooksChanges(method="GET"))
    assert events == []
