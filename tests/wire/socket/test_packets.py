"""Packets of the socket."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.wire.socket import packets
from partywire.wire.socket.packets import BadPacket, Packet

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
PAYLOADS = st.binary(max_size=200)


def packet(header: dict[str, Any], payload: bytes = b"", end: bytes = b"\r\n") -> bytes:
    """A packet as a client would write it."""
    text = json.dumps({**header, "payload_size": len(payload)}, ensure_ascii=False).encode()
    return b"TWILSOCK V3.0 %d\r\n%b\r\n%b%b" % (len(text), text, payload, end if payload else b"")


@given(method=TEXTS, identifier=TEXTS, payload=PAYLOADS)
def test_what_is_written_is_read_again(method: str, identifier: str, payload: bytes) -> None:
    read = packets.read(packets.write({"method": method, "id": identifier}, payload))
    assert (read.header.method, read.header.id, read.payload) == (method, identifier, payload)


@given(data=st.binary(max_size=300))
def test_anything_is_a_packet_or_none(data: bytes) -> None:
    with contextlib.suppress(BadPacket):
        assert isinstance(packets.read(data), Packet)


@given(header=st.binary(max_size=200), rest=st.binary(max_size=20))
def test_any_header_is_one_or_none(header: bytes, rest: bytes) -> None:
    with contextlib.suppress(BadPacket):
        packets.read(b"TWILSOCK V3.0 %d\r\n%b\r\n%b" % (len(header), header, rest))


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(
    fields=st.dictionaries(
        st.sampled_from(["method", "id", "payload_size", "token", "http_request", "registrations"]),
        JSONS | st.fixed_dictionaries({"method": JSONS, "path": JSONS, "params": JSONS}),
    )
)
def test_any_fields_make_a_header_or_none(fields: dict[str, Any]) -> None:
    text = json.dumps(fields).encode()
    with contextlib.suppress(BadPacket):
        packets.read(b"TWILSOCK V3.0 %d\r\n%b\r\n" % (len(text), text))


@given(data=st.data())
def test_a_packet_that_was_cut_is_none(data: st.DataObject) -> None:
    whole = packet({"method": "message", "id": "TM1"}, b'{"a":"b"}', end=b"")
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(BadPacket):
        packets.read(whole[:cut])


def test_lengths_are_bytes_and_not_characters() -> None:
    read = packets.read(packet({"method": "update", "token": "é🙂"}, "é🙂".encode()))
    assert (read.header.token, read.payload.decode()) == ("é🙂", "é🙂")


def test_the_line_end_after_a_payload_may_be_left_out() -> None:
    assert packets.read(packet({"method": "message"}, b"{}", end=b"")).payload == b"{}"


@pytest.mark.parametrize("more", [b"x", b"\r\nx", b"\r\n\r\n", b"\n"])
def test_nothing_comes_after_a_payload(more: bytes) -> None:
    with pytest.raises(BadPacket, match="payload"):
        packets.read(packet({"method": "message"}, b"{}", end=more))


@pytest.mark.parametrize("size", [3, -1, 10**12])
def test_a_payload_is_as_long_as_it_says(size: int) -> None:
    text = json.dumps({"method": "message", "payload_size": size}).encode()
    with pytest.raises(BadPacket, match="payload"):
        packets.read(b"TWILSOCK V3.0 %d\r\n%b\r\n{}" % (len(text), text))


@pytest.mark.parametrize("first", [b"TWILSOCK V2.0 2", b"twilsock V3.0 2", b"TWILSOCK V3.0 x"])
def test_another_protocol_is_none_of_ours(first: bytes) -> None:
    with pytest.raises(BadPacket, match="begin"):
        packets.read(first + b"\r\n{}\r\n")


def test_a_header_that_is_a_bomb_is_none() -> None:
    text = b'{"method":' + b"[" * 100_000
    with pytest.raises(BadPacket, match="read"):
        packets.read(b"TWILSOCK V3.0 %d\r\n%b\r\n" % (len(text), text))


def test_a_packet_without_a_payload_says_so() -> None:
    written = packets.write({"method": "ping", "id": "TM1"})
    assert written == b'TWILSOCK V3.0 45\r\n{"method":"ping","id":"TM1","payload_size":0}\r\n'


def test_what_goes_out_holds_no_line_end_but_its_own() -> None:
    payload = msgspec.json.encode({"text": "a\r\nb"})
    written = packets.write({"method": "reply", "id": "a\r\nb"}, payload)
    assert written.count(b"\r\n") == 3
