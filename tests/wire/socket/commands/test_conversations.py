"""Conversations: made, looked at, renamed and deleted by users of the chat SDK."""

import pytest

from domain.gatekeepers import Gatekeeper, guarded
from domain.people import member, user
from domain.scenes import NOBODY, kinds, talk, unchanged, written
from partywire import errors
from partywire.domain import conversations, messages, roles, users
from partywire.domain.call import Call
from partywire.model.users import UserChanges
from wire.socket.commands.sdk import BASE, Node, Refused


async def test_a_conversation_is_made_with_its_creator_in_it(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    async with written(call) as told:
        made = await ann.created(
            friendly_name="Tea", unique_name="tea", access="public", attributes='{"a":1}'
        )
    sid = made["sid"]
    assert made["url"] == f"{BASE}/Client/v2/Services/{call.service_sid}/Conversations/{sid}"
    assert made["links"]["messages"] == made["url"] + "/Messages"
    assert made["links"]["participants"] == made["url"] + "/Participants"
    assert made["sync_objects"]["conversation"] == f"{sid}.channel"
    assert (made["created_by"], made["unique_name"]) == ("ann", "tea")
    assert (await conversations.fetch(call, sid)).attributes == '{"a":1}'
    assert kinds(told) == ["conversation.added", "participant.added"]
    assert {(each.source, each.client_identity, each.webhooks) for each in told} == {
        ("SDK", "ann", 1)
    }


async def test_an_empty_body_will_do_and_attributes_may_be_an_object(
    node: Node, call: Call
) -> None:
    ann = await node.sdk(call, "ann")
    assert (await ann.created())["attributes"] == "{}"
    made = await ann.created(attributes={"a": [1, None]}, friendly_name=None, unique_name=None)
    assert made["attributes"] == '{"a":[1,null]}'


async def test_counts_are_told_to_who_is_in_it(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", "bob", messages_posted=3)
    posted = (await messages.create(call, tea.sid, messages.MessageChanges(body="x"))).sid
    await messages.delete(call, tea.sid, posted)
    found = await ann.get(ann.conversation(tea.sid))
    assert (found["messages_count"], found["participants_count"]) == (3, 2)
    assert (found["sid"], found["state"]) == (tea.sid, "active")


async def test_names_and_attributes_take_a_word_each(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    sid = (await ann.created(unique_name="tea"))["sid"]
    changed = await ann.post(ann.conversation(sid), friendly_name="Tea")
    assert changed["friendly_name"] == "Tea"
    assert (await ann.post(ann.conversation(sid), unique_name=""))["unique_name"] is None
    assert (await ann.post(ann.conversation(sid), attributes="[1]"))["attributes"] == "[1]"
    bob = await node.sdk(call, "bob")
    await member(call, sid, "bob", "editConversationName")
    await bob.post(bob.conversation(sid), friendly_name="Coffee")
    for changes in ({"attributes": "{}"}, {"attributes": "{}", "friendly_name": "x"}):
        with pytest.raises(Refused) as refused:
            await bob.post(bob.conversation(sid), **changes)
        assert (refused.value.status, refused.value.code) == (403, 50107)
    assert (await bob.post(bob.conversation(sid)))["friendly_name"] == "Coffee"


async def test_it_is_deleted_by_whom_a_role_lets(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    sid = (await ann.created())["sid"]
    await member(call, sid, "bob")
    with pytest.raises(Refused) as refused:
        await bob.delete(bob.conversation(sid))
    assert refused.value.code == 50107
    assert await ann.delete(ann.conversation(sid)) is None
    with pytest.raises(Refused) as refused:
        await ann.get(ann.conversation(sid))
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_who_is_not_in_it_sees_and_changes_nothing(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    url = ann.conversation(tea.sid)
    with unchanged(call):
        for method in ("GET", "POST", "DELETE"):
            with pytest.raises(Refused) as refused:
                await ann.ask(method, url)
            assert (refused.value.status, refused.value.code) == (403, 50430)
            with pytest.raises(Refused) as refused:
                await ann.ask(method, ann.conversation("CH" + NOBODY))
            assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_service_role_reaches_where_its_holder_is_not(node: Node, call: Call) -> None:
    await user(call, "ann", "editConversationName", "deleteConversation")
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    await ann.post(ann.conversation(tea.sid), friendly_name="Tea")
    with pytest.raises(Refused) as refused:
        await ann.get(ann.conversation(tea.sid))
    assert refused.value.code == 50430
    await ann.delete(ann.conversation(tea.sid))


async def test_creating_takes_a_word_of_the_service_role(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    role = await roles.create(call, "guest", "service", ["joinConversation"])
    await users.update(call, "ann", UserChanges(role_sid=role.sid))
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.created()
    assert (refused.value.status, refused.value.code) == (403, 50107)


async def test_the_gate_is_asked_only_about_what_is_permitted(call: Call) -> None:
    gate = Gatekeeper()
    node = Node(guarded(call, gate).resources)
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    sid = (await ann.created())["sid"]
    await member(call, sid, "bob")
    gate.asked.clear()
    for method in ("DELETE", "POST"):
        with pytest.raises(Refused):
            await bob.ask(method, bob.conversation(sid), b'{"friendly_name":"x"}')
    assert gate.asked == []
    await ann.post(ann.conversation(sid), friendly_name="Tea")
    assert [asked.kind for asked in gate.asked] == ["conversation.update"]


async def test_what_the_gate_refuses_is_refused(call: Call) -> None:
    def refuse(_asked: object) -> dict[str, str]:
        raise errors.RefusedByWebhook

    node = Node(guarded(call, Gatekeeper(refuse)).resources)
    ann = await node.sdk(call, "ann")
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.created()
    assert (refused.value.status, refused.value.code) == (400, 50056)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"friendly_name":1}',
        b'{"friendly_name":"a\\u0000b"}',
        b'{"unique_name":"a\\u0000b"}',
        b'{"attributes":"{"}',
        b'{"friendly_name":"\\ud800"}',
        b"\xff",
        b"[" * 5000,
    ],
)
async def test_a_body_that_says_nothing_sensible_is_a_bad_request(
    node: Node, call: Call, body: bytes
) -> None:
    ann = await node.sdk(call, "ann")
    with pytest.raises(Refused) as refused:
        await ann.ask("POST", ann.links["conversations"], body)
    assert refused.value.status == 400
