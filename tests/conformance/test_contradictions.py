"""The contradictions that are named: the specification has them, and we do as is said there."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from conformance.deviations import CONTRADICTIONS, MESSAGES, WEBHOOK
from conformance.documented import Documented
from conformance.forms import ADDRESS, ADDRESSES, BEFORE, CREDENTIALS, HOOKS, Values
from conformance.worlds import World
from contract.table import ROWS

AT = {f"{row.operation.method} {row.operation.path}": row for row in ROWS if row.door == "account"}

CHECKS: dict[str, Callable[[Any], None]] = {}


class Sides:
    """Both sides: what the specification has, and what the server shows."""

    def __init__(self, documented: dict[str, Documented], http: httpx.Client) -> None:
        self._documented, self.http = documented, http

    def told(self, place: str) -> Documented:
        """The operation at this place of the account door."""
        method, _, path = place.partition(" ")
        return self._documented[f"{method} /v1{path}"]

    def sample(self, place: str, name: str) -> tuple[Values, Any]:
        """A sample request with its answer."""
        told = self.told(place)
        return told.samples.get(name, {}), told.samples_of_answers[name]

    def field(self, place: str, name: str) -> Any:
        """The schema of a field of the answer."""
        (success, *_) = self.told(place).successes.values()
        assert success.schema is not None
        return success.schema["properties"][name]

    def posted(self, place: str, form: Values, name: str = "") -> Any:
        """What the server answers, in a world made for the sample of this name."""
        return World(self.http, AT[place], BEFORE.get((place, name))).request("POST", form).json()


def shows(name: str) -> Callable[[Callable[[Sides], None]], Callable[[Sides], None]]:
    """The function shows the contradiction of this name."""

    def kept(check: Callable[[Sides], None]) -> Callable[[Sides], None]:
        CHECKS[name] = check
        return check

    return kept


@shows("sandbox")
def _sandbox(sides: Sides) -> None:
    assert sides.told(CREDENTIALS).form["Sandbox"]["type"] == "boolean"
    assert sides.field(CREDENTIALS, "sandbox")["type"] == "string"
    assert sides.sample(CREDENTIALS, "create")[1]["sandbox"] == "False"
    for sent, shown in (("true", "True"), ("FALSE", "False")):
        assert sides.posted(CREDENTIALS, {"Type": "apn", "Sandbox": sent})["sandbox"] == shown


@shows("case of methods")
def _methods(sides: Sides) -> None:
    configuration = "POST /Configuration/Webhooks"
    assert sides.told(HOOKS).form["Configuration.Method"]["enum"] == ["get", "post"]
    assert sides.field(configuration, "method")["enum"] == ["GET", "POST"]
    sent, sampled = sides.sample(ADDRESSES, "create")
    assert sent["AutoCreation.WebhookMethod"] == "post"
    assert sampled["auto_creation"]["webhook_method"] == "POST"
    for method in ("post", "POST", "Post"):
        hook = {**sides.sample(HOOKS, "create")[0], "Configuration.Method": method}
        assert sides.posted(HOOKS, hook)["configuration"]["method"] == "post"
        assert sides.posted(configuration, {"Method": method})["method"] == "POST"
        address = sides.posted(ADDRESSES, {**ADDRESS, "AutoCreation.WebhookMethod": method})
        assert address["auto_creation"]["webhook_method"] == "POST"


@shows("unknown events")
def _events(sides: Sides) -> None:
    form, _ = sides.sample(HOOKS, "create")
    events = form["Configuration.Filters"]
    known = sides.told(ADDRESSES).form["AutoCreation.WebhookFilters"]["description"]
    assert "onMessageAdded" in known
    assert not any(event in known for event in events)
    assert sides.posted(HOOKS, form)["configuration"]["filters"] == events


@shows("triggers")
def _triggers(sides: Sides) -> None:
    form, sampled = sides.sample(WEBHOOK, "update")
    words = form["Configuration.Triggers"]
    assert sampled["configuration"]["filters"] == words
    shown = sides.posted(WEBHOOK, form, "update")["configuration"]
    assert shown["triggers"] == shown["filters"] == words


@shows("permissions")
def _permissions(sides: Sides) -> None:
    for place in ("POST /Roles", "POST /Roles/{Sid}"):
        (form, sampled), *_ = [
            sides.sample(place, name) for name in sides.told(place).samples_of_answers
        ]
        assert len(sampled["permissions"]) > 1
        assert sides.posted(place, form)["permissions"] == [form["Permission"]]


@shows("type of credential")
def _credential(sides: Sides) -> None:
    form, sampled = sides.sample(CREDENTIALS, "createPushTypeFcm")
    assert (form["Type"], sampled["type"]) == ("FcM", "gcm")
    assert sides.posted(CREDENTIALS, form)["type"] == "fcm"


@shows("type of address")
def _address(sides: Sides) -> None:
    form, sampled = sides.sample(ADDRESSES, "createWhatsappCaseInsensitive")
    assert sampled["type"] == form["Type"] != form["Type"].lower()
    assert sides.posted(ADDRESSES, form)["type"] == form["Type"].lower()


@shows("initializing")
def _initializing(sides: Sides) -> None:
    together = "POST /ConversationWithParticipants"
    form, sampled = sides.sample(together, "createWithParticipants")
    assert sampled["state"] == "active"
    assert sides.posted(together, form)["state"] == "initializing"
    form, sampled = sides.sample("POST /Conversations", "createWithIntializingResponseState")
    assert sampled["state"] == "initializing"
    assert sides.posted("POST /Conversations", form)["state"] == "active"


@shows("online in lists")
def _online(sides: Sides) -> None:
    assert (
        "always returned by a Read action"
        in (sides.field("GET /Users/{Sid}", "is_online")["description"])
    )
    sampled = sides.sample("GET /Users", "readFull")[1]["users"]
    assert {user["is_online"] for user in sampled} == {True, False}
    world = World(sides.http, AT["GET /Users"])
    world.fill()
    assert {user["is_online"] for user in world.request("GET").json()["users"]} == {None}


@shows("name of a service")
def _service(sides: Sides) -> None:
    told = sides.told("POST /Services")
    assert told.required == {"FriendlyName"}
    assert told.form["FriendlyName"]["description"].endswith("Optional.")
    assert sides.posted("POST /Services", {})["code"] == 50000


@shows("unread at the end")
def _unread(sides: Sides) -> None:
    place = "POST /Users/{UserSid}/Conversations/{ConversationSid}"
    form, sampled = sides.sample(place, "update")
    assert sampled["unread_messages_count"] == sampled["last_read_message_index"] == 100
    shown = sides.posted(place, form)
    assert (shown["unread_messages_count"], shown["last_read_message_index"]) == (0, 100)


@shows("date of an edit")
def _edit(sides: Sides) -> None:
    assert "has not been edited" in sides.field(MESSAGES, "date_updated")["description"]
    for name in ("create", "createWithSubject"):
        assert sides.sample(MESSAGES, name)[1]["date_updated"] is not None
    shown = sides.posted(MESSAGES, {"Body": "new"})
    assert shown["date_updated"] == shown["date_created"]


@shows("code of a receipt")
def _receipt(sides: Sides) -> None:
    place = "GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}"
    schema = sides.field(place, "error_code")
    assert (schema["type"], schema["default"], "nullable" in schema) == ("integer", 0, False)


@pytest.mark.parametrize("name", CHECKS)
def test_a_contradiction_is_there_and_settled_as_is_said(
    documented: dict[str, Documented], http: httpx.Client, name: str
) -> None:
    CHECKS[name](Sides(documented, http))


def test_every_contradiction_is_shown_and_no_other() -> None:
    assert {each.name for each in CONTRADICTIONS} == set(CHECKS)
    assert all(each.says.endswith(".") for each in CONTRADICTIONS)
