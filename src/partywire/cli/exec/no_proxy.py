"""The entries of NO_PROXY: hosts to be reached without a proxy.

An entry is ``*``, a host name (which stands for its subdomains too, with or without a leading dot
or ``*.``), an address or a network in CIDR notation; a name or an IPv4 address may have a port.
"""

import ipaddress
from collections.abc import Iterable

from partywire.cli.exec.targets import Destination, Target


def entries(value: str) -> list[str]:
    """The entries of a variable's value, which commas or spaces separate."""
    return value.replace(",", " ").split()


def matches(entry: str, target: Target) -> bool:
    """Whether an entry says to reach a target directly."""
    name, port = _name_and_port(entry)
    if port not in {"", str(target.port)}:
        return False
    try:
        return ipaddress.ip_address(target.host) in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return name == "" or f".{target.host}".endswith(f".{name}")


def covers_twilio(entry: str) -> bool:
    """Whether an entry would let clients go straight to some host of twilio.com."""
    name, _ = _name_and_port(entry)
    return name in {"", "com"} or Target(name, 443).destination is not Destination.ELSEWHERE


def java_patterns(some: Iterable[str]) -> str:
    """Entries as the JVM writes them: ``|`` between, subdomains by an asterisk, no networks."""
    patterns: list[str] = []
    for entry in some:
        name, _ = _name_and_port(entry)
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            if "/" not in name:
                patterns += [name, f"*.{name}"] if name else ["*"]
        else:
            patterns.append(f"[{address}]" if address.version == 6 else name)
    return "|".join(patterns)


def _name_and_port(entry: str) -> tuple[str, str]:
    """An entry's name in lower case without asterisk and dots (empty for ``*``), and its port."""
    name, _, port = (entry, "", "") if entry.count(":") > 1 else entry.partition(":")
    return name.lower().removeprefix("*").strip(".").strip("[]"), port
