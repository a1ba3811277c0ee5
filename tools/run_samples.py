"""Runs the code samples of a Markdown document against Partywire, as they stand.

``run_samples.py DOCUMENT`` takes the fenced samples in js, python and bash (those with curl), puts
real SIDs where they hold placeholders, and runs each under ``partywire exec``. Each sample gets an
account of its own, with a user who takes part in a conversation with one message. Exits with 1 if
a sample failed.
"""

import argparse
import base64
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NODE_MODULES = ROOT / "tests" / "clients" / "node" / "node_modules"
SECONDS = 60

LANGUAGES = {"js": ("node", "sample.js"), "python": (sys.executable, "sample.py")}
FENCE = re.compile(r"^```(\w*)\s*$")
# Of the two upper levels: the lower ones say no more than "Path parameters".
HEADING = re.compile(r"^##?\s+(.*?)\s*$")
PLACEHOLDERS = {
    "US": re.compile(r"\b(USX{8,}|UserSid)\b"),
    "CH": re.compile(r"\b(CHX{8,}|ConversationSid)\b"),
    "MB": re.compile(r"\b(MBX{8,}|ParticipantSid)\b"),
    "IM": re.compile(r"\b(IMX{8,}|MessageSid)\b"),
    "IS": re.compile(r"\b(ISX{8,}|ChatServiceSid)\b"),
}


class Sample(NamedTuple):
    """One sample: where it stands, in which language, and its code."""

    line: int
    heading: str
    language: str
    code: str

    def command(self, folder: Path) -> list[str]:
        """Writes the sample into this folder; returns what runs it."""
        program, name = LANGUAGES.get(self.language, ("bash", "sample.sh"))
        (folder / name).write_text(self.code)
        return [program, str(folder / name)]


class Outcome(NamedTuple):
    """How a sample ended."""

    exit_code: int
    output: str

    @property
    def ok(self) -> bool:
        """Whether it worked; curl itself is content with an error as the answer."""
        return self.exit_code == 0 and not is_error(self.output)


def is_error(output: str) -> bool:
    """Whether this is the API's answer to something that failed."""
    try:
        said = json.loads(output)
    except ValueError:
        return False
    return isinstance(said, dict) and {"code", "message", "status"} <= said.keys()


def samples(markdown: str) -> Iterator[Sample]:
    """The samples that we can run."""
    heading, language, start = "", None, 0
    code: list[str] = []
    for number, line in enumerate(markdown.splitlines(), start=1):
        if language is None:
            if found := HEADING.match(line):
                heading = found[1]
            elif found := FENCE.match(line):
                language, start, code = found[1], number, []
        elif line.rstrip() == "```":
            sample = Sample(start, heading, language, "\n".join(code) + "\n")
            if is_runnable(sample):
                yield sample
            language = None
        else:
            code.append(line)


def is_runnable(sample: Sample) -> bool:
    """Whether it is in one of our languages; of the shell's, only what calls curl."""
    if sample.language == "bash":
        return re.search(r"^\s*curl\b", sample.code, re.MULTILINE) is not None
    return sample.language in LANGUAGES


def filled_in(sample: Sample, sids: Mapping[str, str]) -> Sample:
    """The sample with real SIDs for its placeholders."""
    code = sample.code
    for kind, placeholder in PLACEHOLDERS.items():
        code = placeholder.sub(sids[kind], code)
    return sample._replace(code=code)


def post(account: tuple[str, str], path: str, **form: str) -> Any:
    """Makes something through the API; returns the answer."""
    basic = base64.b64encode(":".join(account).encode()).decode()
    request = urllib.request.Request(
        f"{os.environ['PARTYWIRE_URL']}/v1{path}",
        data=urllib.parse.urlencode(form).encode(),
        headers={"Authorization": f"Basic {basic}"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def set_up(account: tuple[str, str]) -> dict[str, str]:
    """Makes what a sample may speak of, in a new account; returns its SIDs by their prefixes."""
    user = post(account, "/Users", Identity="sample user")
    conversation = post(account, "/Conversations", FriendlyName="Sample conversation")
    inside = f"/Conversations/{conversation['sid']}"
    participant = post(account, f"{inside}/Participants", Identity="sample user")
    message = post(account, f"{inside}/Messages", Body="Sample message")
    made = [user["sid"], conversation["sid"], participant["sid"], message["sid"]]
    return {sid[:2]: sid for sid in [*made, user["chat_service_sid"]]}


def run(sample: Sample) -> Outcome:
    """Sets up an account and runs the sample in it."""
    account = ("AC" + secrets.token_hex(16), secrets.token_hex(16))
    sample = filled_in(sample, set_up(account))
    variables = {"TWILIO_ACCOUNT_SID": account[0], "TWILIO_AUTH_TOKEN": account[1]}
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                sample.command(Path(folder)),
                env={**os.environ, "NODE_PATH": str(NODE_MODULES), **variables},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Outcome(127, str(error))
    # curl draws its progress on stderr, which says nothing about a sample that worked.
    failed = done.returncode != 0
    return Outcome(done.returncode, done.stdout + (done.stderr if failed else ""))


def report(document: Path) -> int:
    """Runs every sample and prints how it went; returns the exit code."""
    found = list(samples(document.read_text()))
    failed = 0
    for sample in found:
        outcome = run(sample)
        failed += not outcome.ok
        verdict = "ok" if outcome.ok else "FAILED"
        print(
            f"{verdict}  line {sample.line}  {sample.language}  {sample.heading}"
            f"  (exit code {outcome.exit_code})"
        )
        for line in outcome.output.splitlines():
            print(f"    {line}")
    print(f"{len(found) - failed} of {len(found)} samples ok")
    return 1 if failed or not found else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("document", type=Path)
    arguments = parser.parse_args()
    if "PARTYWIRE_URL" in os.environ:
        return report(arguments.document)
    # Once more, this time with a server, a proxy and an authority around us.
    named = os.environ.get("PARTYWIRE_COMMAND")
    partywire = [named] if named else [sys.executable, "-m", "partywire"]
    ourselves = [sys.executable, __file__, str(arguments.document)]
    return subprocess.run([*partywire, "exec", "--", *ourselves], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
