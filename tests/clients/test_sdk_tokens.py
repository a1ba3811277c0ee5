"""Tokens that end, are renewed, or are not good, in the official chat SDK."""

import pytest

from clients.sdk_runtime import Chatter, Driver, Refused, World


def test_a_token_is_renewed_before_it_ends(world: World) -> None:
    alice = Chatter(world.driver, "alice")
    alice.connected(world.rest.url, world.token("alice", seconds=60))
    alice.heard("tokenAboutToExpire")
    alice.token(token=world.token("alice"))
    sid = world.conversation("alice")
    alice.heard("conversationJoined", sid=sid)
    assert alice.connection() == "connected"


def test_a_token_that_ended_closes_the_door_until_a_new_one_comes(world: World) -> None:
    sid = world.conversation("alice")
    alice = world.chatter("alice")
    alice.watch(conversation=sid)
    # Not the first one: a browser may take longer than that to begin.
    alice.token(token=world.token("alice", seconds=5))
    alice.heard("tokenExpired")
    # Before this the SDK takes no new token.
    alice.heard("connectionStateChanged", lambda saw: saw == "disconnected")
    world.post(sid, "Soup?")
    alice.token(token=world.token("alice"))
    assert alice.heard("messageAdded")["body"] == "Soup?"


def test_the_token_of_another_user_is_refused(world: World) -> None:
    alice = world.chatter("alice")
    with pytest.raises(Refused):
        alice.token(token=world.token("bob"))


@pytest.mark.parametrize("token", ["nonsense", "a.b.c"])
def test_what_is_no_token_is_denied(world: World, driver: Driver, token: str) -> None:
    alice = Chatter(driver, "alice")
    alice.connect(port=world.port, token=token)
    error = alice.heard("connectionError", terminal=True)
    assert error["status"] == 401
    alice.heard("connectionStateChanged", lambda saw: saw == "denied")


def test_who_is_in_a_service_that_is_deleted_is_told_and_does_not_come_again(world: World) -> None:
    world.service = world.rest.made("/Services", {"FriendlyName": "Short"})["sid"]
    alice = world.chatter("alice").now()
    world.rest.delete(f"/Services/{world.service}")
    alice.heard("connectionStateChanged", lambda saw: saw == "disconnected")
    assert alice.connection() == "disconnected"
    assert "connecting" not in alice.told("connectionStateChanged")[1:]
