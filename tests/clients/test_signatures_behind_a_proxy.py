"""Signatures are verified behind a proxy as the page on webhooks says, by both libraries."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
import trustme
from twilio.request_validator import RequestValidator

from clients.test_signatures import said
from docs.pages import ROOT, blocks
from harness import Client, Server, account, dev_server
from receivers import Received, Receiver, Reply, receiving

PREFIX = "/outside"
DROPPED = {"host", "content-length", "transfer-encoding", "connection"}
BODY = "Grüße & 100% 名前 😀"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a TLS server needs, and in ``authority`` what its clients trust."""
    folder, authority = tmp_path_factory.mktemp("tls"), trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    own = authority.issue_cert("localhost")
    own.private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    return {name: str(folder / f"{name}.pem") for name in ("authority", "own")}


@pytest.fixture(scope="module")
def trusting(files: dict[str, str]) -> Iterator[Server]:
    """A bench that trusts the proxy's certificate."""
    with dev_server("--authorities-file", files["authority"]) as running:
        yield running


@pytest.fixture
def outside(files: dict[str, str], receiver: Receiver) -> Iterator[str]:
    """The URL of the proxy: it speaks TLS, takes a prefix away and says what it was called.

    The program behind it speaks plain HTTP at another port, and knows nothing of the prefix.
    """
    inside = urlsplit(receiver.url)

    def forward(received: Received) -> Reply:
        assert received.target.startswith(PREFIX)
        headers = {name: v for name, v in received.headers.items() if name not in DROPPED}
        headers |= {
            "Host": inside.netloc,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": received.headers["host"],
            "X-Forwarded-Prefix": PREFIX,
        }
        way = http.client.HTTPConnection(inside.netloc)
        way.request(received.method, received.target.removeprefix(PREFIX), received.body, headers)
        answer = way.getresponse()
        came = Reply(answer.status, answer.read())
        way.close()
        return came

    with receiving(ssl_certfile=files["own"], ssl_keyfile=files["own"]) as proxy:
        proxy.reply = forward
        yield f"https://localhost:{urlsplit(proxy.url).port}{PREFIX}"


def recipe() -> Callable[[str, Any], str]:
    """The function that the page gives."""
    page = Path(ROOT / "docs" / "how-to" / "webhooks.md")
    [code] = [each.code for each in blocks(page) if each.code.startswith("# behind.py")]
    made: dict[str, Any] = {}
    exec(code, made)
    found: Callable[[str, Any], str] = made["called"]
    return found


def told(trusting: Server, receiver: Receiver, url: str, method: str) -> tuple[str, Received]:
    """Has the webhook be told of a message; the account's token, and what the program got."""
    with Client(trusting.url, account()) as client:
        hook = {"PostWebhookUrl": url, "Method": method, "Filters": "onMessageAdded"}
        client.made("/Configuration/Webhooks", hook)
        sid = client.made("/Conversations")["sid"]
        path, enabled = f"/Conversations/{sid}/Messages", {"X-Twilio-Webhook-Enabled": "true"}
        posted = client.http.post(
            f"{client.url}/v1{path}", data={"Body": BODY}, headers=enabled, auth=client.credentials
        )
        assert posted.status_code == 201
        [received] = receiver.wait(1)
        assert client.credentials is not None
        return client.credentials[1], received


def verdicts(node: str, token: str, received: Received, url: str) -> list[bool]:
    """What the Python and the Node library say if the URL that was called was this one."""
    form = dict(received.pairs) if received.method == "POST" else {}
    signed = received.headers["x-twilio-signature"]
    python = RequestValidator(token).validate(url, form, signed)
    return [python, *said(node, [{"token": token, "signature": signed, "url": url, "form": form}])]


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize(
    "rest",
    ["/hook", "/hook?z=1&a=2&a=1&b=%26", "/a%2Fb/hook?path=a%2Fb", "/grüße?wer=jürgen", "/hook#x"],
)
def test_the_url_that_was_called_is_put_together_again(
    trusting: Server, receiver: Receiver, outside: str, node: str, method: str, rest: str
) -> None:
    token, received = told(trusting, receiver, outside + rest, method)
    assert received.method == method
    assert dict(received.pairs)["Body"] == BODY
    headers = httpx.Headers(received.headers)

    assert verdicts(node, token, received, recipe()(received.target, headers)) == [True, True]
    assert verdicts(node, token, received, outside + received.target) == [True, True]
    as_seen = f"http://{headers['Host']}{received.target}"
    assert verdicts(node, token, received, as_seen) == [False, False]


def test_what_a_framework_may_change_does_not_fit_any_more(
    trusting: Server, receiver: Receiver, outside: str, node: str
) -> None:
    token, received = told(trusting, receiver, f"{outside}/a%2Fb?z=1&a=2", "POST")
    path, _, query = received.target.partition("?")
    in_order = urlencode(sorted(parse_qsl(query)))
    for changed in (f"/a/b?{query}", f"{path}?{in_order}", path):
        assert verdicts(node, token, received, outside + changed) == [False, False]
    without_prefix = outside.removesuffix(PREFIX) + received.target
    assert verdicts(node, token, received, without_prefix) == [False, False]


def test_a_user_in_the_url_is_authorization_and_not_signed(
    trusting: Server, receiver: Receiver, outside: str, node: str
) -> None:
    named = outside.replace("https://", "https://ann:s%3Acret@") + "/hook"
    token, received = told(trusting, receiver, named, "POST")
    assert received.headers["authorization"] == httpx.BasicAuth("ann", "s:cret")._auth_header
    assert verdicts(node, token, received, f"{outside}/hook") == [True, True]
