"""The adapter between requests inside a socket and the domain."""

import pytest
from msgspec import UNSET, Struct

from domain.scenes import NOBODY
from partywire.domain.call import Call
from partywire.storage.database import Again
from partywire.wire.socket.commands.command import SERVICE, Asked, attributes, command, text
from partywire.wire.socket.upstream import Request, Upstream
from wire.socket.commands.sdk import BASE, Node


class Inner(Struct, frozen=True):
    word: str = ""


class Body(Struct, frozen=True):
    name: str = ""
    inner: Inner = Inner()


async def test_a_command_is_called_with_who_asks_and_the_rest_of_the_path(
    node: Node, call: Call
) -> None:
    seen: list[tuple[Asked, str]] = []

    async def act(asked: Asked, key: str) -> dict[str, str]:
        seen.append((asked, key))
        return {"name": asked.body(Body).name}

    ann = await node.sdk(call, "ann")
    route = command("POST", f"{SERVICE}/Things/{{Sid}}", act)
    request = Request("POST", "/", body=b'{"name":"Tea","more":1}')
    answer = await route.act(ann.connection, request, call.service_sid, "x")
    assert (answer.status, answer.body) == (200, b'{"name":"Tea"}')
    ((asked, key),) = seen
    assert (asked.identity, key) == ("ann", "x")
    sdk = asked.call
    assert sdk.scope.root == f"{BASE}/Client/v2/Services/{call.service_sid}"
    assert (sdk.source, sdk.client_identity, sdk.webhooks) == ("SDK", "ann", True)
    assert sdk.scope.service_sid == call.service_sid


async def test_a_command_that_is_done_again_is_the_same_call(node: Node, call: Call) -> None:
    seen: list[Call] = []

    async def act(asked: Asked) -> None:
        seen.append(asked.call)
        if len(seen) < 3:
            raise Again("a clash")

    ann = await node.sdk(call, "ann")
    upstream = Upstream([command("POST", "/x", act)])
    assert (await upstream.handle(ann.connection, Request("POST", "/x"))).status == 204
    first, *others = seen
    assert [(each.now, each.answers is first.answers) for each in others] == [(first.now, True)] * 2


async def test_a_command_that_shows_nothing_has_no_body(node: Node, call: Call) -> None:
    async def act(_asked: Asked) -> None:
        return None

    ann = await node.sdk(call, "ann")
    answer = await command("DELETE", "/x", act).act(ann.connection, Request("DELETE", "/x"))
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize("service", ["IS" + NOBODY, "", "IS"])
async def test_another_service_is_not_there(node: Node, call: Call, service: str) -> None:
    ann = await node.sdk(call, "ann")
    url = ann.links["conversations"].replace(call.service_sid, service)
    request = Request("POST", url.removeprefix(BASE))
    assert (await node.upstream.handle(ann.connection, request)).status == 404


@pytest.mark.parametrize("body", [b'{"name":"\\u0000"}', b'{"inner":{"word":"a\\u0000"}}'])
async def test_a_text_with_nul_is_refused(node: Node, call: Call, body: bytes) -> None:
    async def act(asked: Asked) -> Body:
        return asked.body(Body)

    ann = await node.sdk(call, "ann")
    route = command("POST", "/x", act)
    with pytest.raises(Exception, match="NUL"):
        await route.act(ann.connection, Request("POST", "/x", body=body))


def test_attributes_are_json_text_however_they_come() -> None:
    sent = ['{"a": 1}', "", None, {"a": 1}, [1], 1, True]
    kept = ['{"a": 1}', "{}", "{}", '{"a":1}', "[1]", "1", "true"]
    assert [attributes(each) for each in sent] == kept
    assert attributes(UNSET) is UNSET


def test_a_text_that_is_null_is_not_given() -> None:
    assert text(None) is UNSET
    assert text(UNSET) is UNSET
    assert text("") == ""
