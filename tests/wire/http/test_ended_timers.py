"""Timers that have ended, as the wire shows them before anything has written it down."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from harness import assert_refused
from wire.http.bench import Bench

TIMERS = {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}
NOON = "2026-01-01T12:0"


async def begun(bench: Bench) -> str:
    sid: str = (await bench.made("/Conversations", TIMERS))["sid"]
    await bench.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    return sid


async def everywhere(bench: Bench, sid: str) -> list[Any]:
    """State, timers and date of update, wherever the conversation is shown."""
    listed = (await bench.seen("/Conversations"))["conversations"]
    theirs = (await bench.seen("/Users/ada/Conversations"))["conversations"]
    found = [
        await bench.seen(f"/Conversations/{sid}"),
        *listed,
        await bench.seen(f"/Users/ada/Conversations/{sid}"),
        *theirs,
        *(await bench.seen("/ParticipantConversations", Identity="ada"))["conversations"],
        await bench.made(f"/Users/ada/Conversations/{sid}", {"NotificationLevel": "muted"}),
    ]
    states = [each.get("state") or each["conversation_state"] for each in found]
    updated = [each.get("date_updated") or each["conversation_date_updated"] for each in found]
    timers = [each.get("timers", each.get("conversation_timers")) for each in found]
    return [list(each) for each in zip(states, timers, updated, strict=True)]


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (
            59,
            [
                "active",
                {"date_inactive": NOON + "1:00Z", "date_closed": "2026-01-01T12:10:00Z"},
                NOON + "0:00Z",
            ],
        ),
        (60, ["inactive", {"date_closed": "2026-01-01T12:10:00Z"}, NOON + "1:00Z"]),
        (600, ["closed", {}, "2026-01-01T12:10:00Z"]),
    ],
)
async def test_nobody_is_shown_a_state_whose_time_has_passed(
    bench: Bench, seconds: int, expected: list[Any]
) -> None:
    sid = await begun(bench)
    bench.clock.advance(seconds * 1000)
    shown = await everywhere(bench, sid)
    assert shown == [expected] * 6
    for state in ("active", "inactive", "closed"):
        found = (await bench.seen("/Conversations", State=state))["conversations"]
        assert [each["sid"] for each in found] == [sid] * (state == expected[0])


async def test_a_message_is_refused_from_the_moment_at_which_the_closed_timer_ends(
    bench: Bench,
) -> None:
    sid = await begun(bench)
    bench.clock.advance(600_000)
    answer = await bench.http.post(f"/v1/Conversations/{sid}/Messages", data={"Body": "late"})
    assert_refused(answer, 400, 50377)


async def test_an_address_of_a_conversation_over_its_time_can_be_used_again(bench: Bench) -> None:
    sid = await begun(bench)
    pair = {"MessagingBinding.Address": "+15550001", "MessagingBinding.ProxyAddress": "+15550100"}
    await bench.made(f"/Conversations/{sid}/Participants", pair)
    bench.clock.advance(600_000)
    other = (await bench.made("/Conversations"))["sid"]
    await bench.made(f"/Conversations/{other}/Participants", pair)
    assert (await bench.seen(f"/Conversations/{sid}"))["state"] == "closed"


async def sent_slowly(bench: Bench, path: str, body: bytes, seconds: int) -> httpx.Response:
    """The answer to a POST whose body arrives so long after its head."""

    async def slowly() -> AsyncIterator[bytes]:
        bench.clock.advance(seconds * 1000)
        yield body

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return await bench.http.post(f"/v1{path}", content=slowly(), headers=form)


async def test_a_message_that_arrives_slowly_restarts_the_timers_when_it_is_there(
    bench: Bench,
) -> None:
    sid = await begun(bench)
    answer = await sent_slowly(bench, f"/Conversations/{sid}/Messages", b"Body=hello", 61)
    assert answer.status_code == 201
    assert answer.json()["date_created"] == NOON + "1:01Z"
    shown = await bench.seen(f"/Conversations/{sid}")
    assert (shown["state"], shown["date_updated"]) == ("active", NOON + "1:01Z")
    ends = {"date_inactive": NOON + "2:01Z", "date_closed": "2026-01-01T12:11:01Z"}
    assert shown["timers"] == ends


async def test_a_message_that_is_there_after_the_closed_timer_is_refused(bench: Bench) -> None:
    sid = await begun(bench)
    answer = await sent_slowly(bench, f"/Conversations/{sid}/Messages", b"Body=late", 600)
    assert_refused(answer, 400, 50377)
    assert (await bench.seen(f"/Conversations/{sid}"))["state"] == "closed"


async def test_timers_of_what_is_made_slowly_run_from_its_making(bench: Bench) -> None:
    answer = await sent_slowly(bench, "/Conversations", b"Timers.Inactive=PT1M", 61)
    shown = answer.json()
    assert (shown["state"], shown["date_created"]) == ("active", NOON + "1:01Z")
    assert shown["timers"] == {"date_inactive": NOON + "2:01Z"}
