"""Who holds which addresses, said as naively as possible: lists, dicts and sets."""

from dataclasses import dataclass, field
from typing import Any

Pair = tuple[str, str]
Group = frozenset[str]


@dataclass(frozen=True)
class Person:
    """Somebody in a conversation; ``proxy``, ``projected`` and ``identity`` may change."""

    sid: str
    identity: str | None = None
    address: str | None = None
    proxy: str | None = None
    projected: str | None = None

    @property
    def pair(self) -> Pair | None:
        return (self.address, self.proxy) if self.address and self.proxy else None

    @property
    def number(self) -> str | None:
        """Of somebody in a group: their own."""
        return None if self.proxy else self.address

    @property
    def shown(self) -> set[str]:
        """The numbers as which they stand in a group."""
        return {number for number in (self.number, self.projected) if number}

    @property
    def names(self) -> set[str]:
        """Whatever an author may be called to be this person."""
        return {name for name in (self.identity, self.address, self.projected) if name}


@dataclass
class Talk:
    sid: str
    door: str
    closed: bool = False
    people: list[Person] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return any(person.projected for person in self.people)

    def shows(self, who: Person) -> bool:
        """Whether somebody else shows as one of their numbers already."""
        others = (person for person in self.people if person.sid != who.sid)
        return any(person.shown & who.shown for person in others)

    @property
    def group(self) -> Group | None:
        """All numbers of the group; None while it is none, or nobody else is in it."""
        numbers = {person.number for person in self.people if person.number}
        shown = {person.projected for person in self.people if person.projected}
        return frozenset(numbers | shown) if numbers and shown else None


class Taken(Exception):
    """Another conversation holds it.

    Attributes:
        code: what the refusal says.
        holder: SID of that conversation.
    """

    def __init__(self, code: int, holder: str) -> None:
        super().__init__(code, holder)
        self.code, self.holder = code, holder


@dataclass
class Book:
    """An account's conversations, and who of them holds what."""

    talks: list[Talk] = field(default_factory=list)
    pairs: dict[Pair, str] = field(default_factory=dict)
    groups: dict[Group, str] = field(default_factory=dict)

    def check(self, talk: Talk, then: list[Person], who: Person) -> None:
        """Refuses that these be the people of a talk, because of what somebody has now.

        Raises:
            Taken: another conversation holds their pair, or the group that they are.
        """
        before = [person for person in talk.people if person.sid == who.sid]
        regroups = any(p.pair is None and p.names - {p.identity} for p in [*before, who])
        group = Talk(talk.sid, talk.door, people=then).group
        holder = self.groups.get(group) if regroups and group else None
        if holder not in (None, talk.sid):
            raise Taken(50438, str(holder))
        if who.pair in self.pairs and who.pair not in [person.pair for person in before]:
            raise Taken(50416, self.pairs[who.pair])

    def settle(self, talk: Talk, people: list[Person]) -> None:
        """Takes note of who is in a talk now."""
        changed = set(talk.people) ^ set(people)
        talk.people = people
        if talk.closed:
            return
        self._free(self.pairs, talk)
        self.pairs.update({person.pair: talk.sid for person in people if person.pair})
        if any(person.pair is None and person.names - {person.identity} for person in changed):
            self._free(self.groups, talk)
            if talk.group is not None:
                # Who leaves is not held back by a group that looks the same without them.
                self.groups.setdefault(talk.group, talk.sid)

    def over(self, talk: Talk) -> None:
        """The talk holds nothing any more."""
        self._free(self.pairs, talk)
        self._free(self.groups, talk)

    def _free(self, held: dict[Any, str], talk: Talk) -> None:
        for key in [key for key, sid in held.items() if sid == talk.sid]:
            del held[key]
