"""The official chat SDK in a headless Chromium."""

from clients.sdk_runtime import World


def test_the_sdk_lists_and_pages_in_a_browser(browsing: World) -> None:
    sid = browsing.conversation("alice", FriendlyName="Lunch")
    for number in range(40):
        browsing.post(sid, f"number {number}")
    alice = browsing.chatter("alice")
    [shown] = alice.list()
    assert (shown["sid"], shown["friendlyName"], shown["unread"]) == (sid, "Lunch", None)
    seen = alice.history(conversation=sid, size=15)
    assert [one["body"] for one in seen["messages"]] == [f"number {n}" for n in range(40)]


def test_two_pages_talk(browsing: World) -> None:
    sid = browsing.conversation("alice", "bob")
    alice, bob = browsing.chatter("alice"), browsing.chatter("bob")
    for chatter in (alice, bob):
        chatter.watch(conversation=sid)
    alice.send(conversation=sid, body="¡Olé! 名前 ☕")
    assert bob.heard("messageAdded")["body"] == "¡Olé! 名前 ☕"
    browsing.post(sid, "from REST")
    assert alice.heard("messageAdded", index=1)["body"] == "from REST"
    bob.read(conversation=sid, index=1)
    alice.heard("participantUpdated", identity="bob", read=1)


def test_a_page_whose_network_broke_misses_nothing(browsing: World) -> None:
    sid = browsing.conversation("alice")
    alice = browsing.chatter("alice")
    alice.watch(conversation=sid)
    alice.lost("away")
    browsing.post(sid, "meanwhile")
    alice.back()
    assert alice.heard("messageAdded")["body"] == "meanwhile"
