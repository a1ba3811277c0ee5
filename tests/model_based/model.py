"""What a user's conversations are, said as naively as possible: lists, dicts and counting."""

from dataclasses import dataclass, field

Horizon = int | None


@dataclass
class Member:
    participant: str
    horizon: Horizon = None
    level: str = "default"


@dataclass
class Talk:
    sid: str
    state: str = "active"
    posted: int = 0
    messages: dict[str, int] = field(default_factory=dict)  # SID to index
    members: dict[str, Member] = field(default_factory=dict)  # by identity

    def post(self, sid: str) -> int:
        self.messages[sid] = self.posted
        self.posted += 1
        return self.messages[sid]

    def unread(self, identity: str) -> int | None:
        horizon = self.members[identity].horizon
        if horizon is None:
            return None
        return min(1000, sum(index > horizon for index in self.messages.values()))


@dataclass
class World:
    users: dict[str, str] = field(default_factory=dict)  # identity to SID
    talks: dict[str, Talk] = field(default_factory=dict)  # by unique name

    def of(self, identity: str) -> list[Talk]:
        mine = (talk for talk in self.talks.values() if identity in talk.members)
        return sorted(mine, key=lambda talk: talk.sid)

    def forget(self, identity: str) -> None:
        del self.users[identity]
        for talk in self.talks.values():
            talk.members.pop(identity, None)
