"""States and timers, and what a closed conversation still allows."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import chat, close, conversation, say


def test_a_conversation_may_be_created_inactive_but_not_closed(client: Client) -> None:
    assert client.made("/Conversations", {"State": "inactive"})["state"] == "inactive"
    assert client.made("/Conversations", {"State": "Active"})["state"] == "active"
    assert_refused(client.post("/Conversations", {"State": "closed"}), 400, 50384)


@pytest.mark.parametrize("wrong", ["initializing", "open", "null", "active "])
def test_other_states_are_refused(client: Client, wrong: str) -> None:
    assert_refused(client.post("/Conversations", {"State": wrong}), 400, 50378)
    sid = conversation(client)
    assert_refused(client.post(f"/Conversations/{sid}", {"State": wrong}), 400, 50378)


def test_a_state_cannot_be_emptied(client: Client) -> None:
    sid = conversation(client)
    assert_refused(client.post(f"/Conversations/{sid}", {"State": ""}), 400, 50374)


@pytest.mark.parametrize(
    "way", [["inactive", "active", "inactive", "closed"], ["closed"], ["active", "closed"]]
)
def test_states_move_until_they_end_in_closed(client: Client, way: list[str]) -> None:
    sid = conversation(client)
    for state in way:
        assert client.made(f"/Conversations/{sid}", {"State": state})["state"] == state
    for state in ("active", "inactive", "closed"):
        answer = client.post(f"/Conversations/{sid}", {"State": state})
        assert_refused(answer, 400, 50377)


def test_a_message_wakes_an_inactive_conversation(client: Client) -> None:
    sid = conversation(client, State="inactive")
    say(client, sid)
    assert client.seen(f"/Conversations/{sid}")["state"] == "active"


def test_a_closed_conversation_refuses_to_be_written(client: Client) -> None:
    sid = chat(client, messages=1)
    message = client.items(f"/Conversations/{sid}/Messages", "messages")[0]["sid"]
    close(client, sid)
    path = f"/Conversations/{sid}"
    refused: list[tuple[str, dict[str, str]]] = [
        (path, {"FriendlyName": "x"}),
        (path, {"UniqueName": ""}),
        (f"{path}/Messages", {"Body": "x"}),
        (f"{path}/Messages/{message}", {"Body": "x"}),
        (f"{path}/Participants", {"Identity": "eve"}),
        (f"{path}/Participants/ada", {"Attributes": "{}"}),
        (f"{path}/Participants/ada", {"Attributes": "{}", "LastReadMessageIndex": "0"}),
    ]
    before = client.seen(path), client.items(f"{path}/Messages", "messages")
    for each, form in refused:
        assert_refused(client.post(each, form), 400, 50377)
    assert (client.seen(path), client.items(f"{path}/Messages", "messages")) == before
    assert_refused(client.get("/Users/eve"), 404, 20404)


def test_a_closed_conversation_can_be_read_and_taken_apart(client: Client) -> None:
    sid = chat(client, messages=2)
    close(client, sid)
    path = f"/Conversations/{sid}"
    assert client.seen(path)["state"] == "closed"
    messages = client.items(f"{path}/Messages", "messages")
    assert [message["index"] for message in messages] == [0, 1]
    assert client.seen(f"{path}/Messages/{messages[0]['sid']}") == messages[0]
    horizon = client.made(f"{path}/Participants/ada", {"LastReadMessageIndex": "1"})
    assert horizon["last_read_message_index"] == 1
    assert client.delete(f"{path}/Messages/{messages[0]['sid']}").status_code == 204
    assert client.delete(f"{path}/Participants/ada").status_code == 204
    assert client.delete(path).status_code == 204


@pytest.mark.parametrize(
    ("name", "least", "short", "too_short", "malformed"),
    [
        ("Timers.Inactive", "PT1M", "PT59S", 50375, 50379),
        ("Timers.Closed", "PT10M", "PT9M59S", 50376, 50380),
    ],
)
def test_timers_are_durations_of_some_length(
    client: Client, name: str, least: str, short: str, too_short: int, malformed: int
) -> None:
    sid = conversation(client, **{name: least})
    for path in ("/Conversations", f"/Conversations/{sid}"):
        assert_refused(client.post(path, {name: short}), 400, too_short)
        for wrong in ("10", "PT", "P", "PT10", "10M", "PT-10M", "P999999999D", "x", "null"):
            assert_refused(client.post(path, {name: wrong}), 400, malformed)


TIMERS = {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}


async def timers(bench: Bench, sid: str, form: dict[str, str] | None = None) -> Any:
    """The timers, after an update if a form is given."""
    path = f"/Conversations/{sid}"
    shown = await bench.seen(path) if form is None else await bench.made(path, form)
    return shown["timers"]


def ends(inactive: str | None, closed: str | None) -> dict[str, str]:
    """The ``timers`` object of these times on the day of the test."""
    both = {"date_inactive": inactive, "date_closed": closed}
    return {name: f"2026-01-01T{time}Z" for name, time in both.items() if time}


async def test_both_timers_run_from_the_same_start(bench: Bench) -> None:
    made = await bench.made("/Conversations", TIMERS)
    assert made["timers"] == ends("12:01:00", "12:10:00")


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ("PT10M", "2026-01-01T12:10:00Z"),
        ("PT600S", "2026-01-01T12:10:00Z"),
        ("pt1h1m1s", "2026-01-01T13:01:01Z"),
        ("P1D", "2026-01-02T12:00:00Z"),
        ("P1DT12H", "2026-01-03T00:00:00Z"),
        ("P2W", "2026-01-15T12:00:00Z"),
    ],
)
async def test_timers_add_up(bench: Bench, sent: str, end: str) -> None:
    made = await bench.made("/Conversations", {"Timers.Closed": sent})
    assert made["timers"] == {"date_closed": end}


@pytest.mark.parametrize("off", ["PT0S", ""])
async def test_a_timer_can_be_switched_off(bench: Bench, off: str) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    assert await timers(bench, sid, {"Timers.Inactive": off}) == ends(None, "12:10:00")
    assert await timers(bench, sid, {"Timers.Closed": off}) == {}


async def test_a_message_restarts_the_timers(bench: Bench) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    bench.clock.advance(30_000)
    await bench.made(f"/Conversations/{sid}/Messages", {"Body": "hello"})
    assert await timers(bench, sid) == ends("12:01:30", "12:10:30")


@pytest.mark.parametrize("form", [{"State": "active"}, {"Timers.Inactive": "PT1M"}])
async def test_a_state_or_timer_restarts_both_timers(bench: Bench, form: dict[str, str]) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    bench.clock.advance(30_000)
    assert await timers(bench, sid, form) == ends("12:01:30", "12:10:30")


@pytest.mark.parametrize("form", [{}, {"FriendlyName": "Tea"}, {"Attributes": "[]"}])
async def test_other_updates_leave_the_timers_alone(bench: Bench, form: dict[str, str]) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    bench.clock.advance(30_000)
    assert await timers(bench, sid, form) == ends("12:01:00", "12:10:00")


async def test_a_refused_message_does_not_restart_the_timers(bench: Bench) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    bench.clock.advance(30_000)
    answer = await bench.http.post(f"/v1/Conversations/{sid}/Messages", data={"Body": ""})
    assert_refused(answer, 400, 50503)
    assert await timers(bench, sid) == ends("12:01:00", "12:10:00")


async def test_who_is_made_inactive_shows_its_timer_until_it_ends(bench: Bench) -> None:
    made = await bench.made("/Conversations", {**TIMERS, "State": "inactive"})
    assert made["timers"] == ends("12:01:00", "12:10:00")
    bench.clock.advance(30_000)
    assert await timers(bench, made["sid"], {"State": "active"}) == ends("12:01:30", "12:10:30")
    bench.clock.advance(30_000)
    assert await timers(bench, made["sid"], {"State": "inactive"}) == ends("12:02:00", "12:11:00")
    bench.clock.advance(60_000)
    assert await timers(bench, made["sid"]) == ends(None, "12:11:00")


async def test_a_closed_conversation_has_no_timers(bench: Bench) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    assert await timers(bench, sid, {"State": "closed"}) == {}


async def test_a_user_sees_the_same_timers(bench: Bench) -> None:
    sid = (await bench.made("/Conversations", TIMERS))["sid"]
    await bench.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
    shown = await bench.seen(f"/Users/ada/Conversations/{sid}")
    assert shown["timers"] == ends("12:01:00", "12:10:00")
