"""X-Twilio-Webhook-Enabled: the outbox says of each change whether its request wanted webhooks."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from contract.table import ROWS
from domain.scenes import happened
from harness import assert_refused
from partywire.domain.call import Resources
from wire.http.bench import Bench

HEADER = "X-Twilio-Webhook-Enabled"
WISHES = [("true", 1), ("TRUE", 1), ("false", 0), (None, 0)]

Told = list[tuple[str, int]]
Tell = Callable[..., Awaitable[Told]]


@pytest.fixture(params=["account", "service"])
async def door(request: pytest.FixtureRequest, bench: Bench) -> str:
    """The paths of a service's resources begin with it, after the version."""
    if request.param == "account":
        return ""
    made = await bench.made("/Services", {"FriendlyName": "other"})
    return f"/Services/{made['sid']}"


@pytest.fixture(params=WISHES, ids=str)
def wish(request: pytest.FixtureRequest) -> Any:
    """What the header says, and what the outbox must say of it."""
    return request.param


@pytest.fixture
def tell(bench: Bench, resources: Resources, wish: tuple[str | None, int], door: str) -> Tell:
    """Sends a request with the wish; returns what the outbox says of it."""
    headers = {} if wish[0] is None else {HEADER: wish[0]}

    async def told(method: str, path: str, **form: str) -> Told:
        before = await happened(resources.database)
        answer = await bench.http.request(
            method, f"/v1{door}{path}", data=form or None, headers=headers
        )
        assert answer.is_success, answer.text
        events = (await happened(resources.database))[len(before) :]
        return [(event.kind, event.webhooks) for event in events]

    return told


async def test_the_outbox_says_it_of_a_user(tell: Tell, wish: tuple[str, int]) -> None:
    wanted = wish[1]
    assert await tell("POST", "/Users", Identity="ada") == [("user.added", wanted)]
    assert await tell("POST", "/Users/ada", FriendlyName="Ada") == [("user.updated", wanted)]
    assert await tell("DELETE", "/Users/ada") == [("user.removed", wanted)]


async def test_the_outbox_says_it_of_a_conversation(tell: Tell, wish: tuple[str, int]) -> None:
    wanted, path = wish[1], "/Conversations/tea"
    made = await tell("POST", "/Conversations", UniqueName="tea")
    assert made == [("conversation.added", wanted)]
    assert await tell("POST", path, FriendlyName="Tea") == [("conversation.updated", wanted)]
    assert await tell("DELETE", path) == [("conversation.removed", wanted)]


async def test_the_outbox_says_it_of_a_participant(
    tell: Tell, bench: Bench, wish: tuple[str, int], door: str
) -> None:
    await bench.made(f"{door}/Conversations", {"UniqueName": "tea"})
    wanted, path = wish[1], "/Conversations/tea/Participants"
    joined = await tell("POST", path, Identity="ada")
    assert joined == [("user.added", wanted), ("participant.added", wanted)]
    changed = await tell("POST", f"{path}/ada", Attributes="[]")
    assert changed == [("participant.updated", wanted)]
    assert await tell("DELETE", f"{path}/ada") == [("participant.removed", wanted)]


async def test_the_outbox_says_it_of_a_message(
    tell: Tell, bench: Bench, wish: tuple[str, int], door: str
) -> None:
    await bench.made(f"{door}/Conversations", {"UniqueName": "tea"})
    wanted, path = wish[1], "/Conversations/tea/Messages"
    assert await tell("POST", path, Body="hello") == [("message.added", wanted)]
    said = (await bench.seen(f"{door}{path}"))["messages"][0]["sid"]
    assert await tell("POST", f"{path}/{said}", Body="hi") == [("message.updated", wanted)]
    assert await tell("DELETE", f"{path}/{said}") == [("message.removed", wanted)]


async def test_the_outbox_says_it_of_a_conversation_with_participants(
    tell: Tell, wish: tuple[str, int]
) -> None:
    told = await tell("POST", "/ConversationWithParticipants", Participant='{"identity": "ada"}')
    things = ("conversation.added", "user.added", "participant.added", "conversation.updated")
    assert told == [(kind, wish[1]) for kind in things]


async def test_the_outbox_says_it_of_all_that_goes_with_a_user(
    tell: Tell, bench: Bench, wish: tuple[str, int], door: str
) -> None:
    await bench.made(f"{door}/Conversations", {"UniqueName": "tea"})
    await bench.made(f"{door}/Conversations/tea/Participants", {"Identity": "ada"})
    told = await tell("DELETE", "/Users/ada")
    assert told == [("participant.removed", wish[1]), ("user.removed", wish[1])]


@pytest.mark.parametrize("wrong", ["yes", "1", ""])
async def test_another_wish_is_refused_and_changes_nothing(
    bench: Bench, resources: Resources, wrong: str
) -> None:
    await bench.made("/Conversations", {"UniqueName": "tea"})
    before = await happened(resources.database)
    for method, path in (("POST", "/v1/Users"), ("DELETE", "/v1/Conversations/tea")):
        answer = await bench.http.request(
            method, path, data={"Identity": "ada"}, headers={HEADER: wrong}
        )
        assert_refused(answer, 400, 20001)
    assert await happened(resources.database) == before
    assert (await bench.seen("/Users"))["users"] == []


# Source: the operations that the specification gives the header; each stands at both doors.
HEEDING = {
    "POST /Conversations",
    "POST /Conversations/{Sid}",
    "DELETE /Conversations/{Sid}",
    "POST /Conversations/{ConversationSid}/Messages",
    "POST /Conversations/{ConversationSid}/Messages/{Sid}",
    "DELETE /Conversations/{ConversationSid}/Messages/{Sid}",
    "POST /Conversations/{ConversationSid}/Participants",
    "POST /Conversations/{ConversationSid}/Participants/{Sid}",
    "DELETE /Conversations/{ConversationSid}/Participants/{Sid}",
    "POST /Users",
    "POST /Users/{Sid}",
    "DELETE /Users/{Sid}",
    "POST /ConversationWithParticipants",
}


def test_26_operations_heed_the_header() -> None:
    heeding = [row for row in ROWS if row.operation.webhooks]
    assert {f"{row.operation.method} {row.operation.path}" for row in heeding} == HEEDING
    assert len(heeding) == 26


@pytest.mark.parametrize("value", ["true", "nonsense"])
async def test_a_user_s_own_view_of_a_conversation_does_not_heed_it(
    bench: Bench, resources: Resources, value: str
) -> None:
    await bench.made("/Conversations", {"UniqueName": "tea"})
    await bench.made("/Conversations/tea/Participants", {"Identity": "ada"})
    before = await happened(resources.database)
    path, headers = "/v1/Users/ada/Conversations/tea", {HEADER: value}
    moved = {"LastReadMessageIndex": "0"}
    assert (await bench.http.post(path, data=moved, headers=headers)).status_code == 200
    assert (await bench.http.delete(path, headers=headers)).status_code == 204
    events = (await happened(resources.database))[len(before) :]
    told = [(event.kind, event.webhooks) for event in events]
    assert told == [("participant.updated", 0), ("participant.removed", 0)]


@pytest.mark.parametrize("path", ["/Users", "/Conversations", "/Roles", "/Services"])
async def test_what_only_reads_does_not_look_at_it(bench: Bench, path: str) -> None:
    answer = await bench.http.get(f"/v1{path}", headers={HEADER: "nonsense"})
    assert answer.status_code == 200
