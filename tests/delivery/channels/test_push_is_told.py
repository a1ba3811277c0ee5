"""Who chats is pushed what comes from a phone, as if a user had written it."""

from delivery.channels.duty import ANN, PROXY, phones
from delivery.push.scenes import configured, device, log, planned
from domain.scenes import kinds, written
from partywire.domain import addresses, inbound
from partywire.domain.call import Call
from partywire.domain.inbound import Incoming
from partywire.model.addresses import AddressChanges, AutoCreationChanges


async def test_a_message_from_a_phone_is_pushed_to_all_who_chat(call: Call) -> None:
    await configured(call)
    await device(call, "eve", "twilsock", "eve's phone")
    await phones(call, ANN, chatting=["eve", "bob"])
    message = await inbound.receive(call, Incoming(ANN, PROXY, "hello"))
    await planned(call)
    found = await log(call.database)
    assert [(push.identity, push.outcome) for push in found] == [
        ("eve", "no_sender"),
        ("bob", "no_binding"),
    ]
    assert {push.message_sid for push in found} == {message.sid}


async def test_a_conversation_that_begins_has_nobody_to_be_pushed(call: Call) -> None:
    await configured(call)
    creation = AutoCreationChanges(enabled=1)
    await addresses.create(call, "sms", PROXY, AddressChanges(), creation)
    async with written(call) as events:
        await inbound.receive(call, Incoming(ANN, PROXY, "hello"))
    assert kinds(events)[-1] == "message.added"
    await planned(call)
    assert await log(call.database) == []
