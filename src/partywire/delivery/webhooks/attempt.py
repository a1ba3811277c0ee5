"""One request to a webhook: signed, bounded in time, and what came of it.

Source: the "Webhooks Security" page of the official documentation for the signature and the
Standard Webhooks specification for ``webhook-id`` and ``webhook-timestamp``; the rest is decided:
decisions/0026.
"""

from time import monotonic
from typing import Final
from urllib.parse import urlencode

from msgspec import Struct

from partywire import __version__
from partywire.clock import Clock
from partywire.delivery.outgoing import (
    Answer,
    Client,
    Headers,
    NotAllowed,
    Outgoing,
    TimedOut,
    Unreached,
    redirected,
)
from partywire.delivery.webhooks.addressing import Place, Unusable, place
from partywire.delivery.webhooks.signature import Pairs, signature, signed_string
from partywire.model.deliveries import Waiting

SECONDS: Final = 5.0  # for the whole attempt, redirects included
_MOST_REDIRECTS: Final = 3
_FORM: Final = "application/x-www-form-urlencoded; charset=utf-8"


class Told(Struct, frozen=True):
    """What a webhook is to be told.

    Attributes:
        method: ``GET`` or ``POST``.
        url: the webhook's, as it was configured.
        pairs: the parameters.
        sid: of what is told: the same however often it is told.
        retry: how often it was tried before.
    """

    method: str
    url: str
    pairs: Pairs
    sid: str
    retry: int = 0


class Attempt(Struct, frozen=True):
    """One request and what came of it; after redirects, the last one.

    Attributes:
        date: when it began, in milliseconds since 1970-01-01T00:00:00Z.
        milliseconds: how long it took.
        headers: as they were sent, an authorization included.
        signed: the exact string that was signed.
        answer: what came back, if something did.
        problem: why nothing did, for people.
        timed_out: whether nothing came in time.
        hopeless: whether it cannot go better another time: nothing can be sent there.
        by: the URLs that redirected it, in order.
    """

    date: int
    milliseconds: int
    method: str
    url: str
    headers: Headers
    body: bytes
    signed: str
    answer: Answer | None = None
    problem: str | None = None
    timed_out: bool = False
    hopeless: bool = False
    by: tuple[str, ...] = ()

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.answer is not None and 200 <= self.answer.status < 300


async def attempt(client: Client, clock: Clock, token: str, told: Told) -> Attempt:
    """Tells a webhook once; never raises for what the receiver does.

    Args:
        client: by which it leaves.
        clock: the server's.
        token: the account's auth token, which signs it.
        told: what and where.
    """
    date, began = clock.now(), monotonic()
    asking = _Asking(token, told, date)
    try:
        hop = asking.first(told)
    except Unusable as error:
        # It may name a user, who is nobody's business.
        shown = told.url.rpartition("@")[2]
        nowhere = _Hop(Outgoing(told.method, shown, asking.headers), Place(shown, None), "")
        return _came_of(date, 0, nowhere, Unreached(str(error)))
    by: list[str] = []
    came: Answer | Unreached
    try:
        while True:
            left = SECONDS - (monotonic() - began)
            came = await client.send(hop.request, max(0.0, left))
            following = asking.following(hop, came)
            if following is None or len(by) == _MOST_REDIRECTS:
                break
            by.append(hop.request.url)
            hop = following
    except Unreached as error:
        came = error
    return _came_of(date, round((monotonic() - began) * 1000), hop, came, tuple(by))


def mistaken(date: int, waiting: Waiting, error: Exception) -> Attempt:
    """What comes of a delivery that we failed to make a request of: another time, it may go.

    Args:
        date: when that began, in milliseconds since 1970-01-01T00:00:00Z.
        waiting: the delivery.
        error: what was not foreseen.
    """
    return Attempt(
        date=date,
        milliseconds=0,
        method=waiting.method,
        url=waiting.url.rpartition("@")[2],
        headers=(),
        body=b"",
        signed="",
        problem=f"a mistake of ours: {type(error).__name__}",
    )


class _Hop(Struct, frozen=True):
    """A request, where it goes, and what was signed of it."""

    request: Outgoing
    place: Place
    signed: str


class _Asking:
    """Makes the requests of one attempt: the first, and those that redirects ask for."""

    def __init__(self, token: str, told: Told, date: int) -> None:
        self._token = token
        self._pairs = [*told.pairs, ("RetryCount", str(told.retry))]
        self.headers: Headers = (
            ("User-Agent", f"Partywire/{__version__}"),
            ("Accept", "*/*"),
            ("I-Twilio-Idempotency-Token", told.sid),
            ("webhook-id", told.sid),
            ("webhook-timestamp", str(date // 1000)),
        )

    def first(self, told: Told) -> _Hop:
        """The request to the URL that was configured.

        Raises:
            Unusable: there can be none.
        """
        target = place(told.url)
        if told.method == "GET":
            return self._get(target.asked(self._pairs))
        return self._post(target)

    def following(self, hop: _Hop, answer: Answer) -> _Hop | None:
        """The request that an answer asks for instead, if it does.

        The user that the URL named is named within one origin only.
        """
        found = redirected(hop.request, answer)
        if found is None:
            return None
        url, is_plain = found
        try:
            target = place(url)
        except Unusable:
            return None
        if target.origin == hop.place.origin:
            target = Place(target.url, hop.place.authorization)
        return self._get(target) if is_plain or not hop.request.body else self._post(target)

    def _get(self, target: Place) -> _Hop:
        request = Outgoing("GET", target.url, self._signed(target, []))
        return _Hop(request, target, signed_string(target.url, []))

    def _post(self, target: Place) -> _Hop:
        headers = (*self._signed(target, self._pairs), ("Content-Type", _FORM))
        body = urlencode(self._pairs).encode("ascii")
        request = Outgoing("POST", target.url, headers, body)
        return _Hop(request, target, signed_string(target.url, self._pairs))

    def _signed(self, target: Place, pairs: Pairs) -> Headers:
        signed = ("X-Twilio-Signature", signature(self._token, target.url, pairs))
        known = target.authorization
        return (*self.headers, signed, *([] if known is None else [("Authorization", known)]))


def _came_of(
    date: int, milliseconds: int, hop: _Hop, came: Answer | Unreached, by: tuple[str, ...] = ()
) -> Attempt:
    is_late = isinstance(came, TimedOut)
    problem = None
    if isinstance(came, Unreached):
        # What is bounded is the time of all redirects together.
        problem = f"no answer within {SECONDS:g} s" if is_late else str(came)
    return Attempt(
        date=date,
        milliseconds=milliseconds,
        method=hop.request.method,
        url=hop.request.url,
        headers=hop.request.headers,
        body=hop.request.body,
        signed=hop.signed,
        answer=came if isinstance(came, Answer) else None,
        problem=problem,
        timed_out=is_late,
        hopeless=not hop.signed or isinstance(came, NotAllowed),
        by=by,
    )
