"""What a pre-event webhook's answer wants to be different."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.delivery.outgoing import Answer
from partywire.delivery.webhooks.answers import changes
from partywire.errors import BadWebhookAnswer

TEXTS = ("body", "author", "attributes")
JSON = (("content-type", "application/json; charset=utf-8"),)


def answer(body: bytes | str, *, is_json: bool = True) -> Answer:
    data = body.encode() if isinstance(body, str) else body
    return Answer(200, JSON if is_json else (), data)


@pytest.mark.parametrize("body", ["", " \n", "{}", "null", " {} ", '{"other": 1}'])
@pytest.mark.parametrize("is_json", [True, False])
def test_nothing_is_different(body: str, is_json: bool) -> None:
    assert changes(answer(body, is_json=is_json), TEXTS) == {}


@pytest.mark.parametrize("body", ["OK", "<Response/>", "[]", '"ok"', "true", b"\xff\xfe", "1"])
def test_what_a_framework_answers_of_its_own_accord_is_no_json(body: str | bytes) -> None:
    assert changes(answer(body, is_json=False), TEXTS) == {}


def test_what_is_given_is_different() -> None:
    said = {"body": "Grüße 🎉", "author": "bob", "attributes": '{"a": 1}', "index": 7}
    wanted = {"body": "Grüße 🎉", "author": "bob", "attributes": '{"a": 1}'}
    assert changes(answer(json.dumps(said)), TEXTS) == wanted
    assert changes(answer(json.dumps(said), is_json=False), TEXTS) == wanted
    assert changes(answer(json.dumps(said)), ("friendly_name",)) == {}
    assert changes(answer(json.dumps(said)), ()) == {}


def test_null_leaves_a_value_as_it_is() -> None:
    assert changes(answer('{"body": null, "author": "bob"}'), TEXTS) == {"author": "bob"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('{"a": [1.0, 9007199254740993]}', '{"a": [1.0, 9007199254740993]}'),
        ("[1, 2]", "[1, 2]"),
        ('"{\\"a\\": 1}"', '{"a": 1}'),
        ('""', "{}"),
    ],
)
def test_attributes_are_json_or_its_text(value: str, text: str) -> None:
    assert changes(answer(f'{{"attributes": {value}}}'), TEXTS) == {"attributes": text}


def test_a_blank_name_keeps_the_name_and_other_blanks_are_for_the_domain() -> None:
    names = ("friendly_name", "body", "author")
    blank = '{"friendly_name": "", "body": "", "author": ""}'
    assert changes(answer(blank), names) == {"body": "", "author": ""}


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        '"ok"',
        "7",
        "OK",
        '{"body": ',
        '{"body": 7}',
        '{"body": true}',
        '{"body": ["a"]}',
        '{"body": {"a": 1}}',
        '{"author": 7}',
        '{"attributes": 7}',
        '{"attributes": true}',
        '{"body": "a\\u0000b"}',
        '{"body": "\\ud800"}',
        b'{"body": "\xff"}',
        b'{"attributes": {"a": "\xff"}}',
        b'{"attributes": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        b'{"x": ' + b"[" * 30_000,
    ],
    ids=repr,
)
def test_json_that_cannot_be_used_is_refused(body: str | bytes) -> None:
    with pytest.raises(BadWebhookAnswer):
        changes(answer(body), TEXTS)


@given(st.dictionaries(st.sampled_from([*TEXTS, "x"]), st.text(min_size=1)))
def test_any_text_comes_as_it_was_meant(said: dict[str, str]) -> None:
    wanted = {name: text for name, text in said.items() if name in TEXTS}
    if any("\0" in text for text in wanted.values()):
        with pytest.raises(BadWebhookAnswer):
            changes(answer(json.dumps(said)), TEXTS)
    else:
        assert changes(answer(json.dumps(said)), TEXTS) == wanted


@given(st.binary(max_size=60))
def test_whatever_is_answered_it_is_used_or_refused(body: bytes) -> None:
    for is_json in (True, False):
        try:
            found = changes(answer(body, is_json=is_json), TEXTS)
        except BadWebhookAnswer:
            continue
        assert set(found) <= set(TEXTS)
