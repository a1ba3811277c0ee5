"""What a fuzzer sends: the odd values that break servers, and bytes nobody thought of."""

import base64
from typing import NamedTuple
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from contract.table import Row
from contract.world import body_for, query_for

FORM = "application/x-www-form-urlencoded"
TOKEN = "PT" + base64.urlsafe_b64encode(b'{"side":"after","key":["x"],"signature":"x"}').decode()

WORDS = [
    "", " ", "null", "NULL", "None", "true", "{}", "[]", "0", "-0", "-1", "1.5", "1e999", "NaN",
    "1", "50", "101", "9" * 18, str(2**63 - 1), str(2**63), "9" * 400, "0x10", "\u0661", "+1",
    "\0", "a\0b", "\x7f", "\u202e", "\ufeff", "💥" * 64, "ü" * 256, "x" * 257, "x" * 5000,
    "CH" + "0" * 32, "US" + "f" * 32, "RL" + "0" * 32, "MG" + "A" * 32, "IM" + "0" * 31,
    "..", "a/b", "%", "%zz", "%00", "a+b", "a b", "'", '"', "\\", "--", ";", "ada", "tea",
    "active", "inactive", "CLOSED", "muted", "Default", "asc", "DESC",
    "2026-01-01T00:00:00Z", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-W01-1",
    "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "P36500D", "PT999999999S",
    "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59.999999Z", "20260101", "24:00", "1700000000",
    "P1D", "PT0S", "PT1M", "PT10M", "PT1H30M", "P1M", "PT", "P", "PT999999999H", "P0.5D", "-PT1M",
    '{"a":1', '{"a":1,"a":2}', '"\\ud800"', "[" * 2000 + "]" * 2000, "[" * 8000, '"' + "x" * 4094,
    '{"identity":"\\ud800"}', '{"identity":"x","attributes":{"\\ud800":0}}', '{"identity":1}',
    '{"messaging_binding":{"address":"+15550001","proxy_address":"+15550100"}}', "+15550100",
    "1" * 5000, '{"' + "k" * 4000 + '":0}', "\n", "\r\n", "\t", TOKEN, TOKEN[:-3], "PT", "PT!!",
]  # fmt: skip
RAW = [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x80", b"a\xc0\xafb"]
PAGING = ["PageSize", "Page", "PageToken", "Order", "State", "StartDate", "EndDate"]
PAGING += ["Identity", "Address"]
HEADERS = {
    "X-Twilio-Webhook-Enabled": ["true", "FALSE", "maybe", "", "1", "true,true"],
    "Authorization": ["Basic", "Basic !", "Bearer x", "Basic Og==", "Basic /w==", "x" * 3000],
    "Content-Type": ["application/json", "text/plain", "multipart/form-data", "", FORM.upper()],
    "Accept": ["text/xml", "", "*/*;q=0"],
    "Accept-Encoding": ["gzip", "br;q=1.0", "x" * 300],
    "Host": ["conversations.twilio.com", "[::1]:80", "x" * 200, "localhost:1", ""],
    "If-None-Match": ["*"],
    "Range": ["bytes=0-1"],
    "Expect": ["100-continue"],
}

values = st.one_of(
    st.sampled_from(WORDS).map(str.encode),
    st.sampled_from(RAW),
    st.binary(max_size=24),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=24).map(str.encode),
)


class Sent(NamedTuple):
    """One request.

    Attributes:
        instead: collection to the odd name that stands in place of its thing in the path.
        query: with its question mark, or empty.
    """

    instead: dict[str, str]
    query: str
    body: bytes
    headers: dict[str, str]


def escaped(value: bytes) -> str:
    """The value as part of a URL; dots too, or the client would take them for folders."""
    return quote(value, safe="").replace(".", "%2E")


def pairs(names: list[str]) -> st.SearchStrategy[str]:
    """Parameters of these names, or of odd ones, with odd values."""
    name = st.one_of(st.sampled_from(names).map(str.encode), values) if names else values
    pair = st.builds(lambda key, value: f"{escaped(key)}={escaped(value)}", name, values)
    return st.lists(pair, max_size=4).map("&".join)


def bodies(row: Row) -> st.SearchStrategy[bytes]:
    """Forms for this operation, and what is none."""
    if row.operation.method != "POST":
        return st.just(b"")
    form = getattr(row.operation, "form", None)
    names = [*form.fields, *form.not_yet] if form else []
    fitting = pairs(sorted(names)).map(str.encode)
    # Of a repeated key the last counts: one odd value in a form that is good otherwise.
    good = urlencode(body_for(row) or {}).encode() + b"&"
    spoilt = fitting.map(lambda odd: good + odd)
    floods = st.sampled_from([b"a=b&" * 1001, b"&" * 5000, b"=" * 5000, b"x" * 100_000, b"%" * 99])
    return st.one_of(fitting, spoilt, spoilt, floods, st.binary(max_size=64))


def odd_headers() -> st.SearchStrategy[dict[str, str]]:
    """Mostly none, or one or two."""
    some = {name: st.sampled_from(values) for name, values in HEADERS.items()}
    one = st.sampled_from(sorted(some)).flatmap(
        lambda name: st.fixed_dictionaries({name: some[name]})
    )
    return st.one_of(st.just({}), st.just({}), one, st.builds(dict.__or__, one, one))


def odd_names(row: Row) -> st.SearchStrategy[dict[str, str]]:
    """Mostly none, or one for some of the things in the path."""
    names = values.map(lambda value: escaped(value) or "x")
    chosen = st.dictionaries(st.sampled_from(row.things), names, max_size=2)
    return st.one_of(st.just({}), chosen) if row.things else st.just({})


def requests(row: Row) -> st.SearchStrategy[Sent]:
    """Requests to this operation."""
    # No longer than what httpx sends; longer ones go over a bare socket elsewhere.
    asked = st.sampled_from(["", urlencode(query_for(row))])
    queries = st.builds(lambda first, rest: f"?{first}&{rest}"[:30_000], asked, pairs(PAGING))
    query = st.one_of(st.just(""), queries)
    return st.builds(Sent, odd_names(row), query, bodies(row), odd_headers())
