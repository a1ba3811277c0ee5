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
        self.sids = {
            "Services": self.service,
            "Users": there.seen("/Users/ada")["sid"],
            "Conversations": conversation,
            "Participants": participant,
            "Messages": message,
        }

    def snapshot(self) -> list[Any]:
        """Everything that the account's lists show of this world, and the account's services."""
        lists = [row for row in LISTS if row.door == "service" or row.things == []]
        return [self._everything(row) for row in lists]

    def _everything(self, row: Row) -> list[Any]:
        # Not client.items: this may run beside a client whose door is another one.
        answer = self.client.http.get(row.path(self.sids))
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert page["meta"]["next_page_url"] is None, "a world is small"
        found: list[Any] = page[page["meta"]["key"]]
        return found


def body_for(row: Row) -> dict[str, str] | None:
    """A form that a POST at this place accepts; None for other methods."""
    if row.operation.method != "POST":
        return None
    creates_a_person = row.template.endswith(("/Users", "/Participants"))
    return {**BODIES, "Identity": "mallory"} if creates_a_person else dict(BODIES)
