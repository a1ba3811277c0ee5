"""What the official specification says of each operation, as the tests ask for it."""

import re
from typing import Any, NamedTuple

Schema = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
DOOR = "/v1/Services/{ChatServiceSid}"
WEBHOOKS = "X-Twilio-Webhook-Enabled"
PAGING = frozenset({"PageSize", "Page", "PageToken"})

_METHODS = ("get", "post", "delete")
_LENGTH = re.compile(r"(?:limited|up) to ([\d,]+) characters", re.IGNORECASE)


class Success(NamedTuple):
    """A documented success; samples by name."""

    schema: Schema | None
    samples: dict[str, Any]


class Documented(NamedTuple):
    """One operation; parameters by name, each with its schema."""

    method: str
    template: str
    query: dict[str, Schema]
    headers: dict[str, Schema]
    form: dict[str, Schema]
    required: frozenset[str]
    samples: dict[str, dict[str, Any]]
    query_samples: dict[str, dict[str, Any]]
    successes: dict[int, Success]

    @property
    def place(self) -> str:
        """Method and path below the door, the same for twins: ``GET /Users``."""
        return f"{self.method} {self.template.replace(DOOR, '/v1')[3:]}"

    @property
    def parameters(self) -> frozenset[str]:
        """The names of all that is not in the path."""
        return frozenset([*self.query, *self.headers, *self.form])

    @property
    def samples_of_answers(self) -> dict[str, Any]:
        """The sample answers of all successes."""
        found: dict[str, Any] = {}
        for success in self.successes.values():
            found |= success.samples
        return found


def operations(specification: dict[str, Any]) -> dict[str, Documented]:
    """Every operation, by its method and template: ``GET /v1/Users``."""
    found = {}
    for template, item in specification["paths"].items():
        for method in _METHODS:
            if method in item:
                told = _documented(specification, method.upper(), template, item[method])
                found[f"{told.method} {template}"] = told
    return found


def resolved(specification: dict[str, Any], schema: Schema) -> Schema:
    """The schema with what it refers to in place, its ``items`` and ``properties`` too."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return resolved(specification, specification["components"]["schemas"][name])
    found = dict(schema)
    if "items" in found:
        found["items"] = resolved(specification, found["items"])
    if "properties" in found:
        properties = found["properties"].items()
        found["properties"] = {name: resolved(specification, each) for name, each in properties}
    return found


def longest(schema: Schema) -> int | None:
    """How many characters the parameter's text allows; None where it says nothing."""
    match = _LENGTH.search(schema.get("description", ""))
    return int(match[1].replace(",", "")) if match else None


def _values(samples: dict[str, Any]) -> dict[str, Any]:
    return {name: sample["value"] for name, sample in samples.items()}


def _documented(
    specification: dict[str, Any], method: str, template: str, operation: Any
) -> Documented:
    places: dict[str, dict[str, Schema]] = {"query": {}, "header": {}, "path": {}}
    query_samples: dict[str, dict[str, Any]] = {}
    for each in operation.get("parameters", []):
        places[each["in"]][each["name"]] = resolved(specification, each["schema"])
        if each["in"] == "query":
            for name, value in _values(each.get("examples", {})).items():
                query_samples.setdefault(name, {})[each["name"]] = value
    form = operation.get("requestBody", {}).get("content", {}).get(FORM, {"schema": {}})
    schema = resolved(specification, form["schema"])
    return Documented(
        method,
        template,
        places["query"],
        places["header"],
        schema.get("properties", {}),
        frozenset(schema.get("required", [])),
        _values(form.get("examples", {})),
        query_samples,
        dict(_success(specification, *item) for item in operation["responses"].items()),
    )


def _success(specification: dict[str, Any], status: str, answer: Any) -> tuple[int, Success]:
    content = answer.get("content")
    if content is None:
        return int(status), Success(None, {})
    (only,) = content.values()
    schema = resolved(specification, only["schema"])
    return int(status), Success(schema, _values(only.get("examples", {})))
