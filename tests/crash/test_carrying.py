"""A bench that is killed again and again carries each message to each handset exactly once."""

import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from crash.nodes import kill_all
from crash.scale import KILLS
from harness import Client, Server, account, dev_server

pytestmark = pytest.mark.crash

PHONES, PROXY = ["+15550001", "+15550002", "+15550003"], "+15550100"
PATIENCE, LONGEST_LOAD = 60.0, 0.5  # seconds


def talks_of(client: Client) -> list[str]:
    """A conversation of people with phones, and one of people who chat."""
    phones, chat = (client.made("/Conversations")["sid"] for _ in range(2))
    for phone in PHONES:
        form = {"MessagingBinding.Address": phone, "MessagingBinding.ProxyAddress": PROXY}
        client.made(f"/Conversations/{phones}/Participants", form)
    client.made(f"/Conversations/{chat}/Participants", {"Identity": "eve"})
    return [phones, chat]


def posted_until_killed(server: Server, client: Client, talks: list[str], until: float) -> None:
    """Posts as fast as it can; half of the messages are somebody's with a phone."""
    number = 0
    while time.monotonic() < until:
        number += 1
        form = {"Body": "x", "Author": PHONES[0] if number % 2 else "eve"}
        for talk in talks:
            client.made(f"/Conversations/{talk}/Messages", form)
    kill_all(server)


def held(client: Client, phone: str) -> list[Any]:
    return client.at("/_partywire").items(f"/Handsets/{phone}/Messages", "messages", PageSize=100)


def wanted(messages: list[Any], phone: str) -> Counter[str]:
    return Counter(each["sid"] for each in messages if each["author"] != phone)


def test_each_message_comes_to_each_handset_once(database_url: str, tmp_path: Path) -> None:
    options = ("--database", database_url, "--key-file", str(tmp_path / "key"))
    chance, credentials, talks = random.Random(), account(), list[str]()
    for _ in range(KILLS):
        with dev_server(*options) as server, Client(server.url, credentials) as client:
            talks = talks or talks_of(client)
            until = time.monotonic() + chance.uniform(0, LONGEST_LOAD)
            posted_until_killed(server, client, talks, until)

    with dev_server(*options) as server, Client(server.url, credentials) as client:
        phones, chat = (
            client.items(f"/Conversations/{talk}/Messages", "messages", PageSize=100)
            for talk in talks
        )
        deadline = time.monotonic() + PATIENCE
        while any(len(held(client, p)) < wanted(phones, p).total() for p in PHONES):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        for phone in PHONES:
            came = Counter(each["message_sid"] for each in held(client, phone))
            assert came == wanted(phones, phone)
        fetched = client.items(f"/Conversations/{talks[0]}/Messages", "messages", PageSize=100)
        totals = {each["author"]: each["delivery"]["total"] for each in fetched}
        assert totals == {PHONES[0]: 2, "eve": 3}
        assert {each["delivery"]["delivered"] for each in fetched} == {"all"}
        assert all(each["delivery"] is None for each in chat)
