"""Many phones at two nodes at once: each begins one conversation, and hears everything once."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest

from harness import Client, Server, account
from wire.http.test_handsets import until

PROXY = "+15550100"
PHONES = [f"+1555000{number:04}" for number in range(8)]
WRITTEN, ANSWERED = 6, 10  # to and from each phone
EVERYBODY = 8


@pytest.fixture
def clients(servers: list[Server]) -> Iterator[list[Client]]:
    """Some of one account at either node."""
    credentials = account()
    with contextlib.ExitStack() as open_clients:
        yield [
            open_clients.enter_context(Client(server.url, credentials))
            for server in servers * (EVERYBODY // 2)
        ]


def at_once(clients: list[Client], act: Any, works: list[Any]) -> list[Any]:
    """What each piece of work came to, all of them done by all clients together."""
    mine = [clients[number % len(clients)] for number in range(len(works))]
    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(act, mine, works))


def test_phones_at_two_nodes(clients: list[Client]) -> None:
    configured = {"Type": "sms", "Address": PROXY, "AutoCreation.Enabled": "true"}
    clients[0].made("/Configuration/Addresses", configured)

    def write(client: Client, phone: str) -> tuple[str, str]:
        form = {"To": PROXY, "Body": "hello"}
        sent = client.at("/_partywire").made(f"/Handsets/{phone}/Messages", form)
        return phone, sent["conversation_sid"]

    begun = at_once(clients, write, [phone for phone in PHONES for _ in range(WRITTEN)])
    talks = dict(begun)
    assert Counter(begun) == {(phone, talks[phone]): WRITTEN for phone in PHONES}
    assert len(set(talks.values())) == len(PHONES)

    def answer(client: Client, phone: str) -> str:
        form = {"Author": "eve", "Body": "hello"}
        sid: str = client.made(f"/Conversations/{talks[phone]}/Messages", form)["sid"]
        return sid

    answers = at_once(clients, answer, PHONES * ANSWERED)
    bench = clients[0].at("/_partywire")

    def received() -> list[Any]:
        held = [
            m for phone in PHONES for m in bench.items(f"/Handsets/{phone}/Messages", "messages")
        ]
        found = [each for each in held if each["direction"] == "received"]
        return found if len(found) >= len(answers) else []

    came = until(received)
    assert Counter(each["message_sid"] for each in came) == Counter(answers)

    def read(client: Client, held: Any) -> str:
        path = f"/Handsets/{held['address']}/Messages/{held['sid']}"
        status: str = client.at("/_partywire").made(path, {"Status": "read"})["status"]
        return status

    told = at_once(clients, read, [held for held, _ in product(came, range(2))])
    assert set(told) == {"read"}
    for talk in talks.values():
        for message in clients[0].items(f"/Conversations/{talk}/Messages", "messages"):
            shown = message["delivery"] and (
                message["delivery"]["total"],
                message["delivery"]["read"],
            )
            assert shown == ((1, "all") if message["author"] == "eve" else None)
