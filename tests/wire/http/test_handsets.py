"""People at the other end, on a bench: what is said reaches their handsets, and they answer."""

import contextlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness import STARTING_SECONDS, Client, Server, account, assert_refused, serve_account
from wire.http.bench import Bench
from wire.http.chat import close, conversation, join, say

ANN, BEN, CEM, PROXY = "+15550001", "+15550002", "+15550003", "+15550100"
WHATSAPP = "whatsapp:+15550009"
FLOW = "FW" + "0" * 32


def until(look: Callable[[], Any]) -> Any:
    """What it sees, once it sees something."""
    deadline = time.monotonic() + STARTING_SECONDS
    while not (seen := look()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return seen


class Handset:
    """A client at one address."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self.address = client.at("/_partywire"), address
        self.path = f"/Handsets/{address}"

    def set(self, **form: Any) -> Any:
        return self._client.made(self.path, form)

    def held(self) -> list[Any]:
        return self._client.items(f"{self.path}/Messages", "messages")

    def got(self, count: int = 1) -> list[Any]:
        """What has come, once there are so many."""

        def look() -> list[Any]:
            came = [each for each in self.held() if each["direction"] == "received"]
            return came if len(came) >= count else []

        found: list[Any] = until(look)
        assert len(found) == count
        return found

    def write(self, body: str, to: str = PROXY) -> httpx.Response:
        return self._client.post(f"{self.path}/Messages", {"To": to, "Body": body})

    def says(self, sid: str, **form: Any) -> httpx.Response:
        return self._client.post(f"{self.path}/Messages/{sid}", form)


def add(client: Client, sid: str, address: str, proxy: str = PROXY) -> Any:
    form = {"MessagingBinding.Address": address, "MessagingBinding.ProxyAddress": proxy}
    return client.made(f"/Conversations/{sid}/Participants", form)


def configure(client: Client, **creation: Any) -> None:
    form = {f"AutoCreation.{name}": value for name, value in creation.items()}
    address = {"Type": "sms", "Address": PROXY, "AutoCreation.Enabled": "true"}
    client.made("/Configuration/Addresses", {**address, **form})


def delivery(client: Client, message: Any) -> Any:
    path = f"/Conversations/{message['conversation_sid']}/Messages"
    fetched = client.seen(f"{path}/{message['sid']}")
    listed = [each for each in client.items(path, "messages") if each["sid"] == message["sid"]]
    assert listed == [fetched]
    return fetched["delivery"]


def shares(total: int, **given: str) -> dict[str, Any]:
    """What a message says of its way; what is not given is none."""
    none = dict.fromkeys(("sent", "delivered", "read", "failed", "undelivered"), "none")
    return {"total": total, **none, **given}


def test_two_people_with_phones_and_one_who_chats(client: Client) -> None:
    sid = conversation(client)
    join(client, sid, "eve")
    people = [add(client, sid, address) for address in (ANN, BEN)]
    ann, ben = Handset(client, ANN), Handset(client, BEN)

    message = say(client, sid, "Kick-off at ten", Author="eve")
    assert message["delivery"] is None
    (on_anns,), (on_bens,) = ann.got(), ben.got()
    for shown, person in zip((on_anns, on_bens), people, strict=True):
        assert (shown["body"], shown["author"], shown["proxy_address"]) == (
            "Kick-off at ten",
            "eve",
            PROXY,
        )
        assert (shown["message_sid"], shown["participant_sid"]) == (message["sid"], person["sid"])
    assert delivery(client, message) == shares(2, sent="all", delivered="all")

    assert ann.says(on_anns["sid"], Status="read").json()["status"] == "read"
    wanted = shares(2, sent="all", delivered="all", read="some")
    assert delivery(client, message) == wanted
    receipts = client.items(
        f"/Conversations/{sid}/Messages/{message['sid']}/Receipts", "delivery_receipts"
    )
    assert [each["channel_message_sid"] for each in receipts] == [on_anns["sid"], on_bens["sid"]]
    assert [each["status"] for each in receipts] == ["read", "delivered"]

    answer = ben.write("I shall be late")
    assert answer.status_code == 201
    (_, posted) = client.items(f"/Conversations/{sid}/Messages", "messages")
    assert (posted["author"], posted["body"]) == (BEN, "I shall be late")
    assert (posted["participant_sid"], posted["index"]) == (people[1]["sid"], 1)
    assert answer.json()["message_sid"] == posted["sid"]
    assert ann.got(2)[1]["body"] == "I shall be late"
    assert [each["direction"] for each in ben.held()] == ["received", "written"]
    assert delivery(client, posted) == shares(1, sent="all", delivered="all")


def test_a_handset_that_fails(client: Client) -> None:
    sid = conversation(client)
    for address in (ANN, BEN, CEM):
        add(client, sid, address)
    ann, ben, cem = (Handset(client, address) for address in (ANN, BEN, CEM))
    told = ann.set(Status="failed", ErrorCode=30003)
    assert (told["status"], told["error_code"]) == ("failed", 30003)
    assert ben.set(Status="Sent")["status"] == "sent"
    message = say(client, sid)
    (on_bens,) = ben.got()
    assert delivery(client, message) == shares(3, sent="some", delivered="some", failed="some")
    assert [(each["status"], each["error_code"]) for each in ann.got()] == [("failed", 30003)]

    lost = ben.says(on_bens["sid"], Status="undelivered").json()
    assert (lost["status"], lost["error_code"]) == ("undelivered", 30008)
    wanted = shares(3, sent="some", delivered="some", failed="some", undelivered="some")
    assert delivery(client, message) == wanted
    assert_refused(ben.says(on_bens["sid"], Status="read"), 409, 20409)
    assert cem.got()[0]["status"] == "delivered"


def test_whatsapp_has_messages_of_its_own_kind(client: Client) -> None:
    sid = conversation(client)
    add(client, sid, WHATSAPP, "whatsapp:" + PROXY)
    phone = Handset(client, WHATSAPP)
    message = say(client, sid)
    (held,) = phone.got()
    assert held["sid"].startswith("WA")
    assert held["url"].endswith(f"/_partywire/Handsets/whatsapp:+15550009/Messages/{held['sid']}")
    assert client.http.get(held["url"]).json() == held
    assert phone.write("yes", to="whatsapp:" + PROXY).json()["sid"].startswith("WA")
    assert delivery(client, message) == shares(1, sent="all", delivered="all")


def test_chat_alone_has_no_delivery(client: Client) -> None:
    sid, other = conversation(client), conversation(client)
    join(client, sid, "eve")
    message = say(client, sid)
    add(client, other, ANN)
    say(client, other)
    Handset(client, ANN).got()
    assert delivery(client, message) is None


@pytest.mark.parametrize(
    ("creation", "configuration"),
    [
        ({}, None),
        (
            {
                "Type": "webhook",
                "WebhookUrl": "http://127.0.0.1:9/x",
                "WebhookFilters": ["onMessageAdded"],
            },
            {"url": "http://127.0.0.1:9/x", "method": "post", "filters": ["onMessageAdded"]},
        ),
        ({"Type": "studio", "StudioFlowSid": FLOW}, {"flow_sid": FLOW}),
    ],
)
def test_somebody_new_begins_a_conversation(
    client: Client, creation: dict[str, Any], configuration: dict[str, Any] | None
) -> None:
    configure(client, **creation)
    ann = Handset(client, ANN)
    sid = ann.write("Is anybody there?").json()["conversation_sid"]
    assert ann.write("Hello?").json()["conversation_sid"] == sid

    bodies = [each["body"] for each in client.items(f"/Conversations/{sid}/Messages", "messages")]
    assert bodies == ["Is anybody there?", "Hello?"]
    (person,) = client.items(f"/Conversations/{sid}/Participants", "participants")
    assert person["messaging_binding"] == {"type": "sms", "address": ANN, "proxy_address": PROXY}
    hooks = client.items(f"/Conversations/{sid}/Webhooks", "webhooks")
    wanted = [] if configuration is None else [configuration]
    assert [each["configuration"] for each in hooks] == wanted

    say(client, sid, "At your service", Author="eve")
    assert ann.got()[0]["body"] == "At your service"


def test_a_closed_conversation_is_over_for_a_handset_too(client: Client) -> None:
    sid = conversation(client)
    add(client, sid, ANN)
    close(client, sid)
    ann = Handset(client, ANN)
    assert_refused(ann.write("hello"), 400, 20001)
    configure(client)
    assert ann.write("hello").json()["conversation_sid"] != sid


@pytest.mark.parametrize(
    ("path", "form", "code"),
    [
        ("", {}, 20001),
        ("", {"Status": "lost"}, 20001),
        ("", {"Status": "failed", "ErrorCode": "x"}, 20001),
        ("/Messages", {"Body": "x"}, 20001),
        ("/Messages", {"To": PROXY}, 50503),
        ("/Messages", {"To": "nobody", "Body": "x"}, 50408),
        ("/Messages", {"To": "whatsapp:" + PROXY, "Body": "x"}, 50414),
    ],
)
def test_what_a_handset_cannot_do_is_refused(
    client: Client, path: str, form: dict[str, str], code: int
) -> None:
    bench = client.at("/_partywire")
    assert_refused(bench.post(f"/Handsets/{ANN}{path}", form), 400, code)
    assert_refused(bench.get("/Handsets/nobody/Messages"), 400, 50407)
    missing = f"/Handsets/{ANN}/Messages/SM{'0' * 32}"
    assert_refused(bench.get(missing), 404, 20404)
    assert_refused(bench.post(missing, {"Status": "read"}), 404, 20404)
    assert_refused(bench.post(missing), 400, 20001)


def test_a_handset_shows_where_its_messages_are(client: Client) -> None:
    bench = client.at("/_partywire")
    shown = bench.seen(f"/Handsets/{ANN}")
    assert shown == {
        "account_sid": client.credentials[0] if client.credentials else "",
        "address": ANN,
        "status": "delivered",
        "error_code": 0,
        "url": f"{client.url}/_partywire/Handsets/{ANN}",
        "links": {"messages": f"{client.url}/_partywire/Handsets/{ANN}/Messages"},
    }


def test_what_a_handset_holds_is_listed_in_pages(client: Client) -> None:
    configure(client)
    ann = Handset(client, ANN)
    for number in range(5):
        ann.write(str(number))
    path = f"{ann.path}/Messages"
    found = client.at("/_partywire").items(path, "messages", PageSize=2)
    assert [each["body"] for each in found] == list("01234")


def test_handsets_want_credentials(server: Server) -> None:
    with Client(server.url, None, "/_partywire") as nobody:
        assert_refused(nobody.get(f"/Handsets/{ANN}"), 401, 20003)
    with Client(server.url, account(), "/_partywire") as client:
        assert client.items(f"/Handsets/{ANN}/Messages", "messages") == []


async def test_a_server_that_is_no_bench_has_none(bench: Bench) -> None:
    for path in (f"/_partywire/Handsets/{ANN}", f"/_partywire/Handsets/{ANN}/Messages"):
        assert (await bench.http.get(path)).status_code == 404
        assert (await bench.http.post(path)).status_code == 404


_PASSED_BY = """SELECT 1 FROM cursors WHERE follower = 'channels' AND position >=
    (SELECT max(position) FROM events WHERE kind = 'message.added')"""


def is_passed_by(file: Path) -> bool:
    """Whether who carries messages has seen the last one, and is done with it."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return bool(database.execute(_PASSED_BY).fetchall())


def test_serve_carries_nothing(tmp_path: Path) -> None:
    file = tmp_path / "serve.db"
    credentials = serve_account(file)
    server = Server(["serve", "--database", f"sqlite:///{file}", "--port", "0"])
    try:
        with Client(server.url, credentials) as client:
            sid = conversation(client)
            add(client, sid, ANN)
            message = say(client, sid)
            assert_refused(client.at("/_partywire").get(f"/Handsets/{ANN}"), 404, 20404)
            until(lambda: is_passed_by(file))
            assert delivery(client, message) is None
            path = f"/Conversations/{sid}/Messages/{message['sid']}/Receipts"
            assert client.items(path, "delivery_receipts") == []
    finally:
        assert server.stop() == 0
