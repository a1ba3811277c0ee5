"""Every odd value in every parameter: what is taken in must be fit to be shown ever after."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from contract.oddities import WORDS
from contract.schemas import assert_fields, assert_success, schema_of
from contract.shapes import assert_error
from contract.table import LISTS, POSTS, Row
from contract.world import World, body_for, query_for
from harness import Client, Server, account

AT_ACCOUNT_DOOR = [row for row in POSTS if row.door == "account"]
READ = [row for row in LISTS if row.door == "account"]


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.url, account()) as made:
        yield made


def parameters(row: Row) -> list[str]:
    """What this operation takes; the state last, as nothing may follow ``closed``."""
    form: Any = row.operation.form
    return sorted([*form.fields, *form.not_yet], key=lambda name: name == "State")


def sent(client: Client, row: Row, path: str, name: str, word: str, number: int) -> httpx.Response:
    """A form that is good but for one value."""
    form = body_for(row) or {}
    if "Identity" in form:
        form["Identity"] = f"mallory {name} {number}"
    return client.http.post(path, data={**form, name: word})


@pytest.mark.parametrize("row", AT_ACCOUNT_DOOR, ids=str)
def test_an_odd_value_is_refused_or_shown_ever_after(client: Client, row: Row) -> None:
    world = World(client, default=True)
    path = row.path(world.sids)
    for name in parameters(row):
        for number, word in enumerate(WORDS):
            answer = sent(client, row, path, name, word, number)
            if answer.status_code < 300:
                assert_success(row, answer.status_code, answer.content)
            else:
                assert answer.status_code in {400, 409, 413, 501}, (name, word)
                assert_error(answer, answer.status_code, answer.json()["code"])
    for each in READ:
        query: dict[str, Any] = {**query_for(each), "PageSize": 100}
        for item in client.items(each.path(world.sids)[3:], each.operation.items, **query):
            assert_fields(item, schema_of(each))
