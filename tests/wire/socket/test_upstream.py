"""Requests inside a socket, and where they go."""

import logging
from typing import Any

import msgspec
import pytest

from partywire import errors
from partywire.domain.call import Resources
from partywire.model.tokens import Grant
from partywire.storage.database import Again
from partywire.wire.socket.connections import Connection
from partywire.wire.socket.upstream import Reply, Request, Route, Upstream, reply


async def echo(connection: Connection, request: Request, *path: str) -> Reply:
    return reply({"who": connection.identity, "path": path, "query": request.query})


async def refuse(_connection: Connection, _request: Request) -> Reply:
    raise errors.BodyTooLong


async def fall(_connection: Connection, _request: Request) -> Reply:
    raise ZeroDivisionError


async def be_ill(_connection: Connection, _request: Request) -> Reply:
    raise errors.Unavailable("disk full at /var")


ROUTES = [
    Route("GET", "/v3/Maps/{Name}", echo),
    Route("POST", "/refuse", refuse),
    Route("POST", "/fall", fall),
    Route("POST", "/ill", be_ill),
]


@pytest.fixture
def connection(resources: Resources) -> Connection:
    grant = Grant("AC1", "AC1", "IS1", "alice", "SK1", 0)
    return Connection(resources, grant, "US1", "", lambda *_: None)


async def asked(connection: Connection, method: str, path: str, **more: Any) -> tuple[int, Any]:
    answer = await Upstream(ROUTES).handle(connection, Request(method, path, **more))
    return answer.status, msgspec.json.decode(answer.body)


async def test_a_request_goes_where_its_path_fits_with_decoded_parameters(
    connection: Connection,
) -> None:
    status, body = await asked(connection, "GET", "/v3/Maps/a%2Fb", query={"Key": ["1", "2"]})
    assert status == 200
    assert body == {"who": "alice", "path": ["a/b"], "query": {"Key": ["1", "2"]}}


async def test_a_path_where_nothing_stands_is_not_found(connection: Connection) -> None:
    for path in ("/v3/Maps", "/v3/Maps/", "", "x", "/v3/Maps/%00", "/v3/Maps/%ff"):
        status, body = await asked(connection, "GET", path)
        assert (status, body["code"], body["status"]) == (404, 20404, 404)


async def test_another_method_is_refused(connection: Connection) -> None:
    assert (await asked(connection, "DELETE", "/v3/Maps/x"))[0] == 405


async def test_a_refusal_says_status_code_and_message(connection: Connection) -> None:
    status, body = await asked(connection, "POST", "/refuse")
    assert (status, body["code"], body["message"]) == (400, 50504, "Message body is too long")


async def test_a_fault_of_ours_is_logged_and_says_nothing(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    status, body = await asked(connection, "POST", "/fall")
    assert (status, body["message"]) == (500, "Internal server error")
    assert "ZeroDivisionError" in caplog.text


async def test_what_the_operator_must_know_is_logged_and_not_told(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        status, body = await asked(connection, "POST", "/ill")
    assert status == 503
    assert "/var" not in body["message"]
    assert "/var" in caplog.text


async def test_what_was_undone_is_done_again(connection: Connection) -> None:
    tries = []

    async def second_time(_connection: Connection, _request: Request) -> Reply:
        tries.append(1)
        if len(tries) == 1:
            raise Again("somebody was faster")
        return reply({})

    answer = await Upstream([Route("POST", "/x", second_time)]).handle(
        connection, Request("POST", "/x")
    )
    assert (answer.status, len(tries)) == (200, 2)


async def test_what_comes_after_an_answer_is_done_again_or_logged(
    connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[Exception] = []
    failures: list[Exception] = [
        Again("somebody was faster"),
        errors.Unavailable("disk full at /var"),
        ZeroDivisionError("a fault of ours"),
    ]

    async def then() -> None:
        if failures:
            tries.append(failures.pop(0))
            raise tries[-1]

    async def promise(_connection: Connection, _request: Request) -> Reply:
        return reply({}, 202, then)

    upstream = Upstream([Route("POST", "/x", promise), Route("GET", "/v3/Maps/{Name}", echo)])
    request, question = Request("POST", "/x"), Request("GET", "/v3/Maps/a")
    answer = await upstream.handle(connection, request)
    assert (answer.status, tries) == (202, [])
    for _ in range(3):
        await upstream.go_on(request, answer)
    await upstream.go_on(question, await upstream.handle(connection, question))
    assert failures == []
    assert "faster" not in caplog.text
    assert "disk full" in caplog.text
    assert "a fault of ours" in caplog.text


def test_a_route_is_there_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        Upstream([*ROUTES, ROUTES[0]])


class Body(msgspec.Struct):
    body: str = ""


def test_a_body_is_read_as_what_it_should_be() -> None:
    assert Request("POST", "/", body=b'{"body":"x","more":1}').json(Body) == Body("x")
    assert Request("POST", "/").json(Body) == Body()


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"body":1}', b"\xff", b"[" * 5000])
def test_a_body_that_is_something_else_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(errors.BadRequest):
        Request("POST", "/", body=body).json(Body)


def test_of_a_parameter_that_comes_twice_the_last_counts() -> None:
    request = Request("GET", "/", {"Key": ["1", "2"]})
    assert request.parameter("Key") == "2"
    assert request.parameter("Order") is None
