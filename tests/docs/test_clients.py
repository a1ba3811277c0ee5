"""The pages on each client: what can be run runs, and shows what it says it shows."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from clients import node_runtime
from docs.pages import ROOT, Walk, blocks
from harness import account

PAGES = ROOT / "docs" / "clients"
NAMES = ["browser", "cli", "csharp", "curl", "go", "java", "node", "php", "python", "ruby"]
FOLLOWED = ["curl", "python"]
FOLLOWED_IN_NODE = ["browser", "cli", "node"]

# What a version on a page must agree with: a file, and where in it the version stands.
VERSIONS = {
    "browser": ("tests/clients/sdk/package.json", r'"@twilio/conversations": "(.*?)"'),
    "cli": ("tests/clients/cli/package.json", r'"twilio-cli": "(.*?)"'),
    "go": ("tests/clients/go/go.mod", r"twilio-go v(\S+)"),
    "java": ("tests/clients/java/pom.xml", r"<artifactId>twilio</artifactId>\s*<version>(.*?)<"),
    "node": ("tests/clients/node/package.json", r'"twilio": "(.*?)"'),
}


class ClientWalk(Walk):
    """Somebody who follows a page with Node and the twilio CLI at hand."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        sid, token = account()
        self.environment |= {
            "HOME": str(folder),
            "NODE_PATH": os.pathsep.join(
                str(folder / "node_modules") for folder in (node_runtime.PROGRAMS, node_runtime.SDK)
            ),
            "TWILIO_ACCOUNT_SID": sid,
            "TWILIO_AUTH_TOKEN": token,
            "TWILIO_SKIP_NEW_VERSION_CHECK": "true",
            "TWILIO_DISABLE_AUTOUPDATE": "true",
        }

    def offer(self, name: str, *command: str) -> None:
        """Makes a command of this name."""
        file = self.folder / "commands" / name
        file.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        file.chmod(0o755)

    def keep(self, program: str) -> None:
        """Saves a program in JavaScript under the name in its first line."""
        named = re.match(r"// (\w+\.js)\n", program)
        assert named is not None, f"a program without a name:\n{program}"
        (self.folder / named[1]).write_text(self.here(program), encoding="utf-8")


def followed(page: Path, walk: ClientWalk) -> Iterator[tuple[str, str]]:
    """Follows a page; yields what it shows, and what it did."""
    walk.start("partywire dev")
    try:
        said = ""
        for language, code in blocks(page):
            if language == "python":
                walk.save(code)
            elif language == "javascript":
                walk.keep(code)
            elif language == "bash":
                said = walk.run(code)
            elif language == "text":
                yield code, said
    finally:
        walk.stop()


def assert_true(name: str, walk: ClientWalk) -> None:
    shown = list(followed(PAGES / f"{name}.md", walk))
    assert shown
    assert [expected for expected, _ in shown] == [said for _, said in shown]


@pytest.mark.parametrize("name", FOLLOWED)
def test_who_follows_a_page_sees_what_it_shows(tmp_path: Path, name: str) -> None:
    assert_true(name, ClientWalk(tmp_path))


@pytest.mark.parametrize("name", FOLLOWED_IN_NODE)
def test_who_follows_a_page_with_node_sees_what_it_shows(tmp_path: Path, name: str) -> None:
    try:
        node = node_runtime.prepared().node
        node_runtime.prepared(node_runtime.CLI)
        node_runtime.prepared(node_runtime.SDK)
    except node_runtime.Unavailable as error:
        pytest.skip(str(error))
    walk = ClientWalk(tmp_path)
    walk.offer("node", node)
    walk.offer("twilio", node, str(node_runtime.CLI / "node_modules/twilio-cli/bin/run"))
    assert_true(name, walk)


def test_every_client_has_its_page_and_every_page_its_parts() -> None:
    pages = sorted(PAGES.glob("*.md"))
    assert [page.stem for page in pages] == NAMES
    for page in pages:
        assert "\n## What is proven\n" in page.read_text(encoding="utf-8"), page.name


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_only_tests_that_exist(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+)`", text)
    assert named
    assert [place for place in named if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_page_lead_somewhere(name: str) -> None:
    page = PAGES / f"{name}.md"
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", VERSIONS)
def test_a_page_names_the_version_that_the_tests_run(name: str) -> None:
    place, pattern = VERSIONS[name]
    [version] = re.findall(pattern, (ROOT / place).read_text(encoding="utf-8"))
    opening = (PAGES / f"{name}.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert version in opening


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"browser", "curl"}])
def test_a_page_tells_the_variables_that_exec_sets(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    source = (ROOT / "src/partywire/cli/exec/environment.py").read_text(encoding="utf-8")
    told = set(re.findall(r"`([A-Za-z]+(?:_[A-Za-z]+)+)`", text.split("\n## ")[1]))
    assert told & {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "JAVA_TOOL_OPTIONS"}
    assert [variable for variable in told if f'"{variable}"' not in source] == []
