"""One story that needs every operation of the API, told as data: for clients on a command line.

A step names an operation as the specification does, and says what must come back. ``<name>``
stands for the SID that the step of that name made. What a step writes, the next one reads back.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Form = dict[str, Any]
NOBODY = "0" * 32

# What is taken under one name and shown under another; None is never shown.
_SHOWN: Mapping[str, str | None] = {
    "Permission": "permissions",
    "Certificate": None,
    "PrivateKey": None,
    "Secret": None,
    "Participant": None,
    "Timers.Inactive": None,
    "Configuration.Triggers": None,
}


class Listed(NamedTuple):
    """What a list must hold.

    Attributes:
        field: of its items.
        values: that field's, of all items; sorted where the order is the server's affair.
        pages: how many requests that takes.
        ordered: whether the order counts.
    """

    field: str
    values: list[Any]
    pages: int = 1
    ordered: bool = False


class Step(NamedTuple):
    """One request, and what must come of it.

    Attributes:
        chapter: the resource that it is about.
        name: its own; what it makes goes by it.
        method: of HTTP.
        path: the template, as in the specification.
        at: what stands in the template's place-holders, in their order.
        form: fields of the body or, with GET, of the query; `X-…` are headers.
        status: of the answer.
        shows: what the answer must have among its fields.
        listed: what the list must hold, where it is one.
        code: of the error, where it is one.
    """

    chapter: str
    name: str
    method: str
    path: str
    at: tuple[str, ...]
    form: Form
    status: int
    shows: Form
    listed: Listed | None = None
    code: int = 0


def shown(form: Form) -> Form:
    """The fields of an answer in which a form's values must come back."""
    fields: Form = {}
    for key, value in form.items():
        name = _SHOWN.get(key, key)
        if name is None or key.startswith("X-"):
            continue
        *parents, last = [_snake(part) for part in name.split(".")]
        inner = fields
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = value
    return fields


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Chapter:
    """Writes the steps about one resource.

    Args:
        name: what the chapter is called.
        collection: the template of the resource's list.
        at: what stands in that template.
    """

    def __init__(self, name: str, collection: str, *at: str) -> None:
        self.name, self.collection, self.at = name, collection, at

    def make(self, name: str, form: Form, status: int = 201, **shows: Any) -> Step:
        """Creates one."""
        return self._step(name, "POST", "", (), form, status, merged(shown(form), shows))

    def life(self, name: str, form: Form, change: Form, key: str = "", **shows: Any) -> list[Step]:
        """Creates one, reads it, changes it, reads it again.

        Args:
            name: of the thing.
            form: to create it with.
            change: to update it with.
            key: what stands for it in the path, if not its SID.
            shows: what else the answers must have.
        """
        key = key or f"<{name}>"
        first = merged(shown(form), shows)
        second = merged(first, shown(change))
        return [
            self.make(name, form, **shows),
            self.one(f"{name} is read", "GET", key, {}, first),
            self.one(f"{name} is changed", "POST", key, change, second),
            self.one(f"{name} is read again", "GET", key, {}, second),
        ]

    def end(self, name: str, key: str = "") -> list[Step]:
        """Removes one, and finds it gone."""
        key = key or f"<{name}>"
        return [
            self.one(f"{name} is removed", "DELETE", key, {}, {}, 204),
            self.missing(f"{name} is gone", "GET", key),
        ]

    def one(
        self, name: str, method: str, key: str, form: Form, shows: Form, status: int = 200
    ) -> Step:
        """Does something with one of them."""
        last = "{ConversationSid}" if "Users/{UserSid}" in self.collection else "{Sid}"
        return self._step(name, method, f"/{last}", (key,), form, status, shows)

    def missing(self, name: str, method: str, key: str) -> Step:
        """Asks for one that is not there."""
        return self.one(name, method, key, {}, {}, 404)._replace(code=20404)

    def every(self, name: str, field: str, values: list[Any], pages: int = 1, **form: Any) -> Step:
        """Walks the list to its end."""
        step = self._step(name, "GET", "", (), form, 200, {})
        return step._replace(listed=Listed(field, values, pages))

    def kept(self, name: str, form: Form) -> list[Step]:
        """Changes what there is only one of, and reads it again."""
        shows = shown(form)
        return [
            self._step(name, "POST", "", (), form, 200, shows),
            self._step(f"{name} is read", "GET", "", (), {}, 200, shows),
        ]

    def _step(
        self,
        name: str,
        method: str,
        more: str,
        key: tuple[str, ...],
        form: Form,
        status: int,
        shows: Form,
    ) -> Step:
        path, at = self.collection + more, (*self.at, *key)
        return Step(self.name, name, method, path, at, form, status, shows)


def merged(fields: Form, more: Form) -> Form:
    """Both, the second over the first, into nested objects too."""
    both = fields | more
    for key in fields.keys() & more.keys():
        if isinstance(fields[key], dict):
            both[key] = merged(fields[key], more[key])
    return both


def operations(steps: list[Step]) -> Iterator[str]:
    """What the steps call, as ``METHOD path``."""
    return (f"{step.method} {step.path}" for step in steps)
