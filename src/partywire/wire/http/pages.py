"""Pages of a list: which one is asked for, and the ``meta`` block that leads to its neighbours.

A page token holds the key of the item at the page's edge, in the form that clients know (``PT``
and base64 of a JSON object), signed together with the kind of list that it belongs to: it cannot
be forged, nor carried over to a list in another order (decided: decisions/0007).
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Any, Final, Literal
from urllib.parse import quote

import msgspec

from partywire.errors import BadRequest
from partywire.model.pages import Key, Page, PageRequest, Position
from partywire.wire.http import fields
from partywire.wire.http.forms import Parameters

_DEFAULT_SIZE: Final = 50
_LONGEST_TOKEN: Final = 1024
_PREFIX: Final = "PT"


class _Token(msgspec.Struct, frozen=True):
    side: Literal["after", "before"]
    key: Key
    signature: str


class Meta(msgspec.Struct, frozen=True):
    """The ``meta`` block of a list answer; C# reads all of it, Python and Ruby need ``key``."""

    page: int
    page_size: int
    first_page_url: str
    previous_page_url: str | None
    url: str
    next_page_url: str | None
    key: str


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Token)


class Paging:
    """One list request: what page it wants, and how its neighbours' URLs are written.

    Args:
        sign: makes the signature of a text.
        kind: which lists a token is good for.
        filters: the list's own parameters, written into each URL.
        parameters: what was sent.
        most: the list's largest page.

    Raises:
        BadRequest: ``PageSize``, ``Page`` or ``PageToken`` is malformed.
    """

    def __init__(
        self,
        sign: Callable[[bytes], str],
        kind: str,
        filters: list[tuple[str, str]],
        parameters: Parameters,
        most: int,
    ) -> None:
        self._sign = sign
        self._query = "".join(f"{name}={quote(value)}&" for name, value in filters)
        self._kind = f"{kind}?{self._query}"
        size = parameters.get("PageSize")
        self._size = min(_DEFAULT_SIZE, most) if size is None else fields.page_size(most)(size)
        page = parameters.get("Page")
        self._page = fields.page_number(page) if page else 0
        self._token = parameters.get("PageToken") or None
        self.request = PageRequest(self._size, self._position())

    def _position(self) -> Position | None:
        if self._token is None:
            return None
        try:
            if len(self._token) > _LONGEST_TOKEN or not self._token.startswith(_PREFIX):
                raise ValueError
            padding = "=" * (-(len(self._token) - len(_PREFIX)) % 4)
            data = base64.b64decode(self._token[2:] + padding, altchars=b"-_", validate=True)
            token = _decoder.decode(data)
            position = Position(token.side, token.key)
            if not hmac.compare_digest(self._write(position), self._token):
                raise ValueError
        except (ValueError, binascii.Error, msgspec.MsgspecError):
            raise BadRequest("PageToken is not one that this list gave out") from None
        return position

    def _write(self, position: Position) -> str:
        signed = f"{self._kind}\n{position.side}\n{position.key}".encode()
        token = _Token(position.side, position.key, self._sign(signed))
        written = base64.urlsafe_b64encode(_encoder.encode(token)).decode("ascii")
        return _PREFIX + written.rstrip("=")

    def token(self, position: Position | None) -> str | None:
        """What leads to the page that starts there; None where there is none."""
        return None if position is None else self._write(position)

    def _at(self, url: str, page: int, token: str | None) -> str:
        whole = f"{url}?{self._query}PageSize={self._size}&Page={page}"
        return f"{whole}&PageToken={token}" if token else whole

    def _neighbour(self, url: str, page: int, position: Position | None) -> str | None:
        return None if position is None else self._at(url, max(0, page), self._write(position))

    def meta(self, page: Page[Any], url: str, key: str) -> Meta:
        """The ``meta`` block of a page.

        Args:
            page: with its neighbours.
            url: the list's, without a query.
            key: under which its items stand.
        """
        return Meta(
            page=self._page,
            page_size=self._size,
            first_page_url=self._at(url, 0, None),
            previous_page_url=self._neighbour(url, self._page - 1, page.previous),
            url=self._at(url, self._page, self._token),
            next_page_url=self._neighbour(url, self._page + 1, page.next),
            key=key,
        )
