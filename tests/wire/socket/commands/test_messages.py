"""Messages: sent, edited and removed; and what is known of their way to addresses."""

import pytest
from msgspec.structs import replace

from domain.attached import uploaded
from domain.gatekeepers import Gatekeeper, guarded
from domain.people import as_user, member, user
from domain.scenes import NOBODY, close, kinds, talk, unchanged, written
from partywire import errors, sids
from partywire.domain import messages, participants
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant
from partywire.model.receipts import Receipt
from partywire.storage import receipts as receipt_store
from wire.socket.commands.sdk import Node, Refused, Sdk


def at(sdk: Sdk, message: Message, more: str = "") -> str:
    return f"{sdk.conversation(message.conversation_sid)}/Messages/{message.sid}{more}"


async def posted(call: Call, sid: str, author: str) -> Message:
    return await messages.create(call, sid, MessageChanges(body="Milk?", author=author))


async def test_a_message_is_sent_as_who_sends_it(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", messages_posted=2)
    async with written(call) as told:
        sent = await ann.sent(
            tea.sid,
            body="Milk? ü 💥",
            subject="On tea",
            attributes='{"a":1}',
            media_sids=[],
            content_sid=None,
            author="bob",
        )
    me = await participants.fetch(call, tea.sid, "ann")
    (stored,) = (await messages.page(call, tea.sid, "desc", PageRequest(1))).items
    assert (sent["index"], sent["sid"]) == (2, stored.sid)
    assert (stored.author, stored.participant_sid) == ("ann", me.sid)
    assert (stored.body, stored.subject, stored.attributes) == (
        "Milk? ü 💥",
        "On tea",
        '{"a":1}',
    )
    assert (kinds(told), told[0].source, told[0].client_identity, told[0].webhooks) == (
        ["message.added"],
        "SDK",
        "ann",
        1,
    )


async def test_sending_takes_a_word_and_being_there(node: Node, call: Call) -> None:
    await user(call, "ann", "editAnyMessage")
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call)
    await member(call, tea.sid, "bob", "sendMediaMessage")
    with unchanged(call):
        with pytest.raises(Refused) as refused:
            await ann.sent(tea.sid, body="x")
        assert (refused.value.status, refused.value.code) == (403, 50430)
        with pytest.raises(Refused) as refused:
            await bob.sent(tea.sid, body="x")
        assert (refused.value.status, refused.value.code) == (403, 50107)


async def test_media_take_a_word_of_their_own(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call)
    await member(call, tea.sid, "ann", "sendMessage")
    media = await uploaded(as_user(call, "ann"))
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.sent(tea.sid, media_sids=[media.sid])
    assert (refused.value.status, refused.value.code) == (403, 50107)


async def test_who_sends_media_takes_both_words(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call)
    await member(call, tea.sid, "ann", "sendMediaMessage")
    media = await uploaded(as_user(call, "ann"))
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.sent(tea.sid, media_sids=[media.sid])
    assert refused.value.code == 50107


