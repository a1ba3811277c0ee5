"""The official chat SDK connects."""

from clients.sdk_runtime import World


def test_the_sdk_becomes_ready_and_knows_who_it_is(world: World) -> None:
    alice = world.chatter("alice")
    assert alice.me()["identity"] == "alice"
    assert alice.connection() == "connected"
    assert alice.list() == []
    assert alice.told("connectionError") == []
    assert alice.told("initFailed") == []


def test_who_connects_is_a_user_from_then_on(world: World) -> None:
    world.chatter("alice")
    assert world.rest.seen("/Users/alice")["identity"] == "alice"
