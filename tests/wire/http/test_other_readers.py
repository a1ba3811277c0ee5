"""That the libraries in PHP, Ruby, C#, Go, and the CLI find in an answer what they look for.

Each reader here looks at a page as that library does, and at nothing else.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from harness import Client
from partywire import errors
from wire.http.chat import chat, say

BASE = "https://conversations.twilio.com"
# The records of a page, and the address of the next.
Page = tuple[list[Any], str | None]


def php(answer: httpx.Response) -> Page:
    """Exactly 200; the records by ``meta.key``; on by ``next_page_url`` as it stands."""
    assert answer.status_code == 200
    body = answer.json()
    return body[body["meta"]["key"]], body["meta"]["next_page_url"]


def ruby(answer: httpx.Response) -> Page:
    """The same, but of the next URL it keeps only path and query."""
    records, following = php(answer)
    if following is None:
        return records, None
    parts = urlsplit(following)
    return records, f"{BASE}{parts.path}?{parts.query}"


def csharp(answer: httpx.Response) -> Page:
    """Knows the list's name; reads every URL in ``meta`` and wants a number as its page size."""
    body = answer.json()
    assert "uri" not in body  # it would take it for a page of an older API
    meta = body["meta"]
    assert "pageSize" not in meta  # nor of a newer one
    assert type(meta["page_size"]) is int
    for name in ("url", "first_page_url", "previous_page_url", "next_page_url"):
        assert meta[name] is None or isinstance(meta[name], str)
    assert all(isinstance(record, dict) for record in body["conversations"])
    return body["conversations"], meta["next_page_url"]


def go(answer: httpx.Response) -> Page:
    """Knows all the types of ``meta``, and takes an empty URL for none."""
    body = answer.json()
    types = {"page": int, "page_size": int, "key": str, "url": str, "first_page_url": str}
    assert {name: type(body["meta"][name]) for name in types} == types
    return body["conversations"], body["meta"]["next_page_url"] or None


def cli(answer: httpx.Response) -> Page:
    """The only array is the list."""
    body = answer.json()
    [records] = [value for value in body.values() if isinstance(value, list)]
    return records, body["meta"]["next_page_url"]


READERS: list[Callable[[httpx.Response], Page]] = [php, ruby, csharp, go, cli]


def at_twilio(client: Client, url: str) -> httpx.Response:
    """What a client behind ``partywire exec`` gets."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    return client.http.get(
        f"{parts.path}?{parts.query}", headers={"Host": parts.netloc, "Content-Type": "x/y"}
    )


@pytest.mark.parametrize("read", READERS, ids=lambda reader: reader.__name__)
def test_a_reader_walks_a_list_to_its_end(
    client: Client, read: Callable[[httpx.Response], Page]
) -> None:
    names = {f"room.{number}" for number in range(5)}
    for name in names:
        chat(client, "ann", UniqueName=name)

    found, following = [], f"{BASE}/v1/Users/ann/Conversations?PageSize=2"
    pages = 0
    while following:
        records, following = read(at_twilio(client, following))
        found += [record["unique_name"] for record in records]
        pages += 1

    assert (sorted(found), pages) == (sorted(names), 3)


def test_go_finds_nothing_to_cut_in_the_address_of_a_page(client: Client) -> None:
    # It removes each point with digits after it from the query of what it asks for.
    for number in range(3):
        client.made("/Conversations", {"UniqueName": f"room.{number}"})
    page = client.seen("/Conversations", PageSize=1)
    for name in ("url", "first_page_url", "next_page_url"):
        query = urlsplit(page["meta"][name]).query
        assert re.sub(r"\.\d+", "", query) == query


def test_no_error_is_the_one_that_php_takes_for_the_end_of_a_list() -> None:
    classes = [one for _, one in inspect.getmembers(errors, inspect.isclass)]
    codes = {one.code for one in classes if isinstance(getattr(one, "code", None), int)}
    assert len(codes) > 30
    assert 20006 not in codes


def things(client: Client) -> Iterator[Any]:
    """One of each resource that has dates and links."""
    sid = chat(client, "ann", UniqueName="lunch", **{"Timers.Inactive": "PT1H"})
    say(client, sid)
    yield client.seen("/Conversations/lunch")
    yield client.seen("/Conversations/lunch/Participants/ann")
    yield client.seen("/Users/ann")
    yield client.seen("/Users/ann/Conversations/lunch")
    yield from client.items("/Conversations/lunch/Messages", "messages")
    yield from client.items("/Services", "services")


def leaves(thing: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(thing, dict):
        for key, value in thing.items():
            yield from leaves(value, key)
    else:
        yield name, thing


def test_a_date_is_null_or_whole_seconds_of_utc(client: Client) -> None:
    # Go fails on an empty one, Python hands out text where there is a fraction.
    dates = [
        value
        for thing in things(client)
        for name, value in leaves(thing)
        if name.startswith("date_") or name.endswith("_timestamp")
    ]
    assert len(dates) > 10
    for date in filter(lambda one: one is not None, dates):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)


def test_links_are_texts_and_lead_somewhere(client: Client) -> None:
    # C# makes a dictionary of strings of them, and a Uri of the URL.
    for thing in things(client):
        for url in (thing["url"], *thing.get("links", {}).values()):
            assert isinstance(url, str)
            assert urlsplit(url).hostname


def test_a_refusal_is_a_flat_object_whose_details_are_absent_or_an_object(client: Client) -> None:
    # Go decodes it into a struct; a field of another type would hide the refusal itself.
    for answer in (client.get("/Conversations/nowhere"), client.post("/Users", {"Identity": ""})):
        body = answer.json()
        assert isinstance(body.get("details", {}), dict)
        assert {type(body[name]) for name in ("code", "status")} == {int}
        assert {type(body[name]) for name in ("message", "more_info")} == {str}
