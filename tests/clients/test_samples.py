"""The runner of a document's code samples."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from clients.runs import environment

RUNNER = Path(__file__).parents[2] / "tools" / "run_samples.py"

PYTHON = """
    ```python
    import os
    from twilio.rest import Client

    client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"])
    seen = client.conversations.v1.users("USXXXXXXXXXXXXX").user_conversations("ConversationSid")
    print(seen.update(notification_level="muted").notification_level)
    ```
    """
NODE = """
    ```js
    const client = require("twilio")();
    const seen = client.conversations.v1.users("UserSid").userConversations("CHXXXXXXXXXXXXX");
    seen.fetch().then((found) => console.log(found.conversationState));
    ```
    """
CURL = """
    ```bash
    curl "https://conversations.twilio.com/v1/Users/{user}/Conversations/CHXXXXXXXXXXXXX" \\
      -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"
    ```
    """
NOT_OURS = """
    ```ruby
    exit 1
    ```

    ```bash
    twilio api:conversations:v1:users:conversations:list --user-sid USXXXXXXXXXXXXX
    ```

    ```
    curl is spoken of here
    ```
    """


def run_samples(folder: Path, *parts: str, node: str = "node") -> tuple[int, list[str]]:
    """Exit code and lines of the runner over a document of these parts."""
    document = folder / "document.md"
    document.write_text("\n".join(dedent(part) for part in parts))
    more = {name: os.environ[name] for name in ("PARTYWIRE_COMMAND",) if name in os.environ}
    more["PATH"] = os.pathsep.join([str(Path(node).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, str(RUNNER), str(document)],
        env=environment(more),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def test_samples_run_as_they_stand_under_their_headings(
    tmp_path: Path, curl: str, node: str
) -> None:
    fetching = ["## Fetching", NODE, CURL.format(user="UserSid"), "### Not ours", NOT_OURS]
    code, lines = run_samples(tmp_path, "# Muting", PYTHON, *fetching, node=node)
    assert code == 0, lines
    verdicts = [line for line in lines if line.startswith("ok")]
    assert [verdict.split("  ")[2:] for verdict in verdicts] == [
        ["python", "Muting", "(exit code 0)"],
        ["js", "Fetching", "(exit code 0)"],
        ["bash", "Fetching", "(exit code 0)"],
    ]
    assert lines[1] == "    muted"
    assert lines[3] == "    active"
    assert lines[-1] == "3 of 3 samples ok"


def test_an_error_in_the_answer_fails_the_sample_though_curl_is_content(
    tmp_path: Path, curl: str
) -> None:
    code, lines = run_samples(tmp_path, PYTHON, CURL.format(user="nobody"))
    assert code == 1
    assert lines[2].startswith("FAILED")
    assert '"code":20404' in lines[3]
    assert lines[-1] == "1 of 2 samples ok"


@pytest.mark.parametrize("sample", ["raise SystemExit(3)", "import nothing_of_this_name"])
def test_an_exit_code_fails_the_sample(tmp_path: Path, sample: str) -> None:
    code, lines = run_samples(tmp_path, f"```python\n{sample}\n```")
    assert code == 1
    assert lines[0].startswith("FAILED")
    assert lines[-1] == "0 of 1 samples ok"


def test_a_document_without_samples_fails(tmp_path: Path) -> None:
    assert run_samples(tmp_path, "# Nothing", NOT_OURS) == (1, ["0 of 0 samples ok"])
