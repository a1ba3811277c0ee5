"""Whatever a client sends to whichever command: what is bad is its fault, and never ours."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from domain.scenes import NOBODY, talk
from partywire.domain import messages, participants
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.wire.socket.upstream import Request
from wire.socket.commands.sdk import Node

ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    "x" * 5000,
    "a\0b",
    "CH" + NOBODY,
    "💥/%00\n",
    [],
    ["a\0b"],
    [[[]]],
    {},
    {"address": 1},
    {"a\0b": "\0"},
]
NAMES = [
    *("friendly_name", "unique_name", "attributes", "identity", "messaging_binding", "body"),
    *("subject", "media_sids", "content_sid", "last_read_message_index", "notification_level"),
    *("channel_type", "data", "message_types", "binding_type", "address"),
]
SEGMENTS = ["", "%20", "%2F", "a%00b", "%ff", "%F0%9F%92%A5", "x" * 5000, "CH" + NOBODY]


async def test_odd_values_are_refused_or_taken(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", "bob")
    message = await messages.create(call, tea.sid, MessageChanges(body="x", author="ann"))
    me = await participants.fetch(call, tea.sid, "ann")
    real = {
        "ServiceSid": call.service_sid,
        "UserSid": ann.connection.user_sid,
        "ConversationSid": tea.sid,
        "Key": tea.sid,
        "Participants": me.sid,
        "Messages": message.sid,
        "Users": "ann",
        "registrations": "BS" + NOBODY,
    }
    bodies = [json.dumps({name: odd}).encode() for name in NAMES for odd in ODD]
    bodies += [json.dumps(odd).encode() for odd in ODD]
    for route in node.routes:
        if route.method != "POST":
            continue
        path = _filled(route.path, real)
        for body in bodies:
            request = Request("POST", path, {}, {}, body)
            answer = await node.upstream.handle(ann.connection, request)
            assert answer.status < 500 or answer.status == 501, (path, body, answer)


@pytest.mark.parametrize("segment", SEGMENTS)
async def test_odd_paths_and_queries_are_refused_or_taken(
    node: Node, call: Call, segment: str
) -> None:
    ann = await node.sdk(call, "ann")
    real = {"ServiceSid": call.service_sid, "UserSid": ann.connection.user_sid}
    for route in node.routes:
        path = _filled(route.path, real, segment)
        for name in ("PageSize", "PageToken", "MessageSid"):
            for value in ("", "0", "x", "a\0b", "9" * 50, "PT" + "A" * 40):
                request = Request(route.method, path, {name: [value]}, {}, b"{}")
                answer = await node.upstream.handle(ann.connection, request)
                assert answer.status < 500, (path, name, value, answer)


def _filled(template: str, real: dict[str, str], odd: str = "x") -> str:
    """The path with what is there in its places, or else with something odd."""

    def value(found: re.Match[str]) -> str:
        folder = template[: found.start()].rstrip("/").rpartition("/")[2]
        known = real.get(found[1]) or real.get(folder)
        return odd if known is None else quote(known, safe="")

    return re.sub(r"\{(\w+)\}", value, template)
