"""The demo data set, and the lines to paste next."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import Client, Server, dev_server
from partywire.cli import demo

CREDENTIALS = (demo.ACCOUNT_SID, demo.AUTH_TOKEN)


@pytest.fixture(scope="module")
def bench() -> Iterator[Server]:
    with dev_server("--demo") as server:
        yield server


@pytest.fixture
def client(bench: Server) -> Iterator[Client]:
    with Client(bench.url, CREDENTIALS) as made:
        yield made


def of_alice(client: Client) -> dict[str, Any]:
    found = client.items("/Users/alice/Conversations", "conversations", PageSize=5)
    return {one["unique_name"]: one for one in found}


def test_the_demo_account_has_a_key_that_stands_for_it(bench: Server, client: Client) -> None:
    with Client(bench.url, (demo.API_KEY, demo.API_SECRET)) as by_key:
        assert of_alice(by_key).keys() == of_alice(client).keys()


def test_three_people_share_twelve_conversations(bench: Server, client: Client) -> None:
    people = {one["identity"]: one["friendly_name"] for one in client.items("/Users", "users")}
    assert people == {"alice": "Alice Arnold", "bob": "Bob Berger", "carol": "Carol Costa"}
    for identity in people:
        shared = client.items(f"/Users/{identity}/Conversations", "conversations")
        assert len(shared) == 12
    said = "Alice, Bob and Carol share 12 conversations: some unread, one muted, one closed."
    assert said in bench.stderr()


def test_it_is_shown_who_is_online(client: Client) -> None:
    assert client.seen("/Users/alice")["is_online"] is False


def test_alice_has_read_some_all_or_nothing(client: Client) -> None:
    unread = {name: one["unread_messages_count"] for name, one in of_alice(client).items()}
    assert unread["holidays"] == 0
    assert unread["general"] == 3
    assert unread["invoices"] is None
    assert len([count for count in unread.values() if count]) > 3


def test_one_conversation_is_muted_and_one_is_closed(client: Client) -> None:
    found = of_alice(client)
    muted = [name for name, one in found.items() if one["notification_level"] == "muted"]
    closed = [name for name, one in found.items() if one["conversation_state"] == "closed"]
    assert (muted, closed) == (["football"], ["old-flat"])


def test_unread_is_what_is_there_above_what_was_read(client: Client) -> None:
    for name, one in of_alice(client).items():
        read = one["last_read_message_index"]
        posted = client.items(f"/Conversations/{name}/Messages", "messages")
        above = None if read is None else len([m for m in posted if m["index"] > read])
        assert one["unread_messages_count"] == above
        assert posted


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    arguments = ("--demo", "--database", f"sqlite:///{tmp_path}/partywire.db")
    seen = []
    for _ in range(2):
        with dev_server(*arguments) as server, Client(server.url, CREDENTIALS) as client:
            found = of_alice(client)
            messages = {name: client.seen(f"/Conversations/{name}/Messages") for name in found}
            seen.append(str((found, messages)).replace(server.url, "http://bench"))
    assert seen[0] == seen[1]


def test_the_demo_stays_out_of_other_accounts(bench: Server) -> None:
    with Client(bench.url, ("AC" + "9" * 32, "token")) as client:
        assert client.items("/Conversations", "conversations") == []


def _pasted(script: str) -> str:
    """What a shell says to the lines, with only the environment that they set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    # Whatever proxy this machine goes through: the bench is on it.
    done = subprocess.run(
        ["bash", "-e"],
        input=script,
        check=False,
        capture_output=True,
        text=True,
        env={**kept, "NO_PROXY": "127.0.0.1"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _exports(said: str) -> str:
    return "\n".join(re.findall(r"^ *export .*$", said, re.MULTILINE)) + "\n"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_line_works_as_printed(bench: Server) -> None:
    said = bench.stderr()
    (line,) = re.findall(r"^ *curl .*$", said, re.MULTILINE)
    answer = _pasted(_exports(said) + line)
    assert '"conversations":[' in answer
    assert answer.count('"participant_sid"') == 3


def test_the_python_lines_work_as_printed(bench: Server) -> None:
    said = bench.stderr()
    (lines,) = re.findall(r"^ *\S+ - <<'PYTHON'$.*?^PYTHON$", said, re.MULTILINE | re.DOTALL)
    answer = _pasted(_exports(said) + lines + "\n")
    assert len(answer.splitlines()) == 12
    assert "General 3 default active" in answer
    assert "Football on Sunday 42 muted active" in answer
    assert "The old flat 0 default closed" in answer


def test_without_the_library_any_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "find_spec", lambda _: None)
    assert "  python3 - <<'PYTHON'" in demo.what_next("http://127.0.0.1:4242")
