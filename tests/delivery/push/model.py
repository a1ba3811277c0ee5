"""Who is told what, said as naively as possible: lists and dicts, and one thing after another."""

from dataclasses import dataclass, field, replace


@dataclass
class Member:
    joined: int
    muted: bool = False


@dataclass
class Said:
    """A message that is to be decided about; ``reached`` is the last member who was."""

    text: str
    author: str
    talk: int
    at: int
    reached: int = -1


@dataclass
class Decision:
    text: str
    talk: int
    who: str
    outcome: str
    device: str | None = None


@dataclass
class Model:
    """Talks with their members, devices by their owners, and what follows."""

    page: int
    talks: list[dict[str, Member]]
    devices: dict[str, list[str]]
    time: int = 0
    texts: dict[int, list[str]] = field(default_factory=dict)
    feed: list[Said] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    shown: list[tuple[str, str]] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)

    def now(self) -> int:
        self.time += 1
        return self.time

    def join(self, who: str, talk: int) -> bool:
        if who in self.talks[talk]:
            return False
        self.talks[talk][who] = Member(self.now())
        return True

    def leave(self, who: str, talk: int) -> bool:
        return self.talks[talk].pop(who, None) is not None

    def mute(self, who: str, talk: int, muted: bool) -> bool:
        if who not in self.talks[talk]:
            return False
        self.talks[talk][who].muted = muted
        return True

    def say(self, who: str, talk: int, text: str) -> None:
        self.feed.append(Said(text, who, talk, self.now()))
        self.texts.setdefault(talk, []).append(text)

    def decide(self, most: int | None = None) -> None:
        """Decides page by page; dies when more than so many decisions are written.

        What was not written by then is lost. Written is whenever there is a page full, and at
        the end.
        """
        waiting: list[Decision] = []
        feed = [replace(said) for said in self.feed]
        while feed:
            said = feed[0]
            ahead = sorted(
                (one.joined, who, one)
                for who, one in self.talks[said.talk].items()
                if one.joined > said.reached
            )
            page = ahead[: self.page]
            waiting += [each for _, who, one in page for each in self._about(said, who, one)]
            if len(page) == self.page:
                said.reached = page[-1][0]
            else:
                feed.pop(0)
            if len(waiting) >= self.page or not feed:
                if most is not None and len(waiting) >= most:
                    return
                most = None if most is None else most - len(waiting)
                self.decisions += waiting
                waiting = []
                self.feed = [replace(said) for said in feed]

    def _about(self, said: Said, who: str, one: Member) -> list[Decision]:
        def decided(outcome: str, device: str | None = None) -> Decision:
            return Decision(said.text, said.talk, who, outcome, device)

        if who == said.author:
            return [decided("author")]
        if one.joined > said.at:
            return [decided("joined_later")]
        if one.muted:
            return [decided("muted")]
        owned = self.devices[who]
        return [decided("waiting", each) for each in owned] or [decided("no_binding")]

    def send(self) -> None:
        for decision in self.decisions:
            if decision.outcome == "waiting":
                decision.outcome = self._sent(decision)
                if decision.outcome == "sent":
                    self.shown.append((decision.device or "", decision.text))

    def _sent(self, decision: Decision) -> str:
        member = self.talks[decision.talk].get(decision.who)
        if member is None:
            return "left"
        if decision.text in self.deleted:
            return "deleted"
        if member.muted:
            return "muted"
        return "sent" if decision.device in self.devices[decision.who] else "gone"
