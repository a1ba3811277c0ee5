"""Webhooks of conversations: what the API's samples show, at both doors, and what is refused."""

from typing import Any

import pytest

from harness import Client, assert_refused
from wire.http.bench import Bench
from wire.http.chat import close, conversation

FLOW = "FW" + "a" * 32
URL = "https://example.com"
GOOD = {
    "webhook": {"Configuration.Url": URL, "Configuration.Filters": "onMessageAdded"},
    "trigger": {"Configuration.Url": URL, "Configuration.Triggers": "help"},
    "studio": {"Configuration.FlowSid": FLOW},
}


@pytest.fixture(params=["account", "service"])
def there(client: Client, request: pytest.FixtureRequest) -> Client:
    """A client of a new account, at each of the doors."""
    if request.param == "account":
        return client
    service = client.made("/Services", {"FriendlyName": "other"})["sid"]
    return client.at(f"/v1/Services/{service}")


def path(client: Client) -> str:
    """Where a new conversation's webhooks are."""
    return f"/Conversations/{conversation(client)}/Webhooks"


def tell(client: Client, place: str, target: str = "webhook") -> Any:
    """Makes a webhook that is good; returns its JSON."""
    return client.made(place, {"Target": target, **GOOD[target]})


def test_a_webhook_shows_what_the_sample_shows(there: Client) -> None:
    sid = conversation(there)
    form = {
        "Target": "webhook",
        "Configuration.Url": URL,
        "Configuration.Method": "get",
        "Configuration.Filters": ["onMessageSent", "onConversationDestroyed"],
        "Configuration.ReplayAfter": 7,
    }
    answer = there.post(f"/Conversations/{sid}/Webhooks", form)
    assert answer.status_code == 201
    made = answer.json()
    own = {"chat_service_sid"} if there.door != "/v1" else set()
    assert set(made) == own | {
        *("account_sid", "conversation_sid", "sid", "target"),
        *("configuration", "date_created", "date_updated", "url"),
    }
    assert (made["target"], made["conversation_sid"]) == ("webhook", sid)
    assert made["configuration"] == {
        "url": URL,
        "method": "get",
        "filters": ["onMessageSent", "onConversationDestroyed"],
        "replay_after": 7,
    }
    assert made["date_updated"] == made["date_created"]
    place = f"/Conversations/{sid}/Webhooks/{made['sid']}"
    assert made["url"] == f"{there.url}{there.door}{place}"
    assert there.seen(place) == made


def test_a_trigger_shows_its_keywords_under_both_names(there: Client) -> None:
    place = path(there)
    form = {
        "Target": "trigger",
        "Configuration.Url": URL,
        "Configuration.Method": "POST",
        "Configuration.Triggers": ["keyword1", "keyword2"],
    }
    made = there.made(place, form)
    words = ["keyword1", "keyword2"]
    wanted = {"url": URL, "method": "post", "filters": words, "triggers": words}
    assert (made["target"], made["configuration"]) == ("trigger", wanted)


def test_a_studio_flow_shows_its_sid_only(there: Client) -> None:
    made = there.made(path(there), {"Target": "studio", "Configuration.FlowSid": FLOW})
    assert (made["target"], made["configuration"]) == ("studio", {"flow_sid": FLOW})


def test_the_words_may_be_in_any_case(there: Client) -> None:
    made = there.made(
        path(there), {**GOOD["webhook"], "Target": "WebHook", "Configuration.Method": "GeT"}
    )
    assert (made["target"], made["configuration"]["method"]) == ("webhook", "get")


def test_a_url_is_posted_to_by_default(client: Client) -> None:
    assert tell(client, path(client))["configuration"]["method"] == "post"


@pytest.mark.parametrize(
    ("target", "name", "code"),
    [
        ("webhook", "Configuration.Url", 50369),
        ("webhook", "Configuration.Filters", 50370),
        ("trigger", "Configuration.Url", 50369),
        ("trigger", "Configuration.Triggers", 50371),
        ("studio", "Configuration.FlowSid", 50367),
    ],
)
def test_what_a_target_needs_is_neither_left_out_nor_blank_nor_taken_away(
    there: Client, target: str, name: str, code: int
) -> None:
    place = path(there)
    good = {"Target": target, **GOOD[target]}
    lacking = {key: value for key, value in good.items() if key != name}
    assert_refused(there.post(place, lacking), 400, code)
    assert_refused(there.post(place, {**good, name: ""}), 400, code)
    made = there.made(place, good)
    assert_refused(there.post(f"{place}/{made['sid']}", {name: ""}), 400, code)
    assert there.items(place, "webhooks") == [made]


