"""Outgoing requests reach public addresses, and others only where the operator allows them."""

import pytest

from partywire.delivery.targets import Anywhere, Targets

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8"]
OURS = [
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "198.18.0.1", "224.0.0.1"),
    *("240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1"),
    *("fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *(
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "ff0e::1",
        "::ffff:100.64.0.1",
        "2002:6440:1::",
    ),
    *("64:ff9b:1:a00:0:100:808:808", "2001:0:808:808::80ff:fffe", "2001:0:808:808::3f57:fefe"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_reached(address: str) -> None:
    assert Targets().allow(address)


@pytest.mark.parametrize("address", OURS)
def test_any_other_may_not(address: str) -> None:
    assert not Targets().allow(address)
    assert Anywhere().allow(address)


def test_a_network_that_is_allowed_may_be_reached_and_its_neighbours_may_not() -> None:
    targets = Targets(["10.1.0.0/16", "::1/128"])
    assert targets.allow("10.1.2.3")
    assert targets.allow("::ffff:10.1.2.3")
    assert targets.allow("::1")
    assert not targets.allow("10.2.0.1")
    assert not targets.allow("127.0.0.1")
    assert targets.allow("8.8.8.8")


@pytest.mark.parametrize("network", ["10.1.2.3/16", "everything", ""])
def test_what_is_no_network_is_refused(network: str) -> None:
    with pytest.raises(ValueError, match=r"network|host bits"):
        Targets([network])
