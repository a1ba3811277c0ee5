"""Users: seen by all of their service, edited by whom a role lets."""

import pytest

from domain.people import user
from domain.scenes import kinds, unchanged, written
from partywire.domain import users
from partywire.domain.call import Call
from partywire.model.users import UserChanges
from wire.socket.commands.sdk import Node, Refused


async def test_a_user_is_seen_by_identity_with_the_map_of_their_properties(
    node: Node, call: Call
) -> None:
    ann = await node.sdk(call, "ann")
    bob = await users.create(call, "bob/e", UserChanges(friendly_name="Bob"))
    found = await ann.get(f"{ann.links['users']}/bob%2Fe")
    assert (found["sid"], found["identity"], found["friendly_name"]) == (bob.sid, "bob/e", "Bob")
    assert found["sync_objects"] == {"user_info_map": f"{bob.sid}.info"}
    assert (await ann.get(ann.links["current_user"]))["identity"] == "ann"
    with pytest.raises(Refused) as refused:
        await ann.get(f"{ann.links['users']}/nobody")
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_one_edits_oneself(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    async with written(call) as told:
        changed = await ann.post(f"{ann.links['users']}/ann", friendly_name="Ann")
        await ann.post(ann.links["current_user"], attributes='{"a":1}')
    assert changed["friendly_name"] == "Ann"
    found = await users.fetch(call, "ann")
    assert (found.friendly_name, found.attributes) == ("Ann", '{"a":1}')
    assert kinds(told) == ["user.updated"] * 2
    assert told[0].client_identity == "ann"


async def test_editing_takes_a_word_for_oneself_or_for_anybody(node: Node, call: Call) -> None:
    await user(call, "idle")
    await user(call, "admin", "editAnyUserInfo")
    ann, idle = await node.sdk(call, "ann"), await node.sdk(call, "idle")
    admin = await node.sdk(call, "admin")
    with unchanged(call):
        for who, whom in ((ann, "idle"), (idle, "idle"), (ann, "nobody")):
            with pytest.raises(Refused) as refused:
                await who.post(f"{who.links['users']}/{whom}", friendly_name="x")
            assert (refused.value.status, refused.value.code) == (403, 50107)
    for whom in ("ann", "idle", "admin"):
        changed = await admin.post(f"{admin.links['users']}/{whom}", friendly_name="x")
        assert changed["friendly_name"] == "x"


async def test_nobody_gives_themselves_a_role(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    before = await users.fetch(call, "ann")
    other = (await users.fetch(await user(call, "bob"), "bob")).role_sid
    await ann.post(ann.links["current_user"], friendly_name="Ann", role_sid=other)
    assert (await users.fetch(call, "ann")).role_sid == before.role_sid


async def test_a_blank_name_is_kept(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    await ann.post(ann.links["current_user"], friendly_name="Ann")
    for blank in ("", None):
        changed = await ann.post(ann.links["current_user"], friendly_name=blank)
        assert changed["friendly_name"] == "Ann"
