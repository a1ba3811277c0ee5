"""Fixtures of the languages that compile: their libraries, unmodified, through ``exec``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clients import go_runtime, java_runtime
from clients.compiled.building import Unavailable
from clients.compiled.recorder import recording
from clients.compiled.stage import Door, Played
from clients.runs import run
from harness import Server

Prepared = Callable[[], list[str]]
_LIBRARIES: dict[str, Prepared] = {"java": java_runtime.prepared, "go": go_runtime.prepared}


@pytest.fixture(scope="session", params=_LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def tour(library: str, server: Server) -> Played:
    """Every scenario, played once by this library."""
    try:
        command = _LIBRARIES[library]()
    except Unavailable as error:
        pytest.skip(f"{library}: {error}")
    with recording(server.url) as recorder:
        done = run(command, "through exec", recorder.url)
    return Played(library, done, recorder.asked)


@pytest.fixture
def stage(tour: Played, door: str) -> Door:
    """The tour at one door."""
    return Door(tour, door)


@pytest.fixture
def account(tour: Played) -> Door:
    """The tour at the account's door, for what only that has."""
    return Door(tour, "account")


@pytest.fixture
def service(tour: Played) -> Door:
    """The tour at a service's door, for what only that has."""
    return Door(tour, "service")
