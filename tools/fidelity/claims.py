"""What each operation claims: its parameters, and the errors that its code names.

The reading of the doors table is that of the reference (tools/docs): one of both.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

from raised import errors_named

from partywire import errors
from partywire.errors import ApiError
from partywire.wire.http.operation import ListOperation

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools" / "docs"))

from operations import SERVICE, Entry, documented, entries  # noqa: E402 - the reference's

PAGING = ("PageSize", "Page", "PageToken")
HEADER = "X-Twilio-Webhook-Enabled"
# Source: the specification declares the header for these, on what changes something.
WITH_HEADER = frozenset(
    {"conversations", "messages", "participants", "users", "conversation_with_participants"}
)
# They say "invalid", and their message says what: two of them are two refusals.
VAGUE = frozenset({errors.BadRequest.code})
# What every operation shares: said once, at the top.
SHARED: tuple[type[ApiError], ...] = (
    errors.BadRequest,
    errors.Unauthenticated,
    errors.NotFound,
    errors.MethodNotAllowed,
    errors.TooLarge,
    errors.NotImplementedYet,
    errors.Unavailable,
)
_SID = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")


class Refusal(NamedTuple):
    """One refusal.

    Attributes:
        error: its class.
        text: what it says; of a vague one it tells it from others.
    """

    error: type[ApiError]
    text: str


class Claim(NamedTuple):
    """What one operation claims, at one door or at both.

    Attributes:
        entry: as the reference knows it.
        parameters: the names of those that it takes.
        later: of those that answer 501 for now.
        errors: those that its code names, the shared ones aside.
        vague: the parameters whose readers say only that they are invalid; also ``""`` where the
            use-case says so of something else.
    """

    entry: Entry
    parameters: list[str]
    later: list[str]
    errors: list[type[ApiError]]
    vague: list[str]

    @property
    def key(self) -> str:
        """Method and first path: how it is named in the tables beside this file."""
        return self.entry.key

    @property
    def operations(self) -> list[str]:
        """How the evidence names it, at each of its doors."""
        return [f"{self.entry.operation.method} {path}" for path in self.entry.paths]


def _readers(entry: Entry) -> dict[str, object]:
    return {name: reader for name, (_, reader) in entry.form.fields.items()}


def _errors(entry: Entry) -> list[type[ApiError]]:
    named = errors_named(entry.operation.act, *_readers(entry).values()) - {*SHARED, ApiError}
    # Whatever the database could not do is answered alike everywhere.
    found = [one for one in named if not issubclass(one, errors.Unavailable)]
    return sorted(found, key=lambda one: (one.status, one.code, one.__name__))


def _vague(entry: Entry) -> list[str]:
    found = [
        name for name, one in _readers(entry).items() if errors.BadRequest in errors_named(one)
    ]
    return found + [""] * (errors.BadRequest in errors_named(entry.operation.act))


def claim(entry: Entry) -> Claim:
    """What this operation claims."""
    operation = entry.operation
    taken = list(entry.form.fields)
    if isinstance(operation, ListOperation):
        taken += PAGING
    elif operation.method != "GET" and entry.page in WITH_HEADER:
        taken.append(HEADER)
    return Claim(entry, taken, sorted(entry.form.not_yet), _errors(entry), _vague(entry))


def claims() -> list[Claim]:
    """Those of all operations, in the order of the doors table; twins are one."""
    return [claim(entry) for entry in entries()]


def door(operation: str) -> str:
    """The door that an operation of the evidence stands at."""
    return "service" if f" /v1/Services/{SERVICE}/" in operation else "short"


def refusal(status: int, code: int, message: str) -> Refusal:
    """The refusal that an answer was.

    Raises:
        LookupError: the server has no such error.
    """
    found = [one for one in classes() if (one.status, one.code) == (status, code)]
    if not found:
        raise LookupError(f"no error has status {status} and code {code}")
    message = _SID.sub(r"\1…", message)
    exact = [one for one in found if documented(one).summary == message]
    least = min(found, key=lambda one: len(one.__mro__))
    error = exact[0] if exact else least
    vague = error.code in VAGUE and error is least
    return Refusal(error, message if vague else documented(error).summary.removesuffix("."))


def classes(root: type[ApiError] = ApiError) -> list[type[ApiError]]:
    """Every error that a client can meet."""
    return [each for one in root.__subclasses__() for each in [one, *classes(one)]]


def own(it: Claim, found: Refusal) -> bool:
    """Whether a refusal is the operation's own: a vague one is where it names a parameter."""
    if found.error not in SHARED:
        return True
    names = [*it.entry.form.fields, *it.entry.form.not_yet]
    return found.error is errors.BadRequest and any(mentions(found, name) for name in names)


def mentions(found: Refusal, name: str) -> bool:
    """Whether the refusal's text has this parameter's name."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", found.text) is not None
