"""Fixtures of the commands' tests."""

import pytest

from partywire.domain.call import Resources
from wire.socket.commands.sdk import Node


@pytest.fixture
def node(resources: Resources) -> Node:
    """One process."""
    return Node(resources)
