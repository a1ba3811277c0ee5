"""Where a request wants to go, and which of three treatments that host gets."""

import enum
import re
from typing import Final, NamedTuple

# Hosts are put into certificates, heads and messages: what is no name or address stops here.
_AUTHORITY: Final = re.compile(
    r"(?:(?P<name>[a-z0-9_.-]+)|\[(?P<ipv6>[0-9a-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII | re.IGNORECASE,
)
_ABSOLUTE: Final = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.ASCII | re.IGNORECASE)
# With a region alone, the client libraries leave the edge out of the name.
_CONVERSATIONS: Final = re.compile(r"conversations(\.[a-z0-9-]+){0,2}\.twilio\.com", re.ASCII)
# The chat SDK's socket, and media; the region, if there is one, stands in the middle.
_CHAT: Final = re.compile(r"(tsock|mcs)(\.[a-z0-9-]+)?\.twilio\.com", re.ASCII)
_PORTS: Final = {"http": 80, "https": 443}


class Destination(enum.Enum):
    """Whose host it is."""

    CONVERSATIONS = "Partywire answers for it"
    TWILIO = "another host of the real service: refused"
    ELSEWHERE = "none of our business: passed on"


class Target(NamedTuple):
    """A host and a port.

    Attributes:
        host: name in lower case without the trailing dot of the root, or an address without
            brackets.
        port: 1 to 65535.
    """

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def destination(self) -> Destination:
        """Whose host it is."""
        if _CONVERSATIONS.fullmatch(self.host) or _CHAT.fullmatch(self.host):
            return Destination.CONVERSATIONS
        if self.host == "twilio.com" or self.host.endswith(".twilio.com"):
            return Destination.TWILIO
        return Destination.ELSEWHERE


class AbsoluteTarget(NamedTuple):
    """A request target in absolute form, taken apart.

    Attributes:
        scheme: ``http`` or ``https``.
        target: the host and port.
        authority: them as they were written, for the ``Host`` field.
        path: path and query, beginning with a slash.
    """

    scheme: str
    target: Target
    authority: str
    path: str


def parse_authority(text: str, default_port: int | None = None) -> Target:
    """``host:port`` as a target.

    Args:
        text: for example ``example.org:443`` or ``[::1]:443``.
        default_port: the port where none is written; without it one must be.

    Raises:
        ValueError: it is no such pair.
    """
    match = _AUTHORITY.fullmatch(text)
    if match is None:
        raise ValueError(f"not a host and port: {text!r}")
    host = (match["name"] or match["ipv6"]).lower().removesuffix(".")
    port = int(match["port"]) if match["port"] else default_port
    if not host or port is None or not 1 <= port <= 65535:
        raise ValueError(f"not a host and port: {text!r}")
    return Target(host, port)


def parse_absolute(text: str) -> AbsoluteTarget:
    """A request target such as ``http://example.org/path?query``, taken apart.

    Raises:
        ValueError: it is not in absolute form, or its scheme is neither http nor https.
    """
    match = _ABSOLUTE.fullmatch(text)
    if match is None:
        raise ValueError(f"not an http or https URL: {text!r}")
    scheme, authority, path = match[1].lower(), match[2], match[3]
    target = parse_authority(authority, _PORTS[scheme])
    return AbsoluteTarget(scheme, target, authority, path if path.startswith("/") else f"/{path}")