@pytest.mark.parametrize("form", [{}, {"Target": ""}])
def test_a_webhook_needs_a_target(there: Client, form: dict[str, str]) -> None:
    assert_refused(there.post(path(there), {**GOOD["webhook"], **form}), 400, 50368)


@pytest.mark.parametrize(
    ("target", "name", "value", "code"),
    [
        ("webhook", "Configuration.Url", "example.com/hook", 50054),
        ("webhook", "Configuration.Url", "https://example.com/" + "x" * 493, 50372),
        ("webhook", "Configuration.Method", "PUT", 50055),
        ("webhook", "Configuration.Filters", ["onMessageAdded", "messages"], 50365),
        ("webhook", "Configuration.Filters", ["onMessageAdded", ""], 50365),
        ("trigger", "Configuration.Triggers", ["help", ""], 50366),
        ("trigger", "Configuration.Triggers", ["help", "x" * 249], 50366),
        ("trigger", "Configuration.Triggers", list("abcdef"), 50362),
        ("studio", "Configuration.FlowSid", "FW1", 50367),
    ],
)
def test_a_bad_value_is_refused(
    there: Client, target: str, name: str, value: str | list[str], code: int
) -> None:
    place = path(there)
    made = tell(there, place, target)
    form = {"Target": target, **GOOD[target], name: value}
    assert_refused(there.post(place, form), 400, code)
    assert_refused(there.post(f"{place}/{made['sid']}", {name: value}), 400, code)
    assert there.items(place, "webhooks") == [made]


@pytest.mark.parametrize("target", ["flex", "webhooks", "null"])
def test_an_unknown_target_is_refused(there: Client, target: str) -> None:
    assert_refused(there.post(path(there), {**GOOD["webhook"], "Target": target}), 400, 50364)


@pytest.mark.parametrize("index", ["-1", "1.5", "last", "null"])
def test_messages_are_replayed_from_an_index_on(there: Client, index: str) -> None:
    place = path(there)
    form = {"Target": "studio", **GOOD["studio"], "Configuration.ReplayAfter": index}
    assert_refused(there.post(place, form), 400, 20001)
    zero = there.made(place, {**form, "Configuration.ReplayAfter": "0"})
    assert zero["configuration"] == {"flow_sid": FLOW, "replay_after": 0}
    assert "replay_after" not in tell(there, place, "studio")["configuration"]


def test_the_longest_values_are_kept(client: Client) -> None:
    url, word = "https://example.com/" + "x" * 492, "é" * 248
    form = {"Target": "trigger", "Configuration.Url": url, "Configuration.Triggers": word}
    shown = client.made(path(client), form)["configuration"]
    assert (shown["url"], shown["triggers"]) == (url, [word])


def test_a_conversation_has_up_to_five_webhooks(there: Client) -> None:
    place = path(there)
    made = [tell(there, place) for _ in range(5)]
    assert_refused(there.post(place, {"Target": "studio", **GOOD["studio"]}), 400, 50361)
    assert there.delete(f"{place}/{made[0]['sid']}").status_code == 204
    made = [*made[1:], tell(there, place, "studio")]
    page = there.seen(place)
    assert page["webhooks"] == made
    assert (page["meta"]["page_size"], page["meta"]["key"]) == (5, "webhooks")
    assert there.seen(place, PageSize=50)["meta"]["page_size"] == 5
    assert there.items(place, "webhooks", PageSize=2) == made


def test_an_update_replaces_what_it_gives(there: Client) -> None:
    place = path(there)
    made = tell(there, place)
    form = {
        "Configuration.Url": "https://example.com/new",
        "Configuration.Method": "GET",
        "Configuration.Filters": ["onMessageUpdated", "onMessageRemoved"],
    }
    answer = there.post(f"{place}/{made['sid']}", form)
    assert answer.status_code == 200
    changed = answer.json()
    assert changed["configuration"] == {
        "url": "https://example.com/new",
        "method": "get",
        "filters": ["onMessageUpdated", "onMessageRemoved"],
    }
    assert there.seen(f"{place}/{made['sid']}") == changed
    trigger, flow = tell(there, place, "trigger"), tell(there, place, "studio")
    words = there.made(f"{place}/{trigger['sid']}", {"Configuration.Triggers": ["a", "b"]})
    assert words["configuration"]["triggers"] == ["a", "b"]
    other = {"Configuration.FlowSid": "FW" + "B" * 32}
    assert there.made(f"{place}/{flow['sid']}", other)["configuration"] == {
        "flow_sid": "FW" + "B" * 32
    }


