"""Files as clients send them up: what is too much, and what breaks off."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from partywire import errors
from partywire.wire.http.exchange import Request
from partywire.wire.http.media_uploads import received

KIND = b"image/png"


def request(
    *messages: dict[str, Any], query: bytes = b"", kind: bytes = KIND, length: bytes | None = None
) -> Request:
    """A request whose body comes so."""
    coming = iter(messages)

    async def receive() -> Any:
        return next(coming)

    headers = {b"content-type": kind}
    if length is not None:
        headers[b"content-length"] = length
    return Request({"query_string": query}, receive, headers)


def piece(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def whole(pieces: AsyncIterator[bytes]) -> list[bytes]:
    return [each async for each in pieces]


async def test_a_raw_body_is_passed_on_as_it_comes() -> None:
    query = b"Category=history&Filename=%C3%BC"
    asked = request(piece(b"a"), piece(b""), piece(b"b", more=False), query=query)
    described, pieces = await received(asked, 10)
    assert (described.category, described.filename) == ("history", "ü")
    assert described.content_type == "image/png"
    assert await whole(pieces) == [b"a", b"b"]


async def test_what_is_said_to_be_too_large_is_not_read() -> None:
    with pytest.raises(errors.MediaTooLarge):
        await received(request(length=b"11"), 10)
    await received(request(length=b"10"), 10)


async def test_a_form_may_have_a_little_around_its_file() -> None:
    kind = b"multipart/form-data; boundary=x"
    body = piece(b"--x\r\n\r\nabc\r\n--x--\r\n", more=False)
    described, pieces = await received(request(body, kind=kind, length=b"500"), 3)
    assert (described.category, described.content_type) == ("media", "application/octet-stream")
    assert await whole(pieces) == [b"abc"]
    with pytest.raises(errors.MediaTooLarge):
        await received(request(kind=kind, length=b"99999"), 3)


async def test_a_client_that_goes_away_is_an_error() -> None:
    _, pieces = await received(request(piece(b"a"), {"type": "http.disconnect"}), 10)
    with pytest.raises(errors.BadRequest):
        await whole(pieces)
