"""The adapter: authentication, scope, form, use-case, view, bytes."""

import asyncio
import base64
import json
import logging
from typing import Any

import pytest

from partywire import errors
from partywire.domain.call import Call, Resources
from partywire.model.scope import Scope
from partywire.storage.database import Again
from partywire.wire.http.fields import text
from partywire.wire.http.forms import Form
from partywire.wire.http.operation import Api, Operation, Place
from partywire.wire.http.routing import Routes
from partywire.wire.http.traffic import Traffic
from wire.http.asgi import Wire, body, connection

HEADER = (b"authorization", b"Basic " + base64.b64encode(b"AC" + b"1" * 32 + b":token"))
HOST = (b"host", b"bench:80")
FORM_TYPE = (b"content-type", b"application/x-www-form-urlencoded")


def view(_scope: Scope, thing: Any) -> Any:
    """Shows the thing as it is."""
    return thing


def api(
    resources: Resources,
    *operations: Any,
    template: str = "/v1/Things/{Sid}",
    traffic: Traffic | None = None,
) -> Api:
    """An application with these operations at one path of the account door."""
    routes: Routes[Place] = Routes()
    place = routes.at(template, Place("account", {}))
    for operation in operations:
        place.operations[operation.method] = operation
    return Api(resources, routes, traffic)


async def asked(
    app: Api, method: str = "GET", path: bytes = b"/v1/Things/a%2Fb", data: bytes = b"", *more: Any
) -> Wire:
    """One exchange with an account of the bench."""
    wire = Wire(body(data))
    headers = (HEADER, HOST, FORM_TYPE, *more)
    await app(connection(method, path, headers=headers), wire.receive, wire.send)
    return wire


async def test_an_operation_is_called_with_the_call_and_the_decoded_path(
    resources: Resources,
) -> None:
    async def act(call: Call, key: str) -> Any:
        return {"key": key, "root": call.scope.root, "now": call.now, "hooks": call.webhooks}

    app = api(resources, Operation(method="GET", path="", act=act, view=view))
    wire = await asked(app)
    assert wire.status == 200
    assert json.loads(wire.body) == {
        "key": "a/b",
        "root": "http://bench:80/v1",
        "now": resources.clock.now(),
        "hooks": False,
    }


async def test_a_post_brings_the_values_of_its_form(resources: Resources) -> None:
    async def act(_call: Call, key: str, values: Any) -> Any:
        return [key, values]

    form = Form({"Name": ("name", text)})
    app = api(
        resources, Operation(method="POST", path="", act=act, form=form, view=view, status=201)
    )
    wire = await asked(app, "POST", b"/v1/Things/x", b"Name=a+b&Other=c")
    assert (wire.status, json.loads(wire.body)) == (201, ["x", {"name": "a b"}])


async def test_what_has_no_view_answers_204(resources: Resources) -> None:
    async def act(_call: Call, _key: str) -> None:
        return None

    app = api(resources, Operation(method="DELETE", path="", act=act))
    wire = await asked(app, "DELETE")
    assert (wire.status, wire.body) == (204, b"")


async def test_other_methods_and_paths_are_refused(resources: Resources) -> None:
    async def act(_call: Call, _key: str) -> None:
        return None

    app = api(resources, Operation(method="GET", path="", act=act))
    assert (await asked(app)).status == 204
    assert (await asked(app, "POST")).status == 405
    assert (await asked(app, path=b"/v1/Other")).status == 404


async def test_an_error_of_the_house_is_answered_as_it_is(resources: Resources) -> None:
    async def act(_call: Call, _key: str) -> None:
        raise errors.UniqueNameTaken

    wire = await asked(api(resources, Operation(method="GET", path="", act=act)))
    assert (wire.status, json.loads(wire.body)["code"]) == (409, 50353)


