"""The documents tell the truth: their samples run, their tables are up to date."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import Server, dev_server

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo() -> Iterator[Server]:
    with dev_server("--demo") as running:
        yield running


def samples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_tour_in_curl_runs_as_it_stands(demo: Server) -> None:
    script = "set -euo pipefail\n" + "echo\n".join(samples("bash"))
    script = script.replace("curl -s", "curl -sf").replace("http://127.0.0.1:4242", demo.url)

    done = subprocess.run(["bash", "-c", script], check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert '"unread_messages_count":43' in done.stdout  # 42 of the demo, and the new one
    assert '"notification_level":"muted"' in done.stdout
    assert '"last_read_message_index":40' in done.stdout


def test_the_tour_in_python_prints_what_its_comments_say(demo: Server) -> None:
    [program] = samples("python")
    told = [comment.split(":")[0] for comment in re.findall(r"\)  # (.*)", program)]
    program = program.replace("http://127.0.0.1:4242", demo.url)

    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )

    assert done.stdout.split() == told, done.stderr


def test_every_decision_that_the_code_names_exists() -> None:
    numbers = {path.name[:4] for path in (ROOT / "decisions").glob("*.md")}
    named = {
        number
        for path in (ROOT / "src").rglob("*.py")
        for number in re.findall(r"decisions/(\d{4})", path.read_text(encoding="utf-8"))
    }

    assert named <= numbers


def test_links_between_documents_lead_somewhere() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!http|#)([^)#]+)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
