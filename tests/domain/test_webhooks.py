"""Webhooks of conversations: what each target needs, and how many there may be."""

import asyncio

import pytest
from msgspec.structs import asdict

from domain.scenes import (
    NOBODY,
    close,
    elsewhere,
    kinds,
    later,
    left,
    payload,
    refused,
    talk,
    unchanged,
    written,
)
from partywire import errors, sids
from partywire.domain import conversations, webhooks
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.pages import PageRequest
from partywire.model.webhooks import Target, Webhook, WebhookChanges

FLOW = "FW" + NOBODY
GOOD: dict[Target, WebhookChanges] = {
    "webhook": WebhookChanges(url="https://example.com", filters=["onMessageAdded"]),
    "trigger": WebhookChanges(url="https://example.com", triggers=["help"]),
    "studio": WebhookChanges(flow_sid=FLOW),
}


async def tell(call: Call, sid: str, target: Target = "webhook") -> Webhook:
    """Gives the conversation a webhook that is good."""
    return await webhooks.create(call, sid, target, GOOD[target])


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (
            "webhook",
            {"url": "http://a", "method": "get", "filters": '["onX","onY"]', "replay_after": 7},
        ),
        (
            "trigger",
            {"url": "http://a", "method": "get", "triggers": '["a","b"]', "replay_after": 7},
        ),
        ("studio", {"flow_sid": FLOW, "replay_after": 7}),
    ],
)
async def test_a_webhook_keeps_what_its_target_uses_and_nothing_else(
    call: Call, target: Target, kept: dict[str, object]
) -> None:
    sid = (await talk(call)).sid
    everything = WebhookChanges(
        url="http://a",
        method="get",
        filters=["onX", "onY"],
        triggers=["a", "b"],
        flow_sid=FLOW,
        replay_after=7,
    )
    made = await webhooks.create(call, sid, target, everything)
    assert sids.is_sid(made.sid, sids.WEBHOOK)
    unused = dict.fromkeys(WebhookChanges.__struct_fields__)
    where = {"sid": made.sid, "service_sid": call.service_sid, "conversation_sid": sid}
    dates = {"date_created": call.now, "date_updated": call.now}
    there = {"next_message_index": 0}
    assert asdict(made) == {**where, "target": target, **unused, **kept, **dates, **there}
    assert await webhooks.fetch(call, sid, made.sid) == made


@pytest.mark.parametrize(
    ("target", "method"), [("webhook", "post"), ("trigger", "post"), ("studio", None)]
)
async def test_a_url_is_posted_to_where_no_method_is_given(
    call: Call, target: Target, method: str | None
) -> None:
    assert (await tell(call, (await talk(call)).sid, target)).method == method


@pytest.mark.parametrize(
    ("target", "given", "error"),
    [
        (None, {"url": "http://a", "filters": ["onX"]}, errors.WebhookTargetMissing),
        ("webhook", {"filters": ["onX"]}, errors.WebhookUrlMissing),
        ("webhook", {"filters": ["onX"], "url": None}, errors.WebhookUrlMissing),
        ("webhook", {"url": "http://a"}, errors.WebhookFiltersMissing),
        ("webhook", {"url": "http://a", "filters": []}, errors.WebhookFiltersMissing),
        ("webhook", {"url": "http://a", "triggers": ["x"]}, errors.WebhookFiltersMissing),
        ("trigger", {"triggers": ["x"]}, errors.WebhookUrlMissing),
        ("trigger", {"url": "http://a"}, errors.WebhookTriggersMissing),
        ("trigger", {"url": "http://a", "triggers": []}, errors.WebhookTriggersMissing),
        ("trigger", {"url": "http://a", "triggers": ["x"] * 6}, errors.TooManyTriggers),
        ("studio", {}, errors.BadFlowSid),
        ("studio", {"flow_sid": None}, errors.BadFlowSid),
        ("studio", {"url": "http://a", "filters": ["onX"]}, errors.BadFlowSid),
    ],
)
async def test_a_webhook_needs_what_its_target_needs(
    call: Call, target: Target | None, given: dict[str, object], error: type[errors.ApiError]
) -> None:
    sid = (await talk(call)).sid
    with refused(call, error):
        await webhooks.create(call, sid, target, WebhookChanges(**given))  # type: ignore[arg-type]


async def test_a_trigger_has_up_to_five_keywords(call: Call) -> None:
    sid = (await talk(call)).sid
    five = WebhookChanges(url="http://a", triggers=["a", "b", "c", "d", "e"])
    made = await webhooks.create(call, sid, "trigger", five)
    assert made.triggers == '["a","b","c","d","e"]'
    with refused(call, errors.TooManyTriggers):
        await webhooks.update(call, sid, made.sid, WebhookChanges(triggers=["x"] * 6))


async def test_a_conversation_has_up_to_five_webhooks(call: Call) -> None:
    sid, other = (await talk(call)).sid, (await talk(call)).sid
    made = [await tell(call, sid) for _ in range(5)]
    with refused(call, errors.TooManyWebhooks):
        await tell(call, sid, "studio")
    await tell(call, other)
    await webhooks.delete(call, sid, made[0].sid)
    made = [*made[1:], await tell(call, sid, "studio")]
    assert (await webhooks.page(call, sid, PageRequest(5))).items == made


async def test_of_many_at_once_no_more_than_five_become_webhooks(call: Call) -> None:
    sid = (await talk(call)).sid
    found = await asyncio.gather(*(tell(call, sid) for _ in range(8)), return_exceptions=True)
    refusals = [one for one in found if isinstance(one, errors.TooManyWebhooks)]
    assert len(refusals) == 3
    assert len((await webhooks.page(call, sid, PageRequest(9))).items) == 5


