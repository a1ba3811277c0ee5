"""Users, in clients of the official chat SDK."""

from clients.sdk_runtime import Chatter, World


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


def test_who_comes_and_goes_is_shown_to_the_other(world: World) -> None:
    world.rest.at(f"/v1/Services/{world.service}").made(
        "/Configuration", {"ReachabilityEnabled": True}
    )
    alice = world.chatter("alice")
    world.rest.made("/Users", {"Identity": "bob"})
    assert alice.user(identity="bob")["online"] is False
    bob = world.chatter("bob")
    alice.heard("userUpdated", identity="bob", online=True)
    alice.now()
    bob.shutdown()
    alice.heard("userUpdated", identity="bob", online=False)


def test_who_has_a_device_is_shown_to_the_other(world: World) -> None:
    world.rest.at(f"/v1/Services/{world.service}").made(
        "/Configuration", {"ReachabilityEnabled": True}
    )
    made = {"Type": "fcm", "Secret": "{}", "FriendlyName": "phones"}
    credential = world.rest.made("/Credentials", made)["sid"]
    world.rest.made("/Users", {"Identity": "bob"})
    alice = world.chatter("alice")
    assert alice.user(identity="bob")["notifiable"] is False
    bob = Chatter(world.driver, "bob")
    bob.connected(world.rest.url, world.token("bob", push_credential_sid=credential))
    bob.register(channel="fcm", registration="device-1")
    alice.heard("userUpdated", identity="bob", notifiable=True)
    alice.now()
    bob.unregister(channel="fcm", registration="device-1")
    alice.heard("userUpdated", identity="bob", notifiable=False)


def test_a_device_registers_for_push_and_is_forgotten(world: World) -> None:
    made = {"Type": "fcm", "Secret": "{}", "FriendlyName": "phones"}
    credential = world.rest.made("/Credentials", made)["sid"]
    alice = Chatter(world.driver, "alice")
    token = world.token("alice", push_credential_sid=credential)
    alice.connected(world.rest.url, token)
    alice.register(channel="fcm", registration="device-1")
    bindings = world.rest.at(f"/v1/Services/{world.service}")
    [kept] = bindings.items("/Bindings", "bindings")
    assert (kept["identity"], kept["binding_type"]) == ("alice", "fcm")
    assert kept["credential_sid"] == credential
    alice.unregister(channel="fcm", registration="device-1")
    assert bindings.items("/Bindings", "bindings") == []
