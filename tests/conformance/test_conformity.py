"""The judge itself: what it must find fault with."""

from typing import Any

import pytest

from conformance.conformity import assert_refusal, flaws, strict
from conformance.documented import Documented, longest
from harness import Client

GOOD = {"sid": "CH" + "a" * 32, "made": "2015-12-16T22:18:37Z", "url": "https://a.example/v1"}
SCHEMA = {
    "type": "object",
    "properties": {
        "sid": {"type": "string", "pattern": "^CH[0-9a-fA-F]{32}$", "nullable": True},
        "made": {"type": "string", "format": "date-time"},
        "url": {"type": "string", "format": "uri"},
    },
}


@pytest.mark.parametrize(
    "changed",
    [
        {"sid": "CH" + "a" * 31},
        {"sid": 7},
        {"made": None},
        {"made": "2015-12-16 22:18:37"},
        {"made": "2015-12-16T22:18:37"},
        {"made": "2015-13-16T22:18:37Z"},
        {"url": "/v1/Users"},
        {"url": "https://a.example/v 1"},
        {"more": 1},
    ],
)
def test_a_field_that_is_wrong_or_too_many_is_found(changed: dict[str, Any]) -> None:
    assert flaws(SCHEMA, GOOD) == []
    assert len(flaws(SCHEMA, {**GOOD, **changed})) == 1


@pytest.mark.parametrize("name", GOOD)
def test_a_field_that_is_missing_is_found(name: str) -> None:
    assert flaws(SCHEMA, {key: value for key, value in GOOD.items() if key != name})


def test_null_is_right_only_where_it_is_documented() -> None:
    assert flaws(SCHEMA, {**GOOD, "sid": None}) == []


def test_a_map_of_urls_may_hold_nothing_else() -> None:
    schema = {"type": "object", "format": "uri-map"}
    assert flaws(schema, {"a": "https://a.example/"}) == []
    assert flaws(schema, {"a": "nowhere"})


@pytest.mark.parametrize("schema", [{"type": "string", "format": "ipv4"}, {"oneOf": []}])
def test_a_schema_that_it_cannot_check_is_not_passed_over(schema: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        strict(schema)


def test_it_reads_every_schema_of_the_specification(documented: dict[str, Documented]) -> None:
    schemas = [
        success.schema
        for told in documented.values()
        for success in told.successes.values()
        if success.schema is not None
    ]
    assert len(schemas) > 80
    for schema in schemas:
        assert strict(schema)["additionalProperties"] is False


def test_a_sample_with_a_field_less_or_more_is_found(documented: dict[str, Documented]) -> None:
    for told in documented.values():
        for success in told.successes.values():
            for sample in success.samples.values():
                assert success.schema is not None
                assert flaws(success.schema, {**sample, "more": None})
                assert flaws(success.schema, dict(list(sample.items())[1:]))


def test_a_success_is_no_refusal(client: Client) -> None:
    with pytest.raises(AssertionError):
        assert_refusal(client.get("/Users"))


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("A name, limited to 256 characters. Optional.", 256),
        ("It can be up to 1,600 characters long.", 1600),
        ("Limited to 64 characters.", 64),
        ("At most 10 participants.", None),
    ],
)
def test_a_limit_is_read_out_of_the_text(text: str, most: int | None) -> None:
    assert longest({"description": text}) == most
