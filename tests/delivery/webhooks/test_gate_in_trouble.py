"""What becomes of a request whose pre-event webhook does not answer as one should."""

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from domain.scenes import refused
from partywire import errors
from partywire.delivery.webhooks import attempt as attempts
from partywire.domain import configuration_webhooks, messages
from partywire.domain.call import Call
from partywire.model.configuration_webhooks import AccountWebhooksChanges
from partywire.model.messages import Message, MessageChanges
from receivers import PATIENCE

Send = Callable[[bytes], None]
Answering = Callable[[Send], None]
OK = b"HTTP/1.1 200 OK\r\n"
JSON = OK + b"Content-Type: application/json\r\n"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    how: Answering


class _Handler(socketserver.StreamRequestHandler):
    """Takes a whole request, and answers it in a way of its own."""

    server: _Server
    timeout = PATIENCE

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            if self.asked():
                self.server.how(self.request.sendall)

    def asked(self) -> bool:
        """Takes a request; False if there comes none any more."""
        head = b""
        while (line := self.rfile.readline()) not in {b"", b"\r\n"}:
            head += line
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        self.rfile.read(int(length or b"0"))
        return head != b""


@contextlib.contextmanager
def answering(how: Answering, handler: type[_Handler] = _Handler) -> Iterator[str]:
    """The URL of a webhook that answers in its own way."""
    with _Server(("127.0.0.1", 0), handler) as server:
        server.how = how
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


async def ask_at(room: Call, url: str) -> None:
    """Has the webhook at a URL be asked about messages."""
    changes = AccountWebhooksChanges(pre_webhook_url=url, filters=["onMessageAdd"])
    await configuration_webhooks.update_account(room, changes)


async def post(room: Call) -> Message:
    return await messages.create(room, "tea", MessageChanges(body="Milk?"))


def saying(data: bytes) -> Answering:
    return lambda send: send(data)


def dripping(first: bytes, again: bytes) -> Answering:
    """Sends a little, and then a little more, until nobody listens."""

    def drip(send: Send) -> None:
        send(first)
        while True:
            send(again)
            time.sleep(0.01)

    return drip


@pytest.mark.parametrize(
    "how",
    [
        dripping(b"HTTP/1.1 403 ", b"N"),
        dripping(b"HTTP/1.1 403 No\r\n", b"X-More: x\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(b'%bContent-Length: 10000000\r\n\r\n{"body": "' % JSON, b"x"),
        dripping(b'%bTransfer-Encoding: chunked\r\n\r\n9\r\n{"body":"\r\n' % JSON, b"1\r\nx\r\n"),
    ],
    ids=["status", "headers", "continue", "body", "chunks"],
)
async def test_who_answers_drop_by_drop_is_too_slow(
    room: Call, how: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "SECONDS", 0.2)
    with answering(how) as url:
        await ask_at(room, url)
        assert (await post(room)).body == "Milk?"


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"hello\r\n\r\n",
        OK,
        b'%bContent-Length: 100\r\n\r\n{"body": "Tea!"' % JSON,
        b'%bTransfer-Encoding: chunked\r\n\r\n99\r\n{"body": "Tea!"}' % JSON,
        b"%bContent-Length: many\r\n\r\n" % OK,
        b"%bX: %b\r\n\r\n" % (OK, b"x" * 1_000_000),
        b"\x16\x03\x01\x02\x00\x01\x00",
    ],
    ids=["nothing", "words", "half a head", "half", "half a chunk", "length", "head", "TLS"],
)
async def test_who_breaks_off_or_speaks_no_http_is_as_good_as_not_there(
    room: Call, said: bytes
) -> None:
    with answering(saying(said)) as url:
        await ask_at(room, url)
        assert (await post(room)).body == "Milk?"


async def test_who_speaks_no_tls_is_as_good_as_not_there(
    room: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "SECONDS", 0.2)
    with answering(saying(OK + b"\r\n")) as url:
        await ask_at(room, url.replace("http:", "https:"))
        assert (await post(room)).body == "Milk?"


async def test_who_closes_a_connection_that_was_kept_is_asked_over_another_one(
    room: Call,
) -> None:
    """Servers do so after some seconds, perhaps just as a question is on its way."""
    statuses = [b"200", b"403"]

    class Handler(_Handler):
        def handle(self) -> None:
            if self.asked():
                self.wfile.write(b"HTTP/1.1 %b X\r\nContent-Length: 0\r\n\r\n" % statuses.pop(0))
                self.asked()

    with answering(saying(b""), Handler) as url:
        await ask_at(room, url)
        assert (await post(room)).body == "Milk?"
        with refused(room, errors.RefusedByWebhook):
            await post(room)
    assert statuses == []


async def test_a_huge_page_is_no_json_either(room: Call) -> None:
    page = b"%bContent-Length: 10000000\r\n\r\n<html>%b" % (OK, b"x" * 9_999_994)
    with answering(saying(page)) as url:
        await ask_at(room, url)
        assert (await post(room)).body == "Milk?"


async def test_a_huge_json_cannot_be_used(room: Call) -> None:
    said = b'{"body": "Tea!", "x": "%b"}' % (b"x" * 9_999_974)
    with answering(saying(b"%bContent-Length: %d\r\n\r\n%b" % (JSON, len(said), said))) as url:
        await ask_at(room, url)
        with refused(room, errors.BadWebhookAnswer):
            await post(room)


@pytest.mark.parametrize("status", [b"300 X", b"304 X", b"307 X", b"308 X", b"999 X"])
async def test_what_is_neither_a_yes_nor_leads_anywhere_refuses(room: Call, status: bytes) -> None:
    with answering(saying(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % status)) as url:
        await ask_at(room, url)
        with refused(room, errors.RefusedByWebhook):
            await post(room)


async def test_who_sends_on_without_end_refuses(room: Call) -> None:
    with answering(
        saying(b"HTTP/1.1 307 X\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    ) as url:
        await ask_at(room, url)
        with refused(room, errors.RefusedByWebhook):
            await post(room)
