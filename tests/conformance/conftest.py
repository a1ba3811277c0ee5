"""The specification, where npm can be had, and connections to the server under test."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from clients.node_runtime import Unavailable
from conformance.documented import Documented, operations
from contract.table import Row
from harness import Server
from official import specification


@pytest.fixture(scope="session")
def official() -> dict[str, Any]:
    """The official specification."""
    try:
        return specification()
    except Unavailable as reason:
        pytest.skip(f"the specification comes from npm: {reason}")


@pytest.fixture(scope="session")
def documented(official: dict[str, Any]) -> dict[str, Documented]:
    """Every operation, by its method and template."""
    return operations(official)


@pytest.fixture
def told(documented: dict[str, Documented], row: Row) -> Documented:
    """What is documented of the row's operation."""
    return documented[str(row)]


@pytest.fixture(scope="session")
def http(server: Server) -> Iterator[httpx.Client]:
    """Connections that every world uses in turn."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False, verify=False) as made:
        yield made