async def test_a_message_is_sent_with_media(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann", messages_posted=1)
    files = [await uploaded(as_user(call, "ann")) for _ in range(2)]
    sent = await ann.sent(tea.sid, body="", media_sids=[each.sid for each in files])
    assert (sent["index"], sent["body"]) == (1, None)
    assert [each["sid"] for each in sent["media"]] == [each.sid for each in files]
    bare = await uploaded(as_user(call, "ann"))
    sent = await ann.sent(tea.sid, media_sids=[bare.sid])
    assert (sent["index"], sent["body"]) == (2, None)


async def test_media_that_cannot_be_sent_are_refused(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann")
    used = await uploaded(as_user(call, "ann"))
    await ann.sent(tea.sid, media_sids=[used.sid])
    many = [(await uploaded(as_user(call, "ann"))).sid for _ in range(11)]
    for wanted, code in (
        ([used.sid], 50508),
        ([many[0], many[0]], 50508),
        (["ME" + NOBODY], 50507),
        ([(await uploaded(as_user(call, "bob"))).sid], 50507),
        (["ME1"], 50510),
        (["ME" + "\0" * 32], 20001),
        (many, 20001),
        ([1], 20001),
        ("ME1", 20001),
    ):
        with unchanged(call), pytest.raises(Refused) as refused:
            await ann.sent(tea.sid, body="x", media_sids=wanted)
        status = 404 if code == 50507 else 400
        assert (refused.value.status, refused.value.code) == (status, code)


async def test_the_text_beside_media_stays(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann")
    media = await uploaded(as_user(call, "ann"))
    await ann.sent(tea.sid, body="Look", media_sids=[media.sid])
    (message,) = (await messages.page(call, tea.sid, "desc", PageRequest(1))).items
    with unchanged(call), pytest.raises(Refused) as refused:
        await ann.post(at(ann, message), body="Don't")
    assert (refused.value.status, refused.value.code) == (400, 50509)
    changed = await ann.post(at(ann, message), attributes='{"a":1}')
    assert (changed["attributes"], changed["media"][0]["sid"]) == ('{"a":1}', media.sid)
    assert await ann.delete(at(ann, message)) is None


async def test_what_nobody_can_say_is_refused(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "ann")
    for body, code in (
        ({}, 50503),
        ({"body": None}, 50503),
        ({"body": ""}, 50503),
        ({"body": "x" * 33_000}, 50504),
        ({"body": "x", "attributes": "{"}, 50304),
        ({"body": 1}, 20001),
    ):
        with unchanged(call), pytest.raises(Refused) as refused:
            await ann.sent(tea.sid, **body)
        assert (refused.value.status, refused.value.code) == (400, code)
    await close(call, tea.sid)
    with pytest.raises(Refused) as refused:
        await ann.sent(tea.sid, body="x")
    assert refused.value.code == 50377


# The word, the change that it permits, and whether it is for one's own messages only.
EDITS = [
    ("editOwnMessage", {"body": "Tea!"}, True),
    ("editAnyMessage", {"body": "Tea!"}, False),
    ("editOwnMessageAttributes", {"attributes": "[1]"}, True),
    ("editAnyMessageAttributes", {"attributes": "[1]"}, False),
]


@pytest.mark.parametrize(("word", "changes", "own_only"), EDITS, ids=[each[0] for each in EDITS])
async def test_editing_takes_the_word_for_it(
    node: Node, call: Call, word: str, changes: dict[str, str], own_only: bool
) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    await member(call, tea.sid, "ann", word)
    own, other = await posted(call, tea.sid, "ann"), await posted(call, tea.sid, "bob")
    changed = await ann.post(at(ann, own), **changes)
    assert changes.items() <= changed.items()
    wrong = {"attributes": "{}"} if "body" in changes else {"body": "x"}
    refusals = [(own, wrong), (own, changes | wrong), (other, wrong)]
    if own_only:
        refusals.append((other, changes))
    else:
        assert changes.items() <= (await ann.post(at(ann, other), **changes)).items()
    for message, asked in refusals:
        with unchanged(call), pytest.raises(Refused) as refused:
            await ann.post(at(ann, message), **asked)
        assert (refused.value.status, refused.value.code) == (403, 50107)


@pytest.mark.parametrize("word", ["deleteOwnMessage", "deleteAnyMessage"])
async def test_removing_takes_the_word_for_it(node: Node, call: Call, word: str) -> None:
    ann = await node.sdk(call, "ann")
    tea = await talk(call, "bob")
    await member(call, tea.sid, "ann", word)
    own, other = await posted(call, tea.sid, "ann"), await posted(call, tea.sid, "bob")
    assert await ann.delete(at(ann, own)) is None
    if word == "deleteAnyMessage":
        assert await ann.delete(at(ann, other)) is None
    else:
        with unchanged(call), pytest.raises(Refused) as refused:
            await ann.delete(at(ann, other))
        assert refused.value.code == 50107
    with pytest.raises(Refused) as refused:
        await ann.delete(at(ann, own))
    assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_a_message_that_becomes_another_s_while_the_gate_is_asked_is_kept(
    call: Call,
) -> None:
    class Slow(Gatekeeper):
        async def ask(self, asked: Call, *more: object) -> dict[str, str]:  # type: ignore[override]
            await messages.update(call, tea.sid, own.sid, MessageChanges(author="bob"))
            return await super().ask(asked, *more)  # type: ignore[arg-type]

    tea = await talk(call, "ann", "bob")
    own = await posted(call, tea.sid, "ann")
    gate = Slow()
    ann = await Node(guarded(call, gate).resources).sdk(call, "ann")
    with pytest.raises(Refused) as refused:
        await ann.post(at(ann, own), body="Mine")
    assert (refused.value.status, refused.value.code) == (403, 50107)
    assert len(gate.asked) == 1
    assert (await messages.fetch(call, tea.sid, own.sid)).body == "Milk?"


async def test_the_gate_may_say_another_text(call: Call) -> None:
    gate = Gatekeeper(lambda asked: {"body": asked.thing.body.upper()})
    ann = await Node(guarded(call, gate).resources).sdk(call, "ann")
    tea = await talk(call, "ann")
    assert (await ann.sent(tea.sid, body="milk"))["body"] == "MILK"


async def test_a_message_elsewhere_is_not_there(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    tea, other = await talk(call, "ann"), await talk(call, "ann")
    message = replace(await posted(call, tea.sid, "ann"), conversation_sid=other.sid)
    for method, more in (
        ("POST", ""),
        ("DELETE", ""),
        ("GET", "/Receipts"),
        ("GET", "/ChannelMetadata"),
    ):
        with pytest.raises(Refused) as refused:
            await ann.ask(method, at(ann, message, more))
        assert (refused.value.status, refused.value.code) == (404, 20404)


async def test_receipts_are_told_page_by_page_to_who_is_there(node: Node, call: Call) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call, "ann")
    message = await posted(call, tea.sid, "ann")
    someone = NewParticipant(address="+15550001", proxy_address="+15559999")
    reached = await participants.create(call, tea.sid, someone)
    made = [
        Receipt(
            sid=call.sid(sids.RECEIPT),
            service_sid=call.service_sid,
            conversation_sid=tea.sid,
            message_sid=message.sid,
            participant_sid=reached.sid,
            channel_message_sid=call.sid(sids.SMS),
            status="sent",
            error_code=0,
            date_created=call.now,
            date_updated=None,
        )
        for _ in range(3)
    ]
    async with call.database.transaction() as transaction:
        for receipt in made:
            await receipt_store.add(transaction, receipt)
    link = ann.links["messages_receipts"] % (tea.sid, message.sid)
    first = await ann.get(link, PageSize="2")
    second = await ann.get(link, PageSize="2", PageToken=first["meta"]["next_token"])
    found = first["delivery_receipts"] + second["delivery_receipts"]
    assert [each["sid"] for each in found] == [each.sid for each in made]
    assert second["meta"]["next_token"] is None
    assert second["meta"]["previous_token"]
    assert (found[0]["status"], found[0]["participant_sid"]) == ("sent", reached.sid)
    with pytest.raises(Refused) as refused:
        await bob.get(link)
    assert refused.value.code == 50430


async def test_there_are_no_recipients_of_mails_and_no_channel_metadata(
    node: Node, call: Call
) -> None:
    ann, bob = await node.sdk(call, "ann"), await node.sdk(call, "bob")
    tea = await talk(call, "ann")
    message = await posted(call, tea.sid, "ann")
    where = f"{ann.conversation(tea.sid)}/MessageRecipients"
    found = await ann.get(where, MessageSid=message.sid)
    assert (found["message_recipients"], found["meta"]["next_token"]) == ([], None)
    for sid, code in (("IM" + NOBODY, 20404), ("a\0b", 20001), ("", 20001)):
        with pytest.raises(Refused) as refused:
            await ann.get(where, MessageSid=sid)
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        await ann.get(at(ann, message, "/ChannelMetadata"))
    assert (refused.value.status, refused.value.code) == (404, errors.NoChannelMetadata.code)
    with pytest.raises(Refused) as refused:
        await bob.get(at(bob, message, "/ChannelMetadata"))
    assert refused.value.code == 50430