async def test_a_mistake_of_ours_is_logged_and_not_shown(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(_call: Call, _key: str) -> None:
        raise ValueError("our secret")

    app = api(resources, Operation(method="GET", path="", act=act))
    with caplog.at_level(logging.ERROR, "partywire"):
        wire = await asked(app)
    assert (wire.status, json.loads(wire.body)["code"]) == (500, 20500)
    assert b"secret" not in wire.body
    assert "our secret" in caplog.text
    assert "token" not in caplog.text


async def test_a_failing_database_is_logged_by_route_and_request(
    resources: Resources, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(_call: Call, _key: str) -> None:
        raise errors.Unavailable("disk full")

    app = api(resources, Operation(method="GET", path="/Things/{Sid}", act=act))
    with caplog.at_level(logging.ERROR, "partywire"):
        wire = await asked(app)
    assert (wire.status, wire.headers["retry-after"]) == (503, "1")
    assert b"disk" not in wire.body
    [record] = caplog.records
    assert record.getMessage() == "disk full"
    said = vars(record)
    assert (said["method"], said["route"]) == ("GET", "/v1/Things/{Sid}")
    assert said["request"] == wire.headers["twilio-request-id"]


def counted(traffic: Traffic) -> dict[tuple[str, str, int], int]:
    """How often each method, route and status came."""
    return {
        (route.method, route.template, status): outcome.count
        for route in traffic.routes
        for status, outcome in route.outcomes.items()
    }


async def test_requests_are_counted_by_the_template_of_their_path(resources: Resources) -> None:
    async def act(_call: Call, _key: str) -> None:
        return None

    traffic = Traffic()
    operation = Operation(method="GET", path="/Things/{Sid}", act=act)
    app = api(resources, operation, traffic=traffic)
    for method, path in (
        ("GET", b"/v1/Things/a"),
        ("GET", b"/v1/Things/b"),
        ("PATCH", b"/v1/Things/b"),
        ("PURGE", b"/v1/Things/b"),
        ("GET", b"/v1/alice"),
    ):
        await asked(app, method, path)
    wire = Wire(body(b""))
    await app(connection(path=b"/v1/Things/x", headers=[HOST]), wire.receive, wire.send)
    template = "/v1/Things/{Sid}"
    assert counted(traffic) == {
        ("GET", template, 204): 2,
        ("GET", template, 401): 1,
        ("PATCH", template, 405): 1,
        ("other", template, 405): 1,
        ("GET", "unmatched", 404): 1,
    }


async def test_nothing_is_done_for_strangers(resources: Resources) -> None:
    async def act(_call: Call, _key: str) -> None:
        pytest.fail("it was called")

    app = api(resources, Operation(method="GET", path="", act=act))
    wire = Wire(body(b""))
    await app(connection(path=b"/v1/Things/x", headers=[HOST]), wire.receive, wire.send)
    assert (wire.status, json.loads(wire.body)["code"]) == (401, 20003)


@pytest.mark.parametrize(("said", "heeded"), [(b"true", b"true"), (b"false", b"false")])
async def test_the_webhook_header_reaches_the_use_case(
    resources: Resources, said: bytes, heeded: bytes
) -> None:
    async def act(call: Call, _key: str) -> Any:
        return call.webhooks

    app = api(resources, Operation(method="GET", path="", act=act, view=view, webhooks=True))
    header = (b"x-twilio-webhook-enabled", said)
    assert (await asked(app, "GET", b"/v1/Things/x", b"", header)).body == heeded
    header = (b"x-twilio-webhook-enabled", b"perhaps")
    assert (await asked(app, "GET", b"/v1/Things/x", b"", header)).status == 400


@pytest.mark.parametrize("said", [b"true", b"perhaps"])
async def test_an_operation_that_calls_no_webhooks_does_not_look_at_the_header(
    resources: Resources, said: bytes
) -> None:
    async def act(call: Call, _key: str) -> Any:
        return call.webhooks

    app = api(resources, Operation(method="GET", path="", act=act, view=view))
    header = (b"x-twilio-webhook-enabled", said)
    assert (await asked(app, "GET", b"/v1/Things/x", b"", header)).body == b"false"


@pytest.mark.parametrize("heeds", [True, False])
async def test_what_is_done_again_remembers_what_was_answered(
    resources: Resources, heeds: bool
) -> None:
    seen: list[Call] = []

    async def act(call: Call, _key: str, _values: Any) -> Any:
        seen.append(call)
        if len(seen) < 3:
            raise Again("a clash")

    app = api(resources, Operation(method="POST", path="", act=act, view=view, webhooks=heeds))
    assert (await asked(app, "POST")).status == 200
    assert [each.answers is seen[0].answers is not None for each in seen] == [True] * 3


async def test_requests_in_flight_are_counted_for_each_account(resources: Resources) -> None:
    both = asyncio.Barrier(2)

    async def act(_call: Call, key: str) -> Any:
        if key == "slow":
            await both.wait()
        return key

    app = api(resources, Operation(method="GET", path="", act=act, view=view))
    await asked(app)  # opens the account
    slow = await asyncio.gather(*(asked(app, path=b"/v1/Things/slow") for _ in range(2)))
    counts = {wire.headers["twilio-concurrent-requests"] for wire in slow}
    assert "2" in counts
    assert (await asked(app)).headers["twilio-concurrent-requests"] == "1"
