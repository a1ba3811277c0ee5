"""Real clients, each with a proxy and an authority that it finds by itself."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from .conftest import RunExec, tool

URL = "https://conversations.twilio.com/v1/Conversations"


def assert_reached(result: "subprocess.CompletedProcess[str]") -> None:
    assert result.returncode == 0, result.stderr
    seen = json.loads(result.stdout)
    assert (seen["method"], seen["target"]) == ("GET", "/v1/Conversations")
    assert seen["headers"]["host"] == "conversations.twilio.com"


def test_curl_reaches_the_server(run_exec: RunExec) -> None:
    assert_reached(run_exec(tool("curl"), "-sS", URL))


def test_python_reaches_the_server_by_requests_and_by_its_own_library(run_exec: RunExec) -> None:
    for source in (
        f"import requests; print(requests.get('{URL}').text)",
        f"import urllib.request; print(urllib.request.urlopen('{URL}').read().decode())",
    ):
        assert_reached(run_exec(sys.executable, "-c", source))


def test_the_python_library_is_refused_elsewhere(run_exec: RunExec) -> None:
    source = "import twilio.rest; twilio.rest.Client().api.v2010.accounts.list()"

    result = run_exec("sh", "-c", f'{sys.executable} -c "{source}" 2>&1')

    assert result.returncode == 1
    assert "partywire exec refused this request to api.twilio.com" in result.stdout
    assert result.stderr == "partywire exec: refused GET api.twilio.com/2010-04-01/Accounts.json\n"


def test_node_reaches_the_server(run_exec: RunExec, tmp_path: Path) -> None:
    # What https-proxy-agent, which the official library uses, does.
    (tmp_path / "client.js").write_text(
        textwrap.dedent("""
        const http = require("http"), tls = require("tls");
        const { hostname, port } = new URL(process.env.HTTP_PROXY);
        const servername = "conversations.twilio.com";
        http.request({ hostname, port, method: "CONNECT", path: servername + ":443" })
          .on("connect", (_, socket) => {
            const secured = tls.connect({ socket, servername });
            secured.write("GET /v1/Conversations HTTP/1.1\\r\\n");
            secured.write(`Host: ${servername}\\r\\nConnection: close\\r\\n\\r\\n`);
            let text = "";
            secured.on("data", (data) => (text += data));
            secured.on("end", () => console.log(text.split("\\r\\n\\r\\n")[1]));
          }).end();
        """)
    )

    assert_reached(run_exec(tool("node"), "client.js"))


@pytest.mark.parametrize("client", ["HttpClient", "HttpsURLConnection"])
def test_java_reaches_the_server(run_exec: RunExec, tmp_path: Path, client: str) -> None:
    statement = {
        "HttpClient": "java.net.http.HttpClient.newHttpClient().send("
        "java.net.http.HttpRequest.newBuilder(java.net.URI.create(args[0])).build(), "
        "java.net.http.HttpResponse.BodyHandlers.ofString()).body()",
        "HttpsURLConnection": "new String(((javax.net.ssl.HttpsURLConnection) "
        "new java.net.URL(args[0]).openConnection()).getInputStream().readAllBytes())",
    }[client]
    (tmp_path / "Client.java").write_text(
        "class Client { public static void main(String[] args) throws Exception "
        f"{{ System.out.println({statement}); }} }}"
    )

    assert_reached(run_exec(tool("java"), "Client.java", URL))


def test_go_reaches_the_server(
    run_exec: RunExec, user_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "client.go").write_text(
        textwrap.dedent("""
        package main

        import (
            "io"
            "net/http"
            "os"
        )

        func main() {
            answer, err := http.Get(os.Args[1])
            if err != nil {
                panic(err)
            }
            io.Copy(os.Stdout, answer.Body)
        }
        """)
    )
    subprocess.run(
        [tool("go"), "build", "-o", "client", "client.go"],
        cwd=tmp_path,
        env={**user_environment, "GOTOOLCHAIN": "local", "GOPROXY": "off"},
        check=True,
    )

    assert_reached(run_exec("./client", URL))
