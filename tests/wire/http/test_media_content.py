"""The content of media: whole, in part, and what else HTTP makes of it."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import Client, assert_refused
from partywire.errors import MediaNotFound, Unavailable
from partywire.wire.http.media_content import Content, disposition, send_content
from wire.http.uploads import Media, nobody

TEXT = bytes(range(256)) * 3


@pytest.fixture
def media(client: Client) -> Media:
    return Media(client)


@pytest.fixture
def link(media: Media) -> str:
    """Where TEXT is."""
    found: str = media.sent(TEXT, Filename="a.png")["links"]["content_direct_temporary"]
    return found


def got(client: Client, link: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return nobody(client, "GET", link, **named)


def test_all_of_it_comes_with_what_caches_and_browsers_need(client: Client, link: str) -> None:
    answer = got(client, link)
    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer.headers["content-length"] == str(len(TEXT))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["content-disposition"] == 'inline; filename="a.png"'
    assert answer.headers["twilio-request-id"].startswith("RQ")
    kept = answer.headers["cache-control"]
    assert kept.startswith("private, max-age=")
    assert 0 < int(kept.split("=")[1].partition(",")[0]) <= 300


def test_the_head_is_the_same_without_the_body(client: Client, link: str) -> None:
    whole, head = got(client, link), nobody(client, "HEAD", link, Range="bytes=0-1")
    assert (head.status_code, head.content) == (200, b"")
    changing = {"date", "twilio-request-id", "cache-control"}
    for name in whole.headers.keys() - changing:
        assert head.headers[name] == whole.headers[name], name


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=700-", 700, 768), ("bytes=-5", 763, 768)],
)
def test_a_part_of_it_can_be_had(
    client: Client, link: str, asked: str, start: int, stop: int
) -> None:
    answer = got(client, link, Range=asked)
    assert (answer.status_code, answer.content) == (206, TEXT[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/768"
    assert answer.headers["content-length"] == str(stop - start)


def test_a_part_that_is_not_there_cannot_be_had(client: Client, link: str) -> None:
    answer = got(client, link, Range="bytes=768-")
    assert_refused(answer, 416, 20416)
    assert answer.headers["content-range"] == "bytes */768"
    assert got(client, link, Range="bytes=0-1,5-6").content == TEXT


def test_a_part_belongs_to_what_the_client_has(client: Client, link: str) -> None:
    tag = got(client, link).headers["etag"]
    part = {"Range": "bytes=1-2"}
    assert got(client, link, If_Range=tag, **part).content == TEXT[1:3]
    for other in ('"other"', f"W/{tag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
        assert got(client, link, If_Range=other, **part).content == TEXT


def test_what_the_client_has_is_not_sent_again(client: Client, link: str) -> None:
    tag = got(client, link).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        answer = got(client, link, If_None_Match=known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
    assert got(client, link, If_None_Match='"other"').status_code == 200


@pytest.mark.parametrize(
    ("kind", "filename", "expected"),
    [
        ("image/png", None, "inline"),
        ("TEXT/Plain; charset=utf-8", "a.txt", 'inline; filename="a.txt"'),
        ("application/pdf", "a b.pdf", 'inline; filename="a b.pdf"'),
        ("audio/ogg", None, "inline"),
        ("video/mp4", None, "inline"),
        ("text/html", "a.html", 'attachment; filename="a.html"'),
        ("application/octet-stream", None, "attachment"),
        ("a/b", "ü 50%.x", "attachment; filename=\"? 50_.x\"; filename*=UTF-8''%C3%BC%2050%25.x"),
        ("a/b", 'a"\\b', "attachment; filename=\"a__b\"; filename*=UTF-8''a%22%5Cb"),
    ],
)
def test_browsers_show_what_they_can_and_save_the_rest(
    kind: str, filename: str | None, expected: str
) -> None:
    assert disposition(kind, filename) == expected


@given(st.text(max_size=20).filter(str.isprintable))
def test_every_name_fits_into_a_header(filename: str) -> None:
    shown = disposition("a/b", filename)
    assert shown.isascii()
    assert shown.isprintable()


class Receiver:
    """Who takes an answer, and may go away."""

    def __init__(self, stays: int = 10**9) -> None:
        self.stays = stays
        self.took: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def send(self, message: Any) -> None:
        self.took.append(message)
        if len(self.took) >= self.stays:
            self.gone.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}


class Source:
    """Pieces of a body, and how many of them were asked for."""

    def __init__(self, count: int, error: Exception | None = None) -> None:
        self.asked = 0
        self._count, self._error = count, error

    async def pieces(self) -> AsyncGenerator[bytes]:
        for _ in range(self._count):
            self.asked += 1
            yield b"x"
        if self._error is not None:
            raise self._error


async def sent(source: Source, receiver: Receiver) -> list[dict[str, Any]]:
    await send_content(receiver.send, receiver.receive, Content(200, [], source.pieces()))
    return receiver.took


async def test_a_piece_is_asked_for_when_the_one_before_was_taken() -> None:
    source = Source(5)

    class Slow(Receiver):
        async def send(self, message: Any) -> None:
            await super().send(message)
            assert source.asked == max(1, len(self.took) - 1) or not message.get("more_body")

    took = await sent(source, Slow())
    assert [message.get("body", b"") for message in took] == [b"", *[b"x"] * 5, b""]
    assert [message.get("more_body", False) for message in took[1:]] == [True] * 5 + [False]


async def test_nothing_more_is_read_for_a_client_that_left() -> None:
    source = Source(1000)
    await sent(source, Receiver(stays=4))
    assert source.asked <= 5


async def test_nothing_is_sent_of_what_cannot_be_read() -> None:
    for error in (MediaNotFound(), Unavailable("gone")):
        receiver = Receiver()
        with pytest.raises(type(error)):
            await sent(Source(0, error), receiver)
        assert receiver.took == []


async def test_an_answer_that_breaks_off_is_not_ended(caplog: pytest.LogCaptureFixture) -> None:
    took = await sent(Source(2, Unavailable("the disk is gone")), Receiver())
    assert [message.get("more_body") for message in took] == [None, True, True]
    assert "cut off: the disk is gone" in caplog.text
