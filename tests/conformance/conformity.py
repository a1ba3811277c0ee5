"""Whether an answer is a documented one: its status, its fields and formats, or the error's shape.

The schemas are taken at their strictest: every documented field must be there, and no other.
"""

from typing import Any

import httpx
import jsonschema_rs

from conformance.deviations import NULL_THOUGH_NOT_NULLABLE
from conformance.documented import Documented, Schema
from contract.shapes import assert_error

STATUSES = frozenset({400, 401, 404, 405, 409, 413})
CODES = [range(20001, 20600), range(50000, 50700)]  # of the platform, and of Conversations

# Said about a field, not about its values.
_COMMENTS = frozenset({"description", "title", "default", "x-twilio"})
_KNOWN = frozenset(
    {"type", "format", "enum", "pattern", "items", "properties", "nullable", "minimum", "maximum"}
    | {"minLength", "maxLength"}
)
_FORMATS = frozenset({"date-time", "uri", "int64"})


def strict(schema: Schema) -> Schema:
    """The schema in JSON Schema's own words, closed.

    Raises:
        AssertionError: it has a keyword or a format that nothing here would check.
    """
    found = {name: value for name, value in schema.items() if name not in _COMMENTS}
    assert set(found) <= _KNOWN, f"teach this module {set(found) - _KNOWN}"
    nullable = found.pop("nullable", False)
    if found.get("format") == "uri-map":
        del found["format"]
        found["additionalProperties"] = {"type": "string", "format": "uri"}
    assert found.get("format", "uri") in _FORMATS, found
    if "items" in found:
        found["items"] = strict(found["items"])
    if "properties" in found:
        found["properties"] = {name: strict(each) for name, each in found["properties"].items()}
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    return {"anyOf": [found, {"type": "null"}]} if nullable and "type" in found else found


def flaws(schema: Schema, shown: Any) -> list[str]:
    """What is wrong with it, each with its place; numbers may be of any size."""
    validator = jsonschema_rs.Draft202012Validator(strict(schema), validate_formats=True)
    return [
        "/".join(map(str, error.instance_path)) + f": {error.message}"
        for error in validator.iter_errors(shown)
    ]


def answered(told: Documented, status: int) -> Schema | None:
    """The schema of this success, with what deviates on purpose."""
    schema = told.successes[status].schema
    if schema is None:
        return None
    properties = dict(schema["properties"])
    for deviation in NULL_THOUGH_NOT_NULLABLE:
        if f"{told.method} {told.template}" in deviation.operations:
            properties[deviation.field] = {**properties[deviation.field], "nullable": True}
    return {**schema, "properties": properties}


def assert_success(told: Documented, answer: httpx.Response) -> None:
    """The answer is a documented success, whole."""
    assert answer.status_code in told.successes, f"{answer.status_code}: {answer.text}"
    schema = answered(told, answer.status_code)
    if schema is None:
        assert answer.content == b""
        return
    assert answer.headers["content-type"].startswith("application/json")
    assert flaws(schema, answer.json()) == [], answer.text


def assert_refusal(answer: httpx.Response) -> int:
    """The answer is an error as the wire knows them; returns its code."""
    assert answer.status_code in STATUSES, f"{answer.status_code}: {answer.text}"
    code: int = answer.json()["code"]
    assert any(code in codes for codes in CODES), answer.text
    assert_error(answer, answer.status_code, code)
    return code


def assert_documented(told: Documented, answer: httpx.Response) -> None:
    """The answer is a documented success or an error as the wire knows them."""
    if answer.status_code < 300:
        assert_success(told, answer)
    else:
        assert_refusal(answer)
