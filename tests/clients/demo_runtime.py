"""The page of ``make run``, built as there, and somebody who looks at it in a browser."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clients import node_runtime
from clients.sdk_runtime import Driver
from harness import Server

ROOT = node_runtime.PAGE.parent
BUILDER = ROOT / "tools" / "demo_page.py"
_numbers = itertools.count(1)  # no two pages have one name, in whichever test


def started(folder: Path) -> Server:
    """The real ``make run``, on a free port, with the page in this folder.

    Raises:
        node_runtime.Unavailable: there is no Node.
    """
    path = node_runtime.prepared(node_runtime.SDK).path
    command = ["make", "-s", "-C", str(ROOT)]
    return Server(["run", "PORT=0", f"PAGE={folder}"], {"PATH": path}, command)


def built(folder: Path) -> Path:
    """The page, in this folder.

    Raises:
        node_runtime.Unavailable: there is no Node, or its packages cannot be fetched.
    """
    path = node_runtime.prepared(node_runtime.SDK).path
    done = subprocess.run(
        [sys.executable, str(BUILDER), str(folder)],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        is_ours = "`npm ci`" not in done.stderr or any(
            code in done.stderr for code in node_runtime.OUR_FAULT
        )
        assert not is_ours, done.stderr
        raise node_runtime.Unavailable(done.stderr.strip())
    return folder


class Place:
    """Something on a page, by a selector of playwright's; what is not there yet is waited for."""

    def __init__(self, driver: Driver, page: str, at: str) -> None:
        self._driver, self._page, self._at = driver, page, at

    def __getattr__(self, act: str) -> Callable[..., Any]:
        """What can be done there: see ``sdk/visitor.js``."""

        def acting(**more: Any) -> Any:
            return self._driver.answer(self._driver.ask(self._page, act, at=self._at, **more))

        return acting

    def at(self, selector: str) -> Place:
        """Something within."""
        return Place(self._driver, self._page, f"{self._at} >> {selector}")


class Pane(Place):
    """One person's half of the page."""

    def __init__(self, driver: Driver, page: str, side: str, identity: str) -> None:
        place = 1 if side == "left" else 2
        super().__init__(driver, page, f"main > section:nth-child({place})")
        self.identity = identity

    def shown(self) -> None:
        """Waits until it is there, and connected."""
        self.has(name="aria-label", value=self.identity)
        self.at(".state").says(text="connected")

    def row(self, title: str) -> Place:
        """A conversation in the list."""
        return self.at(f'nav li:has(.title:text-is("{title}"))')

    def badge(self, title: str) -> Place:
        """What its badge says."""
        return self.row(title).at(".badge")

    def open(self, title: str) -> None:
        """Opens a conversation from the list."""
        self.row(title).at(".open").click()
        self.at("article h3").says(text=title)
        self.at(".message").at("nth=-1").see()

    def write(self, text: str) -> None:
        """Writes into the conversation that is open, and sends it by Enter."""
        field = self.at(".composer textarea")
        field.fill(text=text)
        field.press(key="Enter")

    def message(self, text: str) -> Place:
        """A message of the conversation that is open."""
        return self.at(f'.message:has(.text:text-is("{text}"))')

    @property
    def messages(self) -> list[str]:
        """What all messages there say, oldest first."""
        texts: list[str] = self.at(".message .text").texts()
        return texts


class Visit:
    """The page in a browser, with two people.

    Args:
        driver: of ``sdk/visitor.js``.
        url: the bench's.
        left: who is on the left.
        right: who is on the right.
        more: of the page's query.
    """

    def __init__(
        self, driver: Driver, url: str, left: str = "alice", right: str = "bob", **more: Any
    ) -> None:
        self._driver, self.url = driver, url
        self._page = f"page {next(_numbers)}"
        names = "" if (left, right) == ("alice", "bob") else f"?left={left}&right={right}"
        asked = driver.ask(self._page, "visit", url=f"{url}/demo{names}", **more)
        # A page that is not built yet answers 503, and comes by itself.
        assert driver.answer(asked) in {200, 503}
        self.left = Pane(driver, self._page, "left", left)
        self.right = Pane(driver, self._page, "right", right)

    def shown(self) -> Visit:
        """Waits until both are there, and connected."""
        self.left.shown()
        self.right.shown()
        return self

    def whole(self, act: str, **more: Any) -> Any:
        """Does something with the page as a whole."""
        return self._driver.answer(self._driver.ask(self._page, act, **more))

    def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for what is true at some time, looking whenever the browser says something."""
        self._driver.until(is_so, lambda: "it did not come to that")

    @property
    def requests(self) -> list[str]:
        """Every address that the page asked, sockets too."""
        return [saw for event, saw in self._driver.events(self._page) if event == "request"]

    @property
    def complaints(self) -> list[tuple[str, str]]:
        """What the browser says of errors, broken policies among them."""
        said = self._driver.events(self._page)
        return [(event, saw) for event, saw in said if event in {"error", "pageerror", "warning"}]
