"""The page of webhook events, made from the table from which the requests are made.

Samples of the parameters stand in docs/_data/events.toml.
"""

import tomllib
from collections.abc import Iterator
from typing import Any

from operations import ROOT
from tables import table

from partywire.delivery.webhooks.events import TABLE, Object, WebhookEvent
from partywire.delivery.webhooks.parameters import COMMON, Parameter

DATA = ROOT / "docs" / "_data"
RETRIES = ["`RetryCount`", "How often the same was told before in vain."]
OBJECTS: dict[Object, str] = {
    "conversation": "Conversations",
    "message": "Messages",
    "participant": "Participants",
    "user": "Users",
    "delivery": "Deliveries",
}


def data() -> dict[str, Any]:
    """The samples, and what is left out of which."""
    return tomllib.loads((DATA / "events.toml").read_text(encoding="utf-8"))


def label(event: WebhookEvent) -> str:
    """What links to it name."""
    return f"event-{event.name.lower()}"


def sample(event: WebhookEvent) -> list[tuple[str, str]]:
    """The parameters of one request, in order."""
    known = data()
    absent = {*known["left_out"]["every"], *known["left_out"].get(event.object, [])}
    names = [each.name for each in (*COMMON, *event.parameters)] + ["RetryCount"]
    found = {**known["sample"], "EventType": event.name}
    return [(name, found[name]) for name in names if name not in absent]


def row(parameter: Parameter) -> list[str]:
    """One line about a parameter."""
    return [f"`{parameter.name}`", parameter.about]


def section(event: WebhookEvent) -> Iterator[str]:
    """What the page says about one event."""
    yield from [f"({label(event)})=", f"### {event.name}", ""]
    kind = "Pre-event" if event.phase == "pre" else "Post-event"
    yield from [f"*{kind}.* {event.when}", ""]
    yield from table(["parameter", ""], map(row, event.parameters))
    if event.changeable:
        named = ", ".join(f"`{name}`" for name in event.changeable)
        yield from [f"The answer may change {named}.", ""]
    yield "```text"
    yield from (f"{name}={text}" for name, text in sample(event))
    yield from ["```", ""]


def overview() -> Iterator[str]:
    """All events in one table."""
    rows = []
    for about, heading in OBJECTS.items():
        cells = [
            ", ".join(f"[{e.name}](#{label(e)})" for e in TABLE if (e.object, e.phase) == key)
            for key in ((about, "pre"), (about, "post"))
        ]
        rows.append([heading, *cells])
    yield from table(["of", "pre", "post"], rows)


def page() -> str:
    """All events, by what they are about."""
    lines = [(DATA / "events.md").read_text(encoding="utf-8"), *overview()]
    lines += ["## In every event", ""]
    lines += table(["parameter", ""], [*map(row, COMMON), RETRIES])
    for about, heading in OBJECTS.items():
        lines += [f"## {heading}", ""]
        for event in TABLE:
            if event.object == about:
                lines += section(event)
    return "\n".join(lines) + "\n"
