"""The Python library's asynchronous client, which speaks HTTP by another package."""

import json

from clients.runs import Route, python_program, run
from harness import Server, account


def test_the_asynchronous_client_reaches_the_server_and_walks_pages(
    route: Route, server: Server
) -> None:
    sid, token = account()
    credentials = {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": token}
    # The library itself uses what its HTTP package would like to be rid of.
    command = [*python_program("sign_in_async.py", warnings="default"), "lunch", "dinner", "tea"]
    done = run(command, route, server.url, credentials)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"account_sid": sid, "names": ["tea", "dinner", "lunch"]}
