"""The Node library accepts what is signed; Python's is asked in tests/delivery/webhooks."""

import json
import subprocess
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clients import node_runtime
from contract.rooms import Room
from delivery.webhooks.signing import PAIRS, TOKEN, URLS, Form
from harness import Client
from partywire.delivery.webhooks.events import TABLE
from partywire.delivery.webhooks.signature import Pairs, signature
from receivers import PATIENCE, Receiver, receiving

EVERY = {event.name for event in TABLE}


def cases() -> list[dict[str, Any]]:
    """Requests of all kinds, each with its signature."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=500,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(URLS, PAIRS | st.just([]))
    def collect(url: str, pairs: Pairs) -> None:
        signed = signature(TOKEN, url, pairs)
        found.append({"token": TOKEN, "signature": signed, "url": url, "form": dict(Form(pairs))})

    collect()
    return found


def said(node: str, asked: list[dict[str, Any]]) -> list[bool]:
    """What the library says of each."""
    done = subprocess.run(
        [node, str(node_runtime.PROGRAMS / "signatures.js")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_whatever_is_signed_is_accepted(node: str) -> None:
    asked = cases()
    assert len(asked) > 100
    answers = said(node, asked)
    assert [one for one, answer in zip(asked, answers, strict=True) if not answer] == []


def test_what_was_changed_on_the_way_is_not(node: str) -> None:
    asked = [{**one, "form": {**one["form"], "More": "x"}} for one in cases()[:20]]
    assert said(node, asked) == [False] * len(asked)


def everything(room: Room) -> None:
    """Does what each event of the table follows from."""
    room.client.http.post("/_partywire/Handsets/+15550001", data={"Status": "delivered"})
    here = "/Conversations/tea"
    room.does("POST", f"{here}/Messages", {"Body": "Grüße & ein Stück Kuchen 🎂 = +1"})
    room.does("POST", f"{here}/Messages/{room.message['sid']}", {"Attributes": '{"東": [" "]}'})
    room.does("DELETE", f"{here}/Messages/{room.message['sid']}")
    room.does("POST", f"{here}/Participants", {"Identity": "zoë & co"})
    room.does("POST", f"{here}/Participants/ann", {"Attributes": "[1]"})
    room.does("DELETE", f"{here}/Participants/ann")
    room.does("POST", "/Users/ann", {"FriendlyName": "Änn\r\n?"})
    room.does("POST", here, {"State": "inactive"})
    room.does("DELETE", here)
    room.does("POST", "/Conversations", {"UniqueName": "Küche"})


def heard(receiver: Receiver) -> set[str]:
    return {dict(received.pairs)["EventType"] for received in list(receiver.received)}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_event_is_accepted_as_it_comes(node: str, client: Client, method: str) -> None:
    with receiving() as receiver:
        room = Room(client, receiver)
        url = f"{receiver.url}/a;b/%C3%BC?a=1&a=2&b=%26"
        hook = {"PreWebhookUrl": url, "PostWebhookUrl": url, "Method": method}
        client.made("/Configuration/Webhooks", {**hook, "Filters": sorted(EVERY)})
        everything(room)
        deadline = time.monotonic() + PATIENCE
        while heard(receiver) != EVERY:
            assert time.monotonic() < deadline, EVERY - heard(receiver)
            time.sleep(0.01)
        asked = [
            {
                "token": room.credentials[1],
                "signature": received.headers["x-twilio-signature"],
                "url": receiver.url + received.target,
                "form": dict(received.pairs) if received.method == "POST" else {},
            }
            for received in receiver.received
        ]
        assert {received.method for received in receiver.received} == {method}
    answers = said(node, asked)
    assert [one for one, answer in zip(asked, answers, strict=True) if not answer] == []
