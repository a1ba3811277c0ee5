"""The official specification, as npm ships it: nothing of it is kept here."""

import json
from functools import cache
from typing import Any

from clients import node_runtime

_FILE = "node_modules/@twilio/cli-core/src/services/twilio-api/twilio_conversations_v1.json"


@cache
def specification() -> dict[str, Any]:
    """The OpenAPI document of Conversations v1.

    Raises:
        node_runtime.Unavailable: npm cannot be had, or cannot fetch it.
    """
    node_runtime.prepared(node_runtime.CLI)
    document: dict[str, Any] = json.loads((node_runtime.CLI / _FILE).read_text(encoding="utf-8"))
    return document
