"""Devices that register for push."""

from typing import Any

import pytest

from domain.scenes import NOBODY
from partywire.domain import bindings, credentials
from partywire.domain.call import Call
from partywire.model.bindings import Binding, BindingFilter
from partywire.model.credentials import PushCredentialChanges
from partywire.model.pages import PageRequest
from wire.socket.commands.sdk import Node, Refused, Sdk

URL = "https://ers.us1.twilio.com/v1/registrations"
TYPES = [
    "twilio.conversations.new_message",
    "twilio.conversations.added_to_conversation",
    "twilio.conversations.removed_from_conversation",
    "twilio.ipmsg.typing_indicator",
    "twilio.channel.consumption_update",
]


async def credential(call: Call) -> str:
    return (await credentials.create(call, PushCredentialChanges(type="fcm"), {})).sid


async def register(sdk: Sdk, token: str = "token-1", **more: Any) -> Any:
    return await sdk.post(
        URL,
        **{
            "endpoint_platform": "Web",
            "channel_type": "fcm",
            "version": "2",
            "message_types": TYPES,
            "data": {"registration_id": token},
            **more,
        },
    )


async def listed(call: Call) -> list[Binding]:
    return (await bindings.page(call, BindingFilter(), PageRequest(100))).items


async def test_a_device_becomes_a_binding_with_the_token_s_credential(
    node: Node, call: Call
) -> None:
    shown = await credential(call)
    ann = await node.sdk(call, "ann", shown)
    made = await register(ann)
    (binding,) = await listed(call)
    assert binding.sid == made["id"]
    assert (binding.identity, binding.binding_type, binding.endpoint) == ("ann", "fcm", "token-1")
    assert binding.credential_sid == shown
    for kind in ("new_message", "added_to_conversation", "removed_from_conversation"):
        assert kind in binding.message_types
    assert "typing" not in binding.message_types
    assert await register(ann) == made
    assert len(await listed(call)) == 1


async def test_a_device_is_forgotten_by_its_id_or_its_address(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann", await credential(call))
    made = await register(ann)
    assert await ann.delete(f"{URL}/{made['id']}") is None
    assert await listed(call) == []
    # What is gone is gone.
    assert await ann.delete(f"{URL}/{made['id']}") is None
    await register(ann)
    assert await ann.delete(URL, binding_type="fcm", address="token-2") is None
    assert len(await listed(call)) == 1
    assert await ann.delete(URL, binding_type="fcm", address="token-1") is None
    assert await ann.delete(URL, binding_type="fcm", address="token-1") is None
    assert await listed(call) == []


async def test_nobody_forgets_another_s_device(node: Node, call: Call) -> None:
    shown = await credential(call)
    ann, bob = await node.sdk(call, "ann", shown), await node.sdk(call, "bob", shown)
    made = await register(ann)
    with pytest.raises(Refused) as refused:
        await bob.delete(f"{URL}/{made['id']}")
    assert refused.value.status == 404
    await bob.delete(URL, binding_type="fcm", address="token-1")
    assert len(await listed(call)) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"channel_type": "pigeon"},
        {"message_types": []},
        {"message_types": ["twilio.ipmsg.typing_indicator"]},
        {"data": {}},
        {"data": {"registration_id": ""}},
        {"data": {"registration_id": "a\0b"}},
    ],
)
async def test_what_is_no_device_is_refused(node: Node, call: Call, more: dict[str, Any]) -> None:
    ann = await node.sdk(call, "ann", await credential(call))
    with pytest.raises(Refused) as refused:
        await register(ann, **more)
    assert (refused.value.status, refused.value.code) == (400, 20001)
    assert await listed(call) == []


@pytest.mark.parametrize("shown", [None, "CR" + NOBODY])
async def test_a_token_that_names_no_credential_registers_nothing(
    node: Node, call: Call, shown: str | None
) -> None:
    ann = await node.sdk(call, "ann", shown)
    with pytest.raises(Refused) as refused:
        await register(ann)
    assert (refused.value.status, refused.value.code) == (400, 20001)
