"""A small world in one service: one thing of each kind, so that every path can be filled in."""

from typing import Any

from contract.table import LISTS, Row
from harness import Client

BODIES = {
    # Creations need these; updates take them or ignore what they do not know.
    "Body": "hello",
    "FriendlyName": "changed",
    "Attributes": '{"changed": true}',
    "NotificationLevel": "muted",
}
WEBHOOK = {
    "Target": "webhook",
    "Configuration.Url": "https://example.com/hook",
    "Configuration.Filters": "onMessageAdded",
}
# What else creations need, by the end of their paths.
NEEDED = {
    "}/Webhooks": WEBHOOK,
    "/Addresses": {"Type": "sms", "Address": "+15550100"},
    "/Credentials": {"Type": "fcm"},
    "/Roles": {"Type": "service", "Permission": "addParticipant"},
    "/Roles/{Sid}": {"Permission": "addParticipant"},
    "/Configuration": {"DefaultInactiveTimer": "PT1H", "ReachabilityEnabled": "true"},
    "/ConversationWithParticipants": {"Participant": '{"identity": "mallory"}'},
}
# What a list cannot do without.
ASKED_FOR = {"/ParticipantConversations": {"Identity": "ada"}}
# What no request makes: devices register bindings, channels write receipts.
UNREACHABLE = {"Bindings": "BS" + "0" * 32, "Receipts": "DY" + "0" * 32}


class World:
    """One thing of each kind in one service of an account.

    Attributes:
        service: SID of the service.
        sids: collection, such as ``Users``, to the SID of the thing in it.
    """

    def __init__(self, client: Client, *, default: bool) -> None:
        if default:
            self.service = client.seen("/Services")["services"][0]["sid"]
        else:
            self.service = client.made("/Services", {"FriendlyName": "world"})["sid"]
        self.client = client
        there = client.at(f"/v1/Services/{self.service}")
        conversation = there.made("/Conversations", {"UniqueName": "tea"})["sid"]
        path = f"/Conversations/{conversation}"
        participant = there.made(f"{path}/Participants", {"Identity": "ada"})["sid"]
        message = there.made(f"{path}/Messages", {"Body": "secret", "Author": "ada"})["sid"]
        webhook = there.made(f"{path}/Webhooks", WEBHOOK)["sid"]
        role = there.made("/Roles", {"FriendlyName": "helper", **NEEDED["/Roles"]})["sid"]
        # Of the account, whose addresses are each configured once.
        address = {"Type": "email", "Address": f"tea@{self.service}.example"}
        self.sids = {
            "Services": self.service,
            "Users": there.seen("/Users/ada")["sid"],
            "Conversations": conversation,
            "Participants": participant,
            "Messages": message,
            "Webhooks": webhook,
            "Roles": role,
            "Addresses": client.made("/Configuration/Addresses", address)["sid"],
            "Credentials": client.made("/Credentials", {"Type": "fcm"})["sid"],
            **UNREACHABLE,
        }

    def snapshot(self) -> list[Any]:
        """Everything that the account's lists show of this world, and the account's services."""
        lists = [row for row in LISTS if row.door == "service" or row.things == []]
        return [self._everything(row) for row in lists]

    def _everything(self, row: Row) -> list[Any]:
        # Not client.items: this may run beside a client whose door is another one.
        answer = self.client.http.get(row.path(self.sids), params=query_for(row))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["meta"]["next_page_url"] is None, "a world is small"
        found: list[Any] = page[page["meta"]["key"]]
        return found


def body_for(row: Row) -> dict[str, str] | None:
    """A form that a POST at this place accepts; None for other methods."""
    if row.operation.method != "POST":
        return None
    needed = [form for end, form in NEEDED.items() if row.template.endswith(end)]
    if needed:
        return {**BODIES, **needed[0]}
    creates_a_person = row.template.endswith(("/Users", "/Participants"))
    return {**BODIES, "Identity": "mallory"} if creates_a_person else dict(BODIES)


def query_for(row: Row) -> dict[str, str]:
    """What a list at this place must be asked with."""
    return dict(ASKED_FOR.get(row.operation.path, {}))
