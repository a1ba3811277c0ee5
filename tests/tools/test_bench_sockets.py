"""The bench's sockets find messages in what comes, and its figures are what they are called."""

import itertools
import socket
from collections.abc import Callable

import pytest
from bench.load import LoadFailed, post
from bench.sockets.client import Frames, Socket, frame, packet
from bench.sockets.crowd import Crowd
from bench.sockets.speaking import Poster, Speaker, best, percentile
from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol, State

from partywire.wire.socket import packets

SIZES = [0, 1, 125, 126, 65_535, 65_536, 100_000]


def sent(messages: list[bytes]) -> bytes:
    """The bytes of a server that sends these."""
    server = Protocol(SERVER, state=State.OPEN)
    for message in messages:
        server.send_binary(message)
    return b"".join(server.data_to_send())


@pytest.mark.parametrize("size", SIZES)
def test_a_message_is_framed_as_the_protocol_wants_it(size: int) -> None:
    server = Protocol(SERVER, state=State.OPEN)
    server.receive_data(frame(b"x" * size))
    (event,) = server.events_received()
    assert isinstance(event, Frame)
    assert (event.opcode, event.data) == (Opcode.BINARY, b"x" * size)


@pytest.mark.parametrize("step", [1, 3, 1_000, 10**6])
def test_messages_are_found_however_they_come(step: int) -> None:
    messages = [b"x" * size for size in SIZES]
    data, frames = sent(messages), Frames()
    pieces = (data[begin : begin + step] for begin in range(0, len(data), step))
    assert list(itertools.chain.from_iterable(map(frames.feed, pieces))) == messages


def test_the_packets_of_the_bench_are_packets() -> None:
    asked = {"method": "POST", "path": "/x"}
    read = packets.read(packet({"method": "message", "id": "TM1", "http_request": asked}, {"a": 1}))
    assert (read.header.method, read.payload) == ("message", b'{"a": 1}')
    assert packets.read(packet({"method": "reply"})).payload == b""


@pytest.mark.parametrize(("part", "found"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(part: float, found: int) -> None:
    assert percentile(range(100, 0, -1), part) == found


def test_the_best_round_of_each_is_the_one_with_the_least_median() -> None:
    turns: list[str] = []

    def measure(name: str, samples: list[float]) -> Callable[[], float]:
        left = iter(samples)

        def measured() -> float:
            turns.append(name)
            return next(left)

        return measured

    # Of each round the first one warms up.
    measures = {"ours": measure("ours", [9, 3, 9, 1]), "bare": measure("bare", [9, 2, 9, 4])}
    assert best(measures, rounds=2, seconds=0) == {"ours": [1], "bare": [2]}
    assert turns == ["ours", "ours", "bare", "bare"] * 2


def test_a_crowd_has_heard_when_each_of_them_has() -> None:
    pairs = [socket.socketpair() for _ in range(3)]
    said: list[str] = []

    def say(messages: int) -> None:
        said.append("say")
        for _, far in pairs:
            far.sendall(sent([b"news", b"other"] * messages))

    listeners = [Socket(near) for near, _ in pairs]
    crowd = Crowd(listeners, lambda message: message == b"news")
    speaker = Speaker(say, lambda _: said.append("rest"), crowd)
    assert speaker.heard(2) > 0
    assert speaker.answered() > 0
    assert said == ["say", "rest"] * 2
    assert crowd.last == b"news"
    for pair in pairs:
        for end in pair:
            end.close()


def test_a_refused_post_ends_the_measurement() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        request = post("Basic x", "Body=Hello", "/v1/Conversations/CH/Messages")
        poster = Poster(server.getsockname(), request)
        poster.say(2)
        asked = [server.accept()[0] for _ in range(2)]
        for one, answer in zip(asked, (b"201 Created", b"429 Busy"), strict=True):
            assert one.recv(65536).endswith(b"Content-Length: 10\r\n\r\nBody=Hello")
            one.sendall(b"HTTP/1.1 " + answer + b"\r\n\r\n{}")
        with pytest.raises(LoadFailed, match="429 Busy"):
            poster.rest(2)
        poster.close()
        for one in asked:
            one.close()
