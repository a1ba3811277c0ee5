"""Tokens of the Node library open the socket; Python's are used throughout tests/wire/socket."""

import json
import subprocess

import pytest

from clients import node_runtime
from harness import Client, Server
from wire.socket.talking import talking


@pytest.fixture
def made(node: str, client: Client) -> dict[str, str]:
    """The tokens that the library makes for the account of the test."""
    assert client.credentials is not None
    service = client.seen("/Configuration")["default_chat_service_sid"]
    given = (client.credentials[0], "SK" + "5" * 32, "s" * 32, service)
    done = subprocess.run(
        [node, str(node_runtime.PROGRAMS / "access_token.js"), *given],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("name", "code"), [("good", None), ("regional", None), ("ended", 20104)])
async def test_a_token_of_the_node_library_is_taken_in_its_time(
    server: Server, made: dict[str, str], name: str, code: int | None
) -> None:
    async with talking(server.url) as alice:
        status = await alice.init(made[name])
        assert status.get("errorCode") == code, status
