"""Which addresses outgoing requests may reach.

Whoever may set a webhook's URL must not be able to look around in the operator's own network. A
name is resolved first, and what counts is the address that is then connected to (decided:
decisions/0025).
"""

from collections.abc import Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Addresses of IPv6 behind which a gateway reaches one of IPv4: RFC 6052.
_GATEWAY: Final = IPv6Network("64:ff9b::/96")
# Set apart as a whole, whatever the version of Python says of it or of its parts: for protocols;
# for gateways within a network, which may take any part of the address (RFC 8215); for sites.
_SET_APART: Final[tuple[Network, ...]] = (
    IPv4Network("192.0.0.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("fec0::/10"),
)
_LOW: Final = (1 << 32) - 1


class Targets:
    """Public addresses, and those of some networks besides.

    Args:
        allowed: networks, such as ``10.1.0.0/16``.

    Raises:
        ValueError: one of them is no network.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed: tuple[Network, ...] = tuple(ip_network(each) for each in allowed)

    def allow(self, address: str) -> bool:
        """Whether this may be reached.

        Args:
            address: as the resolver gives it, perhaps with the zone of a link.
        """
        found = _meant(ip_address(address.partition("%")[0]))
        if any(found in network for network in self._allowed):
            return True
        is_apart = any(found in network for network in _SET_APART)
        return found.is_global and not (found.is_multicast or found.is_reserved or is_apart)


class Anywhere(Targets):
    """Every address: for what the operator chose, and nobody else can."""

    def allow(self, address: str) -> bool:  # noqa: ARG002 - whatever it is
        """See ``Targets.allow``."""
        return True


def _meant(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _GATEWAY:
        return IPv4Address(int(address) & _LOW)
    return address
