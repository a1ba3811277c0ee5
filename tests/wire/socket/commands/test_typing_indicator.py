"""Who is typing: told to everybody else in the conversation who has a socket, and not kept."""

import asyncio
import contextlib
import time
from typing import Any

import pytest

from domain.scenes import NOBODY, talk, unchanged
from partywire.app import opened
from partywire.config import Config
from partywire.domain import participants
from partywire.domain.call import Call
from partywire.wire.socket.commands.typing_indicator import MESSAGE_TYPE
from wire.socket.commands.sdk import Node, Refused, Sdk

PATIENCE = 20.0


async def typed(sdk: Sdk, sid: str) -> Any:
    return await sdk.ask("POST", sdk.links["typing"], f"ChannelSid={sid}".encode())


async def test_all_sockets_of_all_others_are_told(node: Node, call: Call) -> None:
    ann, phone = await node.sdk(call, "ann"), await node.sdk(call, "ann")
    bob, tablet = await node.sdk(call, "bob"), await node.sdk(call, "bob")
    outsider = await node.sdk(call, "cem")
    tea = await talk(call, "ann", "bob", "dee")
    me = await participants.fetch(call, tea.sid, "ann")
    with unchanged(call):
        assert await typed(ann, tea.sid) == {"typing_timeout": 5}
    expected = {
        "channel_sid": tea.sid,
        "identity": "ann",
        "participant_sid": me.sid,
        "typing_timeout": 6,
    }
    assert bob.told == tablet.told == [(MESSAGE_TYPE, expected)]
    assert ann.told == phone.told == outsider.told == []


async def test_whoever_is_not_there_tells_nobody(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call, "bob")
    for sid, status, code in (
        (tea.sid, 403, 50430),
        ("CH" + NOBODY, 404, 20404),
        ("", 400, 20001),
        ("%00", 400, 20001),
        ("%ff", 400, 20001),
    ):
        with pytest.raises(Refused) as refused:
            await typed(ann, sid)
        assert (refused.value.status, refused.value.code) == (status, code)
    with pytest.raises(Refused) as refused:
        await ann.ask("POST", f"/v1/Instances/IS{NOBODY}/Typing", f"ChannelSid={tea.sid}".encode())
    assert refused.value.status == 404
    assert bob.told == []


async def test_who_has_left_is_not_told(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call, "ann", "bob")
    await participants.delete(call, tea.sid, "bob")
    await typed(ann, tea.sid)
    assert bob.told == []


async def test_sockets_at_another_node_are_told_too_where_nodes_hear_each_other(
    node: Node, call: Call, config: Config, engine: str
) -> None:
    tea = await talk(call, "ann", "bob")
    ann = await node.sdk(call, "ann")
    async with contextlib.AsyncExitStack() as stack:
        far = Node(await stack.enter_async_context(opened(config)))
        bob, other_ann = await far.sdk(call, "bob"), await far.sdk(call, "ann")
        for each in (node, far):
            await stack.enter_async_context(each.resources.database.listening())
            stack.enter_context(each.typing.listening())
        if engine == "sqlite":
            await typed(ann, tea.sid)
            assert bob.told == []
            return
        deadline = time.monotonic() + PATIENCE
        while not bob.told and time.monotonic() < deadline:
            await typed(ann, tea.sid)
            await asyncio.sleep(0.02)
        kind, told = bob.told[0]
        assert (kind, told["identity"], told["channel_sid"]) == (MESSAGE_TYPE, "ann", tea.sid)
        assert other_ann.told == ann.told == []


async def test_what_is_said_by_a_newer_version_is_not_understood(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    asides = node.resources.database.asides
    with node.typing.listening():
        for text in ("", "{", '{"type":"laughing"}', '{"type":"typing"}'):
            asides.tell(text)
    assert ann.told == []
