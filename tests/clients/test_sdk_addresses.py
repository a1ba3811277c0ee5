"""The official chat SDK beside people who take part by an address."""

from typing import Any

import pytest

from clients.sdk_runtime import World
from wire.http.test_handsets import until

ANN, PROXY = "+15550001", "+15550100"
HANDSET = f"/Handsets/{ANN}"


def phone(world: World, conversation: str) -> Any:
    """Somebody with a phone joins; they as REST has them."""
    form = {"MessagingBinding.Address": ANN, "MessagingBinding.ProxyAddress": PROXY}
    return world.rest.made(f"/Conversations/{conversation}/Participants", form)


def does(world: World, path: str = "", **form: str) -> Any:
    """What Ann does with her phone."""
    return world.rest.at("/_partywire").made(f"{HANDSET}{path}", form)


def received(world: World) -> Any:
    """The one message that came to Ann's phone, once it is there."""
    bench = world.rest.at("/_partywire")
    [held] = until(lambda: bench.items(f"{HANDSET}/Messages", "messages"))
    return held


def shares(**given: str) -> dict[str, Any]:
    """How far a message to one address came; what is not given is none."""
    none = dict.fromkeys(("sent", "delivered", "read", "failed", "undelivered"), "none")
    return {"total": 1, **none, **given}


def test_somebody_with_a_phone_is_seen_to_join_and_heard_at_once(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    ann = phone(world, sid)
    joined = alice.heard("participantJoined")
    assert (joined["sid"], joined["type"], joined["identity"]) == (ann["sid"], "sms", None)

    sent = does(world, "/Messages", To=PROXY, Body="I am late")
    shown = alice.heard("messageAdded")
    assert (shown["author"], shown["body"], shown["index"]) == (ANN, "I am late", 0)
    assert (shown["sid"], shown["participant"]) == (sent["message_sid"], ann["sid"])
    assert shown["delivery"] is None
    alice.heard("conversationUpdated", lambda saw: "lastMessage" in saw["reasons"])
    assert alice.counts(conversation=sid) == [1, 2]


STEPS: list[list[tuple[dict[str, str], dict[str, str]]]] = [
    [
        ({"Status": "delivered"}, {"delivered": "all"}),
        ({"Status": "read"}, {"delivered": "all", "read": "all"}),
    ],
    [({"Status": "undelivered", "ErrorCode": "30003"}, {"undelivered": "all"})],
]


@pytest.mark.parametrize("steps", STEPS, ids=["read", "lost"])
def test_how_far_a_message_came_is_shown_as_it_happens(
    world: World, steps: list[tuple[dict[str, str], dict[str, str]]]
) -> None:
    sid = world.conversation("alice")
    ann = phone(world, sid)
    does(world, Status="sent")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    alice.send(conversation=sid, body="Kick-off at ten")
    alice.heard("messageAdded")
    held = received(world)

    for said, share in steps:
        does(world, f"/Messages/{held['sid']}", **said)
        told = alice.heard("messageUpdated", delivery=shares(sent="all", **share))
        assert told["reasons"] == ["deliveryReceipt"]
    [receipt] = alice.receipts(conversation=sid, index=0)
    assert (receipt["participantSid"], receipt["channelMessageSid"]) == (ann["sid"], held["sid"])
    wanted = {"ErrorCode": "0", **steps[-1][0]}
    assert (receipt["status"], str(receipt["errorCode"])) == (
        wanted["Status"],
        wanted["ErrorCode"],
    )
