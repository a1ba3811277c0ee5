"""Paging: the request for a page, and the URLs of its neighbours."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.errors import BadRequest
from partywire.model.pages import Key, Page, PageRequest, Position
from partywire.wire.http.pages import Meta, Paging


def sign(text: bytes) -> str:
    """A signature that is easy to follow."""
    return f"{sum(text)}-{len(text)}"


URL = "http://bench/v1/Users"


def paging(kind: str = "an account's users", **sent: str) -> Paging:
    """A list request with these parameters; ``Order`` is the list's filter."""
    filters = [(name, value) for name, value in sent.items() if name == "Order"]
    return Paging(sign, kind, filters, sent, 100)


def meta(found: Paging, before: Key | None = None, after: Key | None = None) -> Meta:
    """The meta block of a page between these keys."""
    previous = None if before is None else Position("before", before)
    onward = None if after is None else Position("after", after)
    return found.meta(Page([], previous, onward), URL, "users")


def parameters(url: str | None) -> dict[str, str]:
    """The query of a URL."""
    assert url is not None
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_a_first_request_wants_fifty_from_the_start() -> None:
    assert paging().request == PageRequest(50, None)


def test_a_list_of_few_starts_with_few() -> None:
    found = Paging(sign, "webhooks", [], {}, 5)
    assert found.request == PageRequest(5, None)


def test_the_only_page_has_no_neighbours() -> None:
    shown = meta(paging())
    assert (shown.previous_page_url, shown.next_page_url) == (None, None)
    assert shown.url == shown.first_page_url == "http://bench/v1/Users?PageSize=50&Page=0"


key_parts = st.one_of(st.integers(-(2**62), 2**62), st.text(max_size=40))


@given(st.lists(key_parts, min_size=1, max_size=3).map(tuple))
def test_a_token_brings_its_key_back(key: Key) -> None:
    shown = meta(paging(PageSize="7"), before=key, after=key)
    onward = paging(**parameters(shown.next_page_url))
    assert onward.request == PageRequest(7, Position("after", key))
    back = paging(**parameters(shown.previous_page_url))
    assert back.request == PageRequest(7, Position("before", key))


def test_pages_are_numbered_for_the_eye() -> None:
    shown = meta(paging(Page="3"), before=("a",), after=("b",))
    assert shown.page == 3
    assert parameters(shown.previous_page_url)["Page"] == "2"
    assert parameters(shown.next_page_url)["Page"] == "4"
    assert parameters(meta(paging(), before=("a",)).previous_page_url)["Page"] == "0"


def test_filters_stand_first_and_are_encoded() -> None:
    shown = meta(paging(Order="a b&c"), after=("x",))
    for url in (shown.url, shown.first_page_url, shown.next_page_url):
        assert url is not None
        assert url.startswith("http://bench/v1/Users?Order=a%20b%26c&PageSize=50&Page=")


def test_a_token_belongs_to_its_kind_of_list_and_filter() -> None:
    sent = parameters(meta(paging(), after=("x",)).next_page_url)
    assert paging(**sent).request.position == Position("after", ("x",))
    for kind, more in (
        ("another account's users", {}),
        ("an account's users", {"Order": "desc"}),
    ):
        with pytest.raises(BadRequest):
            paging(kind, **{**sent, **more})


@given(st.text())
def test_no_token_breaks_a_list(token: str) -> None:
    for sent in (token, "PT" + token):
        try:
            found = paging(PageToken=sent)
        except BadRequest:
            continue
        assert found.request.position is None
        assert sent == ""


def test_a_token_alone_leads_to_the_same_page() -> None:
    found = paging()
    after = found.token(Position("after", ("US1",)))
    assert after == parameters(meta(found, after=("US1",)).next_page_url)["PageToken"]
    assert found.token(None) is None
