"""Participants: who joins, is added, changes, leaves or is taken out."""

import pytest

from domain.gatekeepers import Gatekeeper, guarded
from domain.people import member, user
from domain.scenes import NOBODY, kinds, talk, unchanged, written
from partywire import errors
from partywire.domain import participants, services
from partywire.domain.call import Call
from partywire.model.participants import Participant
from wire.socket.commands.sdk import Node, Refused, Sdk


def at(sdk: Sdk, sid: str, key: str = "") -> str:
    return f"{sdk.conversation(sid)}/Participants" + (f"/{key}" if key else "")


async def there(call: Call, sid: str, key: str) -> Participant | None:
    try:
        return await participants.fetch(call, sid, key)
    except errors.NotFound:
        return None


async def test_a_user_joins_with_the_default_role_and_is_told_who_they_are(
    node: Node, call: Call
) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    async with written(call) as told:
        joined = await ann.post(at(ann, tea.sid), identity="ann", attributes='{"a":1}')
    service = await services.fetch(call, call.service_sid)
    assert joined["sid"].startswith("MB")
    assert (joined["identity"], joined["attributes"]) == ("ann", '{"a":1}')
    assert joined["role_sid"] == service.default_conversation_role_sid
    assert joined["url"] == at(ann, tea.sid, joined["sid"])
    assert joined["links"] == {"conversation": ann.conversation(tea.sid)}
    assert joined["messaging_binding"] is None
    assert (kinds(told), told[0].client_identity) == (["participant.added"], "ann")


async def test_joining_once_more_changes_nothing(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    sid = (await ann.created())["sid"]
    creator = await participants.fetch(call, sid, "ann")
    with unchanged(call):
        joined = await ann.post(at(ann, sid), identity="ann", attributes='{"a":1}')
    assert (joined["sid"], joined["role_sid"]) == (creator.sid, creator.role_sid)


async def test_joining_takes_a_word_of_the_service_role(node: Node, call: Call) -> None:
    await user(call, "ann", "createConversation")
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.post(at(ann, tea.sid), identity="ann")
    assert (refused.value.status, refused.value.code) == (403, 50107)


async def test_adding_others_takes_a_word_and_by_address_another(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call)
    await member(call, tea.sid, "ann", "addParticipant")
    await member(call, tea.sid, "bob", "addNonChatParticipant")
    address = {"address": "+15550001", "proxy_address": "+15559999"}
    added = await ann.post(at(ann, tea.sid), identity="cem", attributes="{}")
    assert added["identity"] == "cem"
    with pytest.raises(Refused) as refused:
        await ann.post(at(ann, tea.sid), messaging_binding=address)
    assert refused.value.code == 50107
    added = await bob.post(at(bob, tea.sid), messaging_binding=address, attributes="{}")
    assert added["messaging_binding"] == {"type": "sms", **address}
    with pytest.raises(Refused) as refused:
        await bob.post(at(bob, tea.sid), identity="dee")
    assert refused.value.code == 50107
    with pytest.raises(Refused) as refused:
        await ann.post(at(ann, tea.sid), identity="cem")
    assert (refused.value.status, refused.value.code) == (409, 50433)


async def test_nobody_is_added_who_is_not_named(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    sid = (await ann.created())["sid"]
    for body in ({}, {"identity": ""}, {"identity": None}):
        with pytest.raises(Refused) as refused:
            await ann.post(at(ann, sid), **body)
        assert (refused.value.status, refused.value.code) == (400, 50204)


@pytest.mark.parametrize("by", ["identity", "sid"])
async def test_who_leaves_takes_themselves_out(node: Node, call: Call, by: str) -> None:
    ann = await node.sdk(call, "ann/e")
    tea = await talk(call, "ann/e", "bob")
    me = await participants.fetch(call, tea.sid, "ann/e")
    key = me.sid if by == "sid" else "ann%2Fe"
    async with written(call) as told:
        assert await ann.delete(at(ann, tea.sid, key)) is None
    assert kinds(told) == ["participant.removed"]
    assert await there(call, tea.sid, "ann/e") is None
    with pytest.raises(Refused) as refused:
        await ann.delete(at(ann, tea.sid, key))
    assert (refused.value.status, refused.value.code) == (403, 50430)


async def test_taking_others_out_takes_another_word(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    sid = (await ann.created())["sid"]
    await member(call, sid, "bob", "leaveConversation")
    with unchanged(call), pytest.raises(Refused) as refused:
        await bob.delete(at(bob, sid, "ann"))
    assert refused.value.code == 50107
    await ann.delete(at(ann, sid, "bob"))
    with pytest.raises(Refused) as refused:
        await ann.delete(at(ann, sid, "bob"))
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_who_may_not_leave_stays(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call)
    await member(call, tea.sid, "ann", "sendMessage")
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.delete(at(ann, tea.sid, "ann"))
    assert refused.value.code == 50107


async def test_attributes_are_one_s_own_or_anybody_s(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call)
    first = await member(call, tea.sid, "ann", "editOwnParticipantAttributes")
    second = await member(call, tea.sid, "bob", "editAnyParticipantAttributes")
    changed = await ann.post(at(ann, tea.sid, first.sid), attributes='{"a":1}')
    assert changed["attributes"] == '{"a":1}'
    with pytest.raises(Refused) as refused:
        await ann.post(at(ann, tea.sid, second.sid), attributes="{}")
    assert refused.value.code == 50107
    for one in (first, second):
        changed = await bob.post(at(bob, tea.sid, one.sid), attributes="[2]")
        assert changed["attributes"] == "[2]"


async def test_who_is_outside_learns_of_nobody(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    inside = await participants.fetch(call, tea.sid, "bob")
    with unchanged(call):
        for key in (inside.sid, "bob", "MB" + NOBODY, "nobody"):
            for method in ("POST", "DELETE"):
                with pytest.raises(Refused) as refused:
                    await ann.ask(method, at(ann, tea.sid, key))
                assert (refused.value.status, refused.value.code) == (403, 50430)
        with pytest.raises(Refused) as refused:
            await ann.post(at(ann, tea.sid), identity="cem")
        assert (refused.value.status, refused.value.code) == (403, 50430)


async def test_the_gate_is_asked_with_who_asks(call: Call) -> None:
    seen: list[tuple[str, str | None]] = []

    class Witness(Gatekeeper):
        async def ask(self, call: Call, *more: object) -> dict[str, str]:  # type: ignore[override]
            seen.append((call.source, call.client_identity))
            return await super().ask(call, *more)  # type: ignore[arg-type]

    gate = Witness()
    node = Node(guarded(call, gate).resources)
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    await ann.post(at(ann, tea.sid), identity="ann")
    await ann.delete(at(ann, tea.sid, "ann"))
    assert [asked.kind for asked in gate.asked] == ["participant.add", "participant.remove"]
    assert seen == [("SDK", "ann")] * 2
