"""Accounts to shoot at: each with one real thing of every kind that the operation's path names."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from conformance.forms import BASES, THINGS, UNREACHABLE, Values
from contract.table import Row
from harness import Client, account

_REPLACED = re.compile("(RL|IS|ME)[0-9a-fA-F]{32}")

FOLDERS = {
    "Participants": "/Conversations/{Conversations}/Participants",
    "Messages": "/Conversations/{Conversations}/Messages",
    "Webhooks": "/Conversations/{Conversations}/Webhooks",
    "Addresses": "/Configuration/Addresses",
}


def unreachable(row: Row) -> bool:
    """Whether the row works on a thing that nothing over REST makes."""
    return row.template.endswith(tuple(f"/{thing}/{{Sid}}" for thing in UNREACHABLE))


class World:
    """A new account, with what this row's path needs.

    Args:
        http: connections to the server; its requests are this account's from now on.
        row: the operation.
        instead: forms that make things otherwise than usual, by collection.
    """

    def __init__(
        self, http: httpx.Client, row: Row, instead: Mapping[str, Values] | None = None
    ) -> None:
        self.credentials = account()
        http.auth = self.credentials
        self.client = Client(str(http.base_url), None, http=http)
        self._row = row
        self._forms = {**THINGS, **(instead or {})}
        self._roles: dict[str, str] = {}
        self.sids = dict(UNREACHABLE)
        if "Services" in row.things:
            self.sids["Services"] = self.client.made("/Services", {"FriendlyName": "world"})["sid"]
        if row.door == "service":
            self.client = self.client.at(f"/v1/Services/{self.sids['Services']}")
        for thing in sorted(row.things, key=[*THINGS, *UNREACHABLE, "Services"].index):
            if thing not in self.sids:
                self.sids[thing] = self._made(thing)
        if {"Users", "Conversations"} <= set(row.things):
            self._made("Participants")
        self.path = row.path(self.sids)

    def _made(self, thing: str) -> str:
        folder = FOLDERS.get(thing, f"/{thing}").format(**self.sids)
        sid: str = self.client.made(folder, self.real(self._forms[thing]))["sid"]
        return sid

    def real(self, form: Mapping[str, Any]) -> Values:
        """The form with SIDs of what is there in place of made-up ones."""
        found = dict(form)
        for name, value in form.items():
            if isinstance(value, str) and _REPLACED.fullmatch(value):
                found[name] = self._real(name, value)
        return found

    def _real(self, parameter: str, sid: str) -> str:
        if sid.startswith("ME"):
            return self.media()
        return self.service() if sid.startswith("IS") else self._role_for(parameter)

    def media(self) -> str:
        """SID of a file that no message has yet."""
        service = self.client.at("/v1").seen("/Configuration")["default_chat_service_sid"]
        if self._row.door == "service":
            service = self.sids["Services"]
        http, picture = self.client.http, {"Content-Type": "image/jpeg"}
        http.auth = self.credentials
        answer = http.post(f"/v1/Services/{service}/Media", content=b"a car", headers=picture)
        assert answer.status_code == 201, answer.text
        sid: str = answer.json()["sid"]
        return sid

    def _role_for(self, parameter: str) -> str:
        of_users = parameter == "RoleSid" and self._row.operation.path.startswith("/Users")
        users = of_users or parameter == "DefaultChatServiceRoleSid"
        return self.role("service" if users else "conversation")

    def role(self, kind: str) -> str:
        """SID of a role of this type."""
        if not self._roles:
            roles = self.client.seen("/Roles")["roles"]
            self._roles = {role["type"]: role["sid"] for role in roles}
        return self._roles[kind]

    def service(self) -> str:
        """SID of a service."""
        if "Services" not in self.sids:
            self.sids["Services"] = self.client.at("/v1").made(
                "/Services", {"FriendlyName": "world"}
            )["sid"]
        return self.sids["Services"]

    def fill(self) -> bool:
        """Puts two things more into the row's list, if REST can; says whether it could."""
        path = self._row.operation.path
        if path.endswith(tuple(UNREACHABLE)):
            return False
        if path.endswith(("ParticipantConversations", "{UserSid}/Conversations")):
            for _ in range(2):
                sid = self.client.made("/Conversations")["sid"]
                self.client.made(f"/Conversations/{sid}/Participants", {"Identity": "ada"})
            return True
        for number in range(2):
            form = dict(BASES.get(f"POST {path}", {}))
            named = {"Identity", "Address"} & set(form)
            form |= {name: f"{form[name]}{number}" for name in named}
            answer = self.request("POST", form)
            assert answer.status_code == 201, answer.text
        return True

    def request(
        self,
        method: str,
        form: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Sends a request of the row's method to its path."""
        http = self.client.http
        http.auth = self.credentials
        data = self.real(form) if form and method == "POST" else None
        return http.request(method, self.path, data=data, params=query, headers=headers)
