"""Attributes: any JSON, kept to the letter, on everything that has some."""

import pytest

from harness import Client
from wire.http.chat import conversation, join, say

JSON = [
    '{ "a" : 1 }',
    '{"b":1,"a":{"c":[1,2,{"d":null}]}}',
    '{"a":1,"a":2}',
    '"text"',
    "12",
    "-0.0e+10",
    "null",
    "true",
    "[]",
    "\n\t {} \r\n",
    '"\\u00e9 é 🎉 \\ud83c\\udf89 \\/ \\u0000"',
    '"a&b=c+d%20e;f"',
    "[" * 100 + "]" * 100,
    "123456789012345678901234567890",
    "1" * 1000,
    "-" + "9" * 4090,
    "1" * 2000 + "." + "1" * 2000 + "e-5000",
    "3.141592653589793238462643383279",
    "1e999",
    "-1E-999",
]


@pytest.mark.parametrize("text", JSON, ids=lambda text: text[:20])
def test_any_json_is_kept_to_the_letter(client: Client, text: str) -> None:
    form = {"Attributes": text}
    user = client.made("/Users", {"Identity": "ada", **form})
    sid = conversation(client, **form)
    path = f"/Conversations/{sid}"
    person = client.made(f"{path}/Participants", {"Identity": "ada", **form})
    message = say(client, sid, **form)
    seen = (
        user,
        person,
        message,
        client.seen(path),
        client.seen(f"{path}/Participants/ada"),
        client.seen(f"{path}/Messages/{message['sid']}"),
        client.seen(f"/Users/ada/Conversations/{sid}"),
    )
    assert [one["attributes"] for one in seen] == [text] * len(seen)


def test_a_number_is_json_however_long_it_is(client: Client) -> None:
    sid = conversation(client, Attributes="7" * 16_000)
    assert client.seen(f"/Conversations/{sid}")["attributes"] == "7" * 16_000


def test_an_update_replaces_attributes_as_a_whole(client: Client) -> None:
    sid = conversation(client, Attributes='{"a":1}')
    join(client, sid, "ada")
    message = say(client, sid, Attributes='{"a":1}')["sid"]
    path = f"/Conversations/{sid}"
    for each in (path, f"{path}/Messages/{message}", f"{path}/Participants/ada", "/Users/ada"):
        assert client.made(each, {"Attributes": '{"b": 2}'})["attributes"] == '{"b": 2}'
        assert client.seen(each)["attributes"] == '{"b": 2}'