async def test_an_update_replaces_what_is_given(call: Call) -> None:
    sid = (await talk(call)).sid
    made = await tell(call, sid)
    after = later(call)
    given = WebhookChanges(url="http://b", method="get", filters=["onX"])
    changed = await webhooks.update(after, sid, made.sid, given)
    assert (changed.url, changed.method, changed.filters) == ("http://b", "get", '["onX"]')
    assert (changed.date_created, changed.date_updated) == (call.now, after.now)
    assert await webhooks.fetch(call, sid, made.sid) == changed


@pytest.mark.parametrize(
    ("target", "changes"),
    [
        ("webhook", WebhookChanges()),
        ("webhook", WebhookChanges(triggers=["x"], flow_sid=FLOW)),
        ("trigger", WebhookChanges(filters=["onX"], flow_sid=None)),
        ("studio", WebhookChanges(url="http://b", method="get", filters=["onX"])),
    ],
)
async def test_an_update_with_nothing_that_the_target_uses_changes_nothing(
    call: Call, target: Target, changes: WebhookChanges
) -> None:
    sid = (await talk(call)).sid
    made = await tell(call, sid, target)
    with unchanged(call):
        assert await webhooks.update(later(call), sid, made.sid, changes) == made


@pytest.mark.parametrize(
    ("target", "changes", "error"),
    [
        ("webhook", WebhookChanges(url=None), errors.WebhookUrlMissing),
        ("webhook", WebhookChanges(filters=[]), errors.WebhookFiltersMissing),
        ("trigger", WebhookChanges(triggers=[]), errors.WebhookTriggersMissing),
        ("studio", WebhookChanges(flow_sid=None), errors.BadFlowSid),
    ],
)
async def test_an_update_takes_nothing_away_that_the_target_needs(
    call: Call, target: Target, changes: WebhookChanges, error: type[errors.ApiError]
) -> None:
    sid = (await talk(call)).sid
    made = await tell(call, sid, target)
    with refused(call, error):
        await webhooks.update(call, sid, made.sid, changes)


async def test_a_conversation_is_named_by_its_unique_name_too(call: Call) -> None:
    sid = (await talk(call, changes=ConversationChanges(unique_name="tea"))).sid
    made = await tell(call, "tea")
    assert made.conversation_sid == sid
    assert await webhooks.fetch(call, "tea", made.sid) == made
    assert (await webhooks.page(call, "tea", PageRequest(5))).items == [made]
    changed = await webhooks.update(call, "tea", made.sid, WebhookChanges(method="get"))
    assert changed.method == "get"
    await webhooks.delete(call, "tea", made.sid)
    assert (await webhooks.page(call, sid, PageRequest(5))).items == []


async def test_webhooks_of_a_closed_conversation_may_change(call: Call) -> None:
    sid = (await talk(call)).sid
    first = await tell(call, sid)
    await close(call, sid)
    second = await tell(call, sid, "studio")
    changed = await webhooks.update(call, sid, first.sid, WebhookChanges(method="get"))
    await webhooks.delete(call, sid, second.sid)
    assert (await webhooks.page(call, sid, PageRequest(5))).items == [changed]


@pytest.mark.parametrize("sid", ["WH" + NOBODY, "", "webhook", "CH" + NOBODY])
async def test_a_webhook_that_is_not_there_is_not_found(call: Call, sid: str) -> None:
    conversation = (await talk(call)).sid
    await tell(call, conversation)
    with refused(call, errors.NotFound):
        await webhooks.fetch(call, conversation, sid)
    with refused(call, errors.NotFound):
        await webhooks.update(call, conversation, sid, WebhookChanges(url=None))
    with refused(call, errors.NotFound):
        await webhooks.delete(call, conversation, sid)


async def test_a_webhook_of_another_conversation_or_service_is_not_found(call: Call) -> None:
    sid = (await talk(call)).sid
    made = await tell(call, sid)
    there = await elsewhere(call)
    for caller, conversation in ((call, (await talk(call)).sid), (there, sid)):
        with refused(call, errors.NotFound):
            await webhooks.fetch(caller, conversation, made.sid)
        with refused(call, errors.NotFound):
            await webhooks.update(caller, conversation, made.sid, GOOD["webhook"])
        with refused(call, errors.NotFound):
            await webhooks.delete(caller, conversation, made.sid)


@pytest.mark.parametrize("key", ["CH" + NOBODY, "tea"])
async def test_a_conversation_that_is_not_there_has_no_webhooks(call: Call, key: str) -> None:
    with refused(call, errors.NotFound):
        await tell(call, key)
    with refused(call, errors.NotFound):
        await webhooks.page(call, key, PageRequest(5))


async def test_a_deleted_conversation_takes_its_webhooks_along(call: Call) -> None:
    sid = (await talk(call)).sid
    made = await tell(call, sid)
    await conversations.delete(call, sid)
    assert made.sid not in left(call.resources)
    with refused(call, errors.NotFound):
        await webhooks.fetch(call, sid, made.sid)


async def test_nobody_is_told_of_webhooks(call: Call) -> None:
    sid = (await talk(call)).sid
    async with written(call) as events:
        made = await tell(call, sid)
        await webhooks.update(call, sid, made.sid, WebhookChanges(method="get"))
        await webhooks.delete(call, sid, made.sid)
    assert events == []


async def test_a_webhook_that_wants_messages_replayed_is_told_of(call: Call) -> None:
    sid = (await talk(call, messages_posted=3)).sid
    changes = WebhookChanges(url="http://a", filters=["onMessageAdded"], replay_after=1)
    async with written(call) as events:
        made = await webhooks.create(call, sid, "webhook", changes)
    assert made.next_message_index == 3
    assert kinds(events) == ["webhook.added"]
    assert events[0].webhooks == 1
    assert events[0].payload == payload(made)
