"""The official chat SDK under ``partywire exec``, in an app that says nothing of a server."""

import json

from clients import node_runtime
from clients.runs import run
from clients.sdk_runtime import World


def test_an_app_without_any_option_reaches_the_server(sdk: str, world: World) -> None:
    sid = world.conversation("alice")
    program = [sdk, str(node_runtime.SDK / "plain.js"), world.token("alice"), sid]

    result = run(program, "through exec", world.rest.url)

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == {"author": "alice", "body": "Soup?"}