def test_an_update_changes_neither_target_nor_replay(client: Client) -> None:
    place = path(client)
    made = tell(client, place)
    form = {"Target": "studio", "Configuration.ReplayAfter": "9", "Configuration.FlowSid": FLOW}
    assert client.made(f"{place}/{made['sid']}", form) == made


async def test_a_change_moves_the_webhook_s_date_and_an_empty_one_nothing(bench: Bench) -> None:
    sid = (await bench.made("/Conversations"))["sid"]
    before = await bench.seen(f"/Conversations/{sid}")
    place = f"/Conversations/{sid}/Webhooks"
    made = await bench.made(place, {"Target": "webhook", **GOOD["webhook"]})
    bench.clock.advance(60_000)
    assert await bench.made(f"{place}/{made['sid']}") == made
    changed = await bench.made(f"{place}/{made['sid']}", {"Configuration.Method": "get"})
    assert changed["date_created"] == "2026-01-01T12:00:00Z"
    assert changed["date_updated"] == "2026-01-01T12:01:00Z"
    assert await bench.seen(f"/Conversations/{sid}") == before


def test_webhooks_are_reached_by_the_conversation_s_unique_name(there: Client) -> None:
    sid = conversation(there, UniqueName="tea")
    made = tell(there, "/Conversations/tea/Webhooks")
    assert made["conversation_sid"] == sid
    place = f"/Conversations/tea/Webhooks/{made['sid']}"
    assert there.seen(place) == made
    assert there.items("/Conversations/tea/Webhooks", "webhooks") == [made]
    assert there.delete(place).status_code == 204
    assert_refused(there.get(place), 404, 20404)
    assert_refused(there.delete(place), 404, 20404)


def test_a_closed_conversation_s_webhooks_may_change(client: Client) -> None:
    sid = conversation(client)
    place = f"/Conversations/{sid}/Webhooks"
    made = tell(client, place)
    close(client, sid)
    tell(client, place, "studio")
    changed = client.made(f"{place}/{made['sid']}", {"Configuration.Method": "get"})
    assert changed["configuration"]["method"] == "get"
    assert client.delete(f"{place}/{made['sid']}").status_code == 204


@pytest.mark.parametrize("key", ["WH" + "0" * 32, "nothing", "CH" + "0" * 32])
def test_a_webhook_that_is_not_there_is_not_found(there: Client, key: str) -> None:
    place = f"{path(there)}/{key}"
    assert_refused(there.get(place), 404, 20404)
    assert_refused(there.post(place), 404, 20404)
    assert_refused(there.post(place, GOOD["webhook"]), 404, 20404)
    assert_refused(there.delete(place), 404, 20404)


def test_a_webhook_of_another_conversation_is_not_found(there: Client) -> None:
    made = tell(there, path(there))
    place = f"{path(there)}/{made['sid']}"
    assert_refused(there.get(place), 404, 20404)
    assert_refused(there.post(place, GOOD["webhook"]), 404, 20404)
    assert_refused(there.delete(place), 404, 20404)


@pytest.mark.parametrize("key", ["CH" + "0" * 32, "nothing"])
def test_a_conversation_that_is_not_there_has_no_webhooks(there: Client, key: str) -> None:
    place = f"/Conversations/{key}/Webhooks"
    assert_refused(there.get(place), 404, 20404)
    assert_refused(there.post(place, {"Target": "webhook", **GOOD["webhook"]}), 404, 20404)


def test_a_deleted_conversation_has_no_webhooks(there: Client) -> None:
    sid = conversation(there)
    place = f"/Conversations/{sid}/Webhooks"
    made = tell(there, place)
    there.delete(f"/Conversations/{sid}")
    assert_refused(there.get(place), 404, 20404)
    assert_refused(there.get(f"{place}/{made['sid']}"), 404, 20404)
