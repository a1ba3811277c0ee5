"""Clients that do anything to the same few things, as it comes."""

import json
import random
from collections.abc import Awaitable, Callable
from typing import Any

from concurrency.crowd import Crowd, Form

PEOPLE = ("ann", "bob", "cid")
TALKS = ("tea", "work")
PHONES, PROXIES = ("+15550001", "+15550002"), ("+15550100", "+15550101")

_BINDING = "MessagingBinding."


class Wanderer:
    """One client; whatever it is refused, it goes on.

    Args:
        crowd: what it speaks through.
        chance: decides.
        service: the account's default service.
        files: SIDs of what somebody has uploaded; whoever comes first posts it.

    Attributes:
        tried, granted: the kinds of things that it did, and those that it was let do.
    """

    def __init__(self, crowd: Crowd, chance: random.Random, service: str, files: list[str]) -> None:
        self.crowd, self.chance, self.service, self.files = crowd, chance, service, files
        self.tried: list[str] = []
        self.granted: set[str] = set()
        self._acts: list[Callable[[], Awaitable[None]]] = [
            *[self.join] * 5,
            *[self.post] * 4,
            *[self.upload, self.post_file] * 2,
            *[self.read] * 3,
            *[self.leave, self.change_person, self.change_address] * 3,
            *[self.make_talk, self.make_whole_talk, self.change_talk, self.end_talk],
            *[self.change_message, self.make_user, self.change_user, self.end_user],
            *[self.make_role, self.end_role, self.configure, self.hook, self.unhook],
        ]

    async def wander(self, steps: int) -> None:
        """Does so many things, one after the other."""
        for _ in range(steps):
            act = self.chance.choice(self._acts)
            self.tried.append(act.__name__)
            await act()

    async def _ask(self, path: str, form: Form | None = None) -> None:
        """Asks for a change; no form deletes. Refusals are fine, failures are not."""
        method = "DELETE" if form is None else "POST"
        answer = await self.crowd.http.request(method, f"/v1{path}", data=form)
        assert answer.status_code in {200, 201, 202, 204, 400, 403, 404, 409}, answer.text
        if answer.is_success:
            self.granted.add(self.tried[-1])

    async def _one_of(self, path: str, key: str) -> dict[str, Any] | None:
        """Something of what a list's first page shows, if it is there and shows anything."""
        answer = await self.crowd.http.get(f"/v1{path}")
        found = answer.json()[key] if answer.is_success else []
        return self.chance.choice(found) if found else None

    def _talk(self) -> str:
        return f"/Conversations/{self.chance.choice(TALKS)}"

    def _person(self) -> str:
        return self.chance.choice(PEOPLE)

    def _pair(self) -> Form:
        phone, proxy = self.chance.choice(PHONES), self.chance.choice(PROXIES)
        return {f"{_BINDING}Address": phone, f"{_BINDING}ProxyAddress": proxy}

    async def join(self) -> None:
        person = {"Identity": self._person()}
        shown = {f"{_BINDING}ProjectedAddress": self.chance.choice(PROXIES)}
        number = {f"{_BINDING}Address": self.chance.choice(PHONES)}
        forms: list[Form] = [person, {**person}, {**person, **shown}, number, self._pair()]
        form = self.chance.choice(forms)
        role = await self._one_of("/Roles", "roles") if self.chance.random() < 0.5 else None
        if role is not None and "Identity" in form:
            form = {**form, "RoleSid": role["sid"]}
        await self._ask(f"{self._talk()}/Participants", form)

    async def leave(self) -> None:
        talk = self._talk()
        if self.chance.random() < 0.5:
            await self._ask(f"/Users/{self._person()}{talk}")
            return
        found = await self._one_of(f"{talk}/Participants", "participants")
        if found is not None:
            await self._ask(f"{talk}/Participants/{found['sid']}")

    async def change_person(self) -> None:
        form: Form = {"Attributes": json.dumps({"n": self.chance.randrange(9)})}
        role = await self._one_of("/Roles", "roles")
        if role is not None and self.chance.random() < 0.5:
            form = {"RoleSid": role["sid"]}
        await self._ask(f"{self._talk()}/Participants/{self._person()}", form)

    async def change_address(self) -> None:
        talk = self._talk()
        found = await self._one_of(f"{talk}/Participants", "participants")
        if found is None:
            return
        binding = found["messaging_binding"] or {}
        form: Form = {"Identity": self._person()}
        if found["identity"] or binding.get("address"):
            which = "Proxy" if binding.get("address") else "Projected"
            form = {f"{_BINDING}{which}Address": self.chance.choice((*PROXIES, "null"))}
        await self._ask(f"{talk}/Participants/{found['sid']}", form)

    async def read(self) -> None:
        person, talk, to = self._person(), self._talk(), self.chance.randrange(30)
        if self.chance.random() < 0.5:
            await self._ask(f"{talk}/Participants/{person}", {"LastReadMessageIndex": to})
            return
        forms: list[Form] = [
            {"LastReadMessageIndex": to},
            {"NotificationLevel": self.chance.choice(("default", "muted"))},
        ]
        await self._ask(f"/Users/{person}{talk}", self.chance.choice(forms))

    async def post(self) -> None:
        author = self.chance.choice((*PEOPLE, *PHONES))
        await self._ask(f"{self._talk()}/Messages", {"Author": author, "Body": "x"})

    async def upload(self) -> None:
        path = f"/v1/Services/{self.service}/Media"
        picture = {"Content-Type": "image/png"}
        answer = await self.crowd.http.post(path, content=b"a picture", headers=picture)
        assert answer.status_code == 201, answer.text
        self.files.append(answer.json()["sid"])
        self.granted.add(self.tried[-1])

    async def post_file(self) -> None:
        # Of the latest, which others want too.
        for sid in self.chance.sample(self.files[-3:], min(len(self.files), 1)):
            await self._ask(f"{self._talk()}/Messages", {"MediaSid": sid})

    async def change_message(self) -> None:
        talk = self._talk()
        found = await self._one_of(f"{talk}/Messages", "messages")
        if found is not None:
            edit: Form = {"Body": f"{self.chance.random()}"}
            await self._ask(f"{talk}/Messages/{found['sid']}", self.chance.choice((edit, None)))

    async def make_talk(self) -> None:
        await self._ask("/Conversations", {"UniqueName": self.chance.choice(TALKS)})

    async def make_whole_talk(self) -> None:
        people: list[Any] = [{"identity": each} for each in self.chance.sample(PEOPLE, 2)]
        for phone in self.chance.sample(PHONES, 2):
            binding = {"address": phone, "proxy_address": self.chance.choice(PROXIES)}
            people.append({"messaging_binding": binding})
        form: dict[str, Any] = {
            "UniqueName": self.chance.choice(TALKS),
            "Participant": [json.dumps(each) for each in people],
        }
        await self._ask("/ConversationWithParticipants", form)

    async def change_talk(self) -> None:
        forms: list[Form] = [
            {"UniqueName": self.chance.choice(TALKS)},
            {"FriendlyName": f"{self.chance.random()}"},
            {"State": self.chance.choice(("active", "inactive"))},
        ]
        await self._ask(self._talk(), self.chance.choice(forms))

    async def end_talk(self) -> None:
        await self._ask(self._talk(), self.chance.choice(({"State": "closed"}, None, None)))

    async def make_user(self) -> None:
        await self._ask("/Users", {"Identity": self._person()})

    async def change_user(self) -> None:
        form: Form = {"FriendlyName": f"{self.chance.random()}"}
        role = await self._one_of("/Roles", "roles")
        if role is not None and role["type"] == "service":
            form["RoleSid"] = role["sid"]
        await self._ask(f"/Users/{self._person()}", form)

    async def end_user(self) -> None:
        await self._ask(f"/Users/{self._person()}")

    async def make_role(self) -> None:
        kind, word = self.chance.choice(
            (("conversation", "sendMessage"), ("service", "createConversation"))
        )
        await self._ask("/Roles", {"FriendlyName": "a role", "Type": kind, "Permission": word})

    async def end_role(self) -> None:
        role = await self._one_of("/Roles", "roles")
        if role is not None:
            await self._ask(f"/Roles/{role['sid']}")

    async def configure(self) -> None:
        role = await self._one_of("/Roles", "roles")
        if role is not None:
            service = role["type"] == "service"
            which = "DefaultChatServiceRoleSid" if service else "DefaultConversationRoleSid"
            await self._ask(f"/Services/{self.service}/Configuration", {which: role["sid"]})

    async def hook(self) -> None:
        form: Form = {"Target": "studio", "Configuration.FlowSid": "FW" + "1" * 32}
        await self._ask(f"{self._talk()}/Webhooks", form)

    async def unhook(self) -> None:
        talk = self._talk()
        found = await self._one_of(f"{talk}/Webhooks", "webhooks")
        if found is not None:
            await self._ask(f"{talk}/Webhooks/{found['sid']}")
