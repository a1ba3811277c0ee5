"""The chat SDK's socket stays inside: in Node by its address, elsewhere by the proxy."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cli.exec.conftest import tool
from harness import Server, partywire_command

RunExec = Callable[..., "subprocess.CompletedProcess[str]"]

ADDRESSES = [
    "wss://tsock.us1.twilio.com/v3/wsconnect",
    "wss://TSOCK.ie1.twilio.com:443/v3/wsconnect?x=1",
    "wss://example.org/v3/wsconnect",
    "wss://tsock.us1.twilio.com.example.org/",
    "wss://tsock.us1.twilio.com:444/",
    "ws://127.0.0.1:1/v3/wsconnect",
]

# The package as far as it matters here: a class that is the module.
WS = """
module.exports = class WebSocket {
  static OPEN = 1;
  constructor(address, protocols) { this.address = address; this.protocols = protocols; }
};
"""
PROGRAM = """
const WebSocket = require("ws");
const again = require("ws");
const made = JSON.parse(process.argv[2]).map((one) => new WebSocket(one, ["x"]));
class Own extends WebSocket {}
console.log(JSON.stringify({
  addresses: made.map((one) => String(one.address)),
  same: WebSocket === again && made.every((one) => one instanceof WebSocket),
  rest: [WebSocket.OPEN, made[0].protocols[0], new Own("wss://x.example.org/") instanceof Own],
  base: process.env.PARTYWIRE_URL.replace("http", "ws"),
}));
"""


def test_in_node_the_address_of_the_sdk_s_socket_leads_to_the_server(
    run_exec: RunExec, tmp_path: Path
) -> None:
    package = tmp_path / "node_modules" / "ws"
    package.mkdir(parents=True)
    (package / "index.js").write_text(WS)
    (tmp_path / "program.js").write_text(PROGRAM)

    result = run_exec(tool("node"), "program.js", json.dumps(ADDRESSES))

    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    base = seen["base"]
    led = [f"{base}/v3/wsconnect", f"{base}/v3/wsconnect?x=1"]
    assert seen["addresses"] == [*led, *ADDRESSES[2:]]
    assert seen["same"]
    assert seen["rest"] == [1, "x", True]


SOCKET = """
import asyncio, json, websockets
async def main():
    async with websockets.connect("wss://tsock.us1.twilio.com/v3/wsconnect") as socket:
        fields = {"method": "init", "id": "TM1", "token": "x", "payload_size": 0}
        header = json.dumps(fields).encode()
        await socket.send(b"TWILSOCK V3.0 %d\\r\\n%b\\r\\n" % (len(header), header))
        print((await socket.recv()).decode())
asyncio.run(main())
"""


def test_whoever_looks_at_the_proxy_reaches_the_socket(server: Server) -> None:
    done = subprocess.run(
        [*partywire_command(), "exec", "--url", server.url, "--", sys.executable, "-c", SOCKET],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert '"errorCode":20101' in done.stdout
