"""Requests about which somebody is being asked, while clients and servers go away."""

import base64
import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from harness import Client, account, dev_server
from receivers import PATIENCE, Receiver, Reply

SAID = "/Conversations/tea/Messages"


def asking(client: Client, receiver: Receiver) -> None:
    """A room called tea, about whose messages somebody is asked who does not answer yet."""
    client.made("/Conversations", {"UniqueName": "tea"})
    hook = {"PreWebhookUrl": receiver.url, "Filters": ["onMessageAdd"]}
    client.made("/Configuration/Webhooks", hook)
    receiver.may_answer = lambda: False


def begun(client: Client, text: str) -> socket.socket:
    """A request that is sent, and whose answer is not waited for."""
    assert client.credentials is not None
    host, port = client.url.removeprefix("http://").split(":")
    body = f"Body={text}".encode()
    lines = [
        f"POST /v1{SAID} HTTP/1.1",
        f"Host: {host}:{port}",
        f"Authorization: Basic {base64.b64encode(':'.join(client.credentials).encode()).decode()}",
        "Content-Type: application/x-www-form-urlencoded",
        "X-Twilio-Webhook-Enabled: true",
        f"Content-Length: {len(body)}",
    ]
    made = socket.create_connection((host, int(port)), PATIENCE)
    made.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return made


def texts(client: Client) -> list[str]:
    return [each["body"] for each in client.items(SAID, "messages")]


def test_who_hangs_up_has_asked_for_it_all_the_same(client: Client, receiver: Receiver) -> None:
    asking(client, receiver)
    receiver.reply = lambda received: Reply(403 if b"Body=spam" in received.body else 200)
    wanted = {f"tea{number}" for number in range(10)}
    waiting = [begun(client, text) for text in ["spam", *wanted]]
    receiver.wait(11)
    for each in waiting:
        each.close()
    assert texts(client) == []
    receiver.may_answer = lambda: True
    deadline = time.monotonic() + PATIENCE
    while len(texts(client)) < 10:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    # What is asked about next is answered after what was refused.
    client.made(SAID, {"Body": "the last"})
    assert set(texts(client)) == wanted | {"the last"}


def test_a_server_that_is_stopped_waits_for_the_answer(
    own_database: tuple[str, ...], receiver: Receiver
) -> None:
    with dev_server(*own_database) as server, Client(server.url, account()) as client:
        asking(client, receiver)
        with (
            contextlib.closing(begun(client, "tea")) as waiting,
            ThreadPoolExecutor(1) as beside,
        ):
            receiver.wait(1)
            stopping = beside.submit(server.stop)
            # It has seen the signal once it takes no more connections.
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(waiting.getpeername(), PATIENCE).close()
                except OSError:
                    break
                assert time.monotonic() < deadline
                time.sleep(0.01)
            receiver.may_answer = lambda: True
            assert waiting.recv(65536).startswith(b"HTTP/1.1 201")
            assert stopping.result(PATIENCE) == 0
