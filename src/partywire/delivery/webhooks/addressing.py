"""Where a webhook's URL leads, in the form in which its receiver sees it."""

import base64
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlencode, urlsplit

from msgspec import Struct

from partywire.delivery.webhooks.signature import Pairs

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# What may stand in a path or a query as it is: the rest is what a browser encodes too.
_PATH: Final = "/%:@!$&'()*+,;=~-._[]|"
_QUERY: Final = "/%:@!$&()*+,;=~-._[]|\\^?`{}"


class Unusable(Exception):
    """The URL is none that a request can be sent to; the text says why, for people."""


class Place(Struct, frozen=True):
    """Where a request goes.

    Attributes:
        url: without user and fragment; encoded as it stands on the wire.
        authorization: the header for the user that the URL named, if it did.
    """

    url: str
    authorization: str | None

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return "/".join(self.url.split("/", 3)[:3])

    def asked(self, pairs: Pairs) -> "Place":
        """The same place with these parameters added to its query."""
        if not pairs:
            return self
        joint = "&" if "?" in self.url else "?"
        return Place(f"{self.url}{joint}{urlencode(pairs)}", self.authorization)


def place(url: str) -> Place:
    """Where a URL leads.

    The default port is left out and the path is at least ``/``: the receiver can put the URL that
    was signed together again from what it sees.

    Raises:
        Unusable: it leads nowhere.
    """
    try:
        parts = urlsplit(url)
        host, port = _host(parts), parts.port
    except (UnicodeError, ValueError) as error:
        raise Unusable(f"the URL cannot be called: {error}") from error
    if parts.scheme not in _DEFAULT_PORTS or port == 0:
        raise Unusable("the URL cannot be called: it is not one of http or https")
    shown = host if port in {None, _DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"
    query = f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""
    path = quote(parts.path, safe=_PATH) or "/"
    return Place(f"{parts.scheme}://{shown}{path}{query}", _authorization(parts))


def _host(parts: SplitResult) -> str:
    host = parts.hostname
    if not host or any(each <= " " for each in host):
        raise ValueError("it names no host")
    if ":" in host:
        return f"[{host}]"
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _authorization(parts: SplitResult) -> str | None:
    if parts.username is None:
        return None
    user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return f"Basic {base64.b64encode(user.encode()).decode('ascii')}"


def receiver(account: str, url: str) -> str:
    """What is slow or dead as one: the account and the origin of its webhook.

    Another account's webhook at the same place may be another's machine behind the same name.
    """
    try:
        origin = place(url).origin
    except Unusable:
        origin = "nowhere"
    return f"{account}/{origin}"
