"""Forms with files, cut into pieces anywhere."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.errors import MediaInvalid
from partywire.wire.http.multipart import Part, first_part, is_multipart

TYPE = b"multipart/form-data; boundary=xYz"


async def cut(body: bytes, *places: int) -> AsyncIterator[bytes]:
    """The body in pieces that end at these places."""
    ends = sorted({place for place in places if place < len(body)} | {len(body)})
    for start, end in zip([0, *ends], ends, strict=False):
        yield body[start:end]


async def read(body: bytes, *places: int, kind: bytes = TYPE) -> tuple[Part, bytes]:
    part = await first_part(kind, cut(body, *places))
    return part, b"".join([piece async for piece in part.pieces])


def form(content: bytes, head: bytes = b"") -> bytes:
    """A form whose first part has this content, and that has a second one."""
    second = b'--xYz\r\nContent-Disposition: form-data; name="b"\r\n\r\nmore\r\n--xYz--\r\n'
    return b"--xYz\r\n" + head + b"\r\n" + content + b"\r\n" + second


contents = st.binary(max_size=60) | st.lists(
    st.sampled_from([b"\r\n", b"-", b"--", b"xY", b"\r", b"\n--xY", b"a"]), max_size=12
).map(b"".join)


@given(contents, st.lists(st.integers(1, 200), max_size=8))
def test_the_content_is_the_same_wherever_the_body_is_cut(
    content: bytes, places: list[int]
) -> None:
    if b"\r\n--xYz" in b"\r\n" + content + b"\r\n":
        return
    _, found = asyncio.run(read(form(content), *places))
    assert found == content


async def test_a_real_client_s_form_is_understood() -> None:
    files = {"file": ('Bild ü "1".png', b"\x00\xff" * 1000, "image/png")}
    request = httpx.Request("POST", "http://x/", files=files)
    body, kind = request.read(), request.headers["content-type"].encode()
    part, content = await read(body, 7, 80, 400, kind=kind)
    assert (part.content_type, part.filename) == ("image/png", 'Bild ü "1".png')
    assert content == b"\x00\xff" * 1000
    assert is_multipart(kind)


@pytest.mark.parametrize(
    ("said", "filename"),
    [
        (b'form-data; name="a"; filename="a b.txt"', "a b.txt"),
        (b"form-data; name=a; filename=plain", "plain"),
        (b"form-data; name=a; filename*=UTF-8''%C3%BC.txt", "ü.txt"),
        ('form-data; name="a"; filename="ü"'.encode(), "ü"),
        (b'form-data; name="a"; filename="\xfc"', "ü"),
        (b'form-data; name="a"', None),
        (b"nonsense", None),
    ],
)
async def test_a_part_says_its_name(said: bytes, filename: str | None) -> None:
    head = b"content-disposition: " + said + b"\r\nno colon\r\n"
    part, content = await read(form(b"x", head))
    assert (part.filename, part.content_type, content) == (filename, None, b"x")


async def test_what_stands_before_the_first_part_is_passed_over() -> None:
    _, content = await read(b"a preamble\r\n" + form(b"x"))
    assert content == b"x"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (TYPE, b""),
        (TYPE, b"--xYz--\r\n"),
        (TYPE, b"--xYz\r\n\r\ncut of"),
        (TYPE, b"--xYz\r\nContent-Type: text/plain\r\n"),
        (TYPE, b"x" * 20_000),
        (TYPE, b"--xYz\r\nA: " + b"x" * 20_000),
        (b"multipart/form-data", form(b"x")),
        (b"multipart/form-data; boundary=", form(b"x")),
        (b"multipart/form-data; boundary=" + b"x" * 71, form(b"x")),
    ],
)
async def test_what_is_no_form_is_refused(kind: bytes, body: bytes) -> None:
    with pytest.raises(MediaInvalid):
        await read(body, *range(1, len(body), 500), kind=kind)
