"""Users, in clients of the official chat SDK."""

from clients.sdk_runtime import World


def test_ones_own_changes_are_kept_and_seen_by_others(world: World) -> None:
    world.conversation("alice", "bob")
    alice, bob = world.chatter("alice"), world.chatter("bob")
    bob.user(identity="alice")
    alice.renameMe(name="Alice Lee")
    assert bob.heard("userUpdated", identity="alice", friendlyName="Alice Lee")
    alice.describeMe(attributes={"team": "red"})
    assert bob.heard("userUpdated", identity="alice", attributes={"team": "red"})
    kept = world.rest.seen("/Users/alice")
    assert kept["friendly_name"] == "Alice Lee"
    alice.heard("userUpdated", friendlyName="Alice Lee")
    assert alice.me()["friendlyName"] == "Alice Lee"


def test_what_rest_changes_of_a_user_is_seen(world: World) -> None:
    alice = world.chatter("alice")
    world.rest.made("/Users/alice", {"FriendlyName": "Alice Lee"})
    alice.heard("userUpdated", friendlyName="Alice Lee")
