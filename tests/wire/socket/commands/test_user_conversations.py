"""One's own conversations: listed, counted, read and muted."""

import pytest

from domain.people import member
from domain.scenes import NOBODY, talk
from partywire.domain import participants, roles
from partywire.domain.call import Call
from partywire.model.conversations import ConversationChanges
from partywire.model.participants import NewParticipant
from wire.socket.commands.sdk import Node, Refused

MORE_THAN_FITS = 2**63


async def test_the_list_leads_to_sync_and_goes_on_by_tokens(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    assert await ann.get(ann.links["my_conversations"]) == {
        "conversations": [],
        "meta": {"previous_token": None, "next_token": None},
    }
    rooms = [(await talk(call, "ann")).sid for _ in range(5)]
    await talk(call, "bob")
    found, token = [], None
    while True:
        query = {"PageSize": "2"} | ({"PageToken": token} if token else {})
        page = await ann.get(ann.links["my_conversations"], **query)
        found += page["conversations"]
        token = page["meta"]["next_token"]
        if token is None:
            break
    assert [each["conversation_sid"] for each in found] == rooms
    first = found[0]
    assert (first["status"], first["last_read_message_index"]) == ("joined", None)
    assert first["notification_level"] == "default"
    assert first["sync_objects"] == {
        "conversation": f"{rooms[0]}.channel",
        "messages": f"{rooms[0]}.messages",
        "participants": f"{rooms[0]}.roster",
    }


async def test_a_token_is_nobody_else_s(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    for _ in range(2):
        await talk(call, "ann", "bob")
    page = await ann.get(ann.links["my_conversations"], PageSize="1")
    with pytest.raises(Refused) as refused:
        await bob.get(bob.links["my_conversations"], PageToken=page["meta"]["next_token"])
    assert (refused.value.status, refused.value.code) == (400, 20001)


async def test_unread_is_null_until_a_horizon_is_set_and_then_counts(
    node: Node, call: Call
) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", messages_posted=5)
    found = await ann.get(ann.mine(tea.sid))
    assert (found["conversation_sid"], found["unread_messages_count"]) == (tea.sid, None)
    for index, unread in ((2, 2), (9, 0), (0, 4), (None, None)):
        changed = await ann.post(ann.mine(tea.sid), last_read_message_index=index)
        assert changed["unread_messages_count"] == unread
        assert changed["last_read_message_index"] == index
        assert (await ann.get(ann.mine(tea.sid)))["unread_messages_count"] == unread


@pytest.mark.parametrize("index", [-1, 1.5, "1", True, MORE_THAN_FITS, []])
async def test_what_is_no_index_is_no_horizon(node: Node, call: Call, index: object) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann")
    with pytest.raises(Refused) as refused:
        await ann.post(ann.mine(tea.sid), last_read_message_index=index)
    assert (refused.value.status, refused.value.code) == (400, 50421)


async def test_a_conversation_is_found_by_its_unique_name(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", changes=ConversationChanges(unique_name="tea & milk"))
    found = await ann.get(ann.mine("tea%20%26%20milk"))
    assert (found["sid"], found["unique_name"]) == (tea.sid, "tea & milk")
    assert found["sync_objects"]["conversation"] == f"{tea.sid}.channel"


async def test_it_is_muted_by_whom_the_role_lets(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann")
    changed = await ann.post(ann.mine(tea.sid), notification_level="muted")
    assert changed["notification_level"] == "muted"
    for bad in ("loud", ""):
        with pytest.raises(Refused) as refused:
            await ann.post(ann.mine(tea.sid), notification_level=bad)
        assert refused.value.code == 50210
    bob = await node.sdk(call, "bob")
    role = await roles.create(call, "speaker", "conversation", ["sendMessage"])
    await participants.create(call, tea.sid, NewParticipant(identity="bob", role_sid=role.sid))
    with pytest.raises(Refused) as refused:
        await bob.post(bob.mine(tea.sid), notification_level="muted")
    assert (refused.value.status, refused.value.code) == (403, 50107)


async def test_what_one_is_not_in_is_not_one_s_own(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call, changes=ConversationChanges(unique_name="tea"))
    await member(call, tea.sid, "bob")
    for key in (tea.sid, "tea", "CH" + NOBODY, "nothing"):
        with pytest.raises(Refused) as refused:
            await ann.get(ann.mine(key))
        assert (refused.value.status, refused.value.code) == (404, 20404)
        with pytest.raises(Refused) as refused:
            await ann.post(ann.mine(key), last_read_message_index=1)
        assert (refused.value.status, refused.value.code) == (404, 20404)
    # Nor is what belongs to others, however it is asked for.
    for method, url in (
        ("GET", bob.links["my_conversations"]),
        ("GET", bob.mine(tea.sid)),
        ("POST", bob.mine(tea.sid)),
    ):
        with pytest.raises(Refused) as refused:
            await ann.ask(method, url)
        assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_another_service_is_not_there(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    url = ann.links["my_conversations"].replace(call.service_sid, "IS" + NOBODY)
    with pytest.raises(Refused) as refused:
        await ann.get(url)
    assert refused.value.status == 404
