"""Fixtures of the tests that drive the official libraries, unmodified, and plain curl."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clients import chromium_runtime, demo_runtime, node_runtime
from clients.runs import ROUTES, Route, Stage, Tour, base_of, python_program, run
from clients.sdk_runtime import Driver, World
from harness import Client, Server

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests below this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("clients")


@pytest.fixture(scope="session")
def node() -> str:
    """The path of a Node whose programs find their modules."""
    try:
        return node_runtime.prepared().node
    except node_runtime.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def curl() -> str:
    """The path of curl."""
    found = shutil.which("curl")
    if found is None:
        pytest.skip("there is no curl on this machine")
    return found


Program = Callable[[str], list[str]]


@pytest.fixture(scope="session", params=["python", "node"])
def library(request: pytest.FixtureRequest) -> str:
    """An official library."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest, library: str) -> Program:
    """Makes the command of a program that uses the library, of the program's bare name."""
    if library == "python":
        return lambda name: python_program(f"{name}.py")
    node = request.getfixturevalue("node")
    return lambda name: [node, str(node_runtime.PROGRAMS / f"{name}.js")]


@pytest.fixture(scope="session", params=ROUTES)
def route(request: pytest.FixtureRequest) -> Route:
    """How a client finds the server."""
    way: Route = request.param
    return way


@pytest.fixture(params=["account", "service"])
def door(request: pytest.FixtureRequest) -> str:
    """Whether resources hang from the account or from a service."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def tour(library: str, program: Program, route: Route, server: Server) -> Tour:
    """Every scenario, played once by this library on this route."""
    return Tour(library, base_of(route, server.url), run(program("tour"), route, server.url))


@pytest.fixture
def stage(tour: Tour, door: str) -> Stage:
    """The tour at one door."""
    return Stage(tour, door)


@pytest.fixture(scope="session")
def sdk() -> str:
    """The path of a Node that finds the official chat SDK."""
    try:
        return node_runtime.prepared(node_runtime.SDK).node
    except node_runtime.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def browser(sdk: str, chromium: str) -> Iterator[Driver]:
    """A browser whose pages each hold a chat client."""
    made = Driver(sdk, "browser.js", chromium)
    yield made
    made.close()


@pytest.fixture(params=["node", "chromium"])
def driver(request: pytest.FixtureRequest, sdk: str) -> Iterator[Driver]:
    """Where the chat clients of a test run."""
    if request.param == "node":
        made = Driver(sdk)
        yield made
        made.close()
    else:
        made = request.getfixturevalue("browser")
        yield made
        made.clear()


@pytest.fixture
def world(driver: Driver, client: Client) -> World:
    """A new account, and chat clients in its default service."""
    return World(driver, client)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium, installed where it is missing and we may."""
    try:
        return chromium_runtime.found()
    except chromium_runtime.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of ``make run``, built."""
    try:
        return demo_runtime.built(tmp_path_factory.mktemp("page") / "demo")
    except node_runtime.Unavailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def visitor(sdk: str, chromium: str) -> Iterator[Driver]:
    """A browser, in which each test opens pages of its own."""
    made = Driver(sdk, "visitor.js", chromium)
    yield made
    made.close()
