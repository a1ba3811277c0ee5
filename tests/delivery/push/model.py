"""Who is told what, said as naively as possible: lists and dicts, and one thing after another."""

from collections import Counter
from dataclasses import dataclass, field, replace

PAUSE = 30  # seconds


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
    """``life`` is how often the user was deleted before, ``due`` when it is to be sent."""

    text: str
    talk: int
    who: str
    outcome: str
    device: str | None = None
    life: int = 0
    due: int = 0
    tried: bool = False


@dataclass
class Model:
    """Talks with their members, devices by their owners, and what follows.

    Push services take no text that is ``refused``, each ``delayed`` one at the second time and
    ``PAUSE`` later, and say of devices that are ``lost`` that they are gone.
    """

    page: int
    talks: list[dict[str, Member]]
    devices: dict[str, list[str]]
    time: int = 0
    seconds: int = 0
    enabled: bool = True
    lives: Counter[str] = field(default_factory=Counter)
    deaf: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    delayed: set[str] = field(default_factory=set)
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

    def banish(self, who: str) -> None:
        """The user is deleted, with all that is theirs."""
        self.lives[who] += 1
        self.devices[who] = []
        for talk in self.talks:
            talk.pop(who, None)

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
            if not self.enabled:
                waiting.append(Decision(said.text, said.talk, "", "type_disabled"))
                feed.pop(0)
                most = self._written(waiting, feed, most)
                if most == 0:
                    return
                continue
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
            most = self._written(waiting, feed, most)
            if most == 0:
                return

    def _written(self, waiting: list[Decision], feed: list[Said], most: int | None) -> int | None:
        """Writes what waits, if it is time for it; returns how many more may be, 0 once dead."""
        if len(waiting) < self.page and feed:
            return most
        if most is not None and len(waiting) >= most:
            return 0
        self.decisions += waiting
        self.feed = [replace(said) for said in feed]
        most = None if most is None else most - len(waiting)
        waiting.clear()
        return most

    def _about(self, said: Said, who: str, one: Member) -> list[Decision]:
        def decided(outcome: str, device: str | None = None) -> Decision:
            life, due = self.lives[who], self.seconds
            return Decision(said.text, said.talk, who, outcome, device, life, due)

        if who == said.author:
            return [decided("author")]
        if one.joined > said.at:
            return [decided("joined_later")]
        if one.muted:
            return [decided("muted")]
        return [
            decided("not_wanted" if each in self.deaf else "waiting", each)
            for each in self.devices[who]
        ] or [decided("no_binding")]

    def send(self) -> None:
        for decision in self.decisions:
            if decision.outcome == "waiting" and decision.due <= self.seconds:
                decision.outcome = self._sent(decision)
                if decision.outcome == "sent":
                    self.shown.append((decision.device or "", decision.text))
        for who in self.devices:
            self.devices[who] = [each for each in self.devices[who] if not self._is_buried(each)]

    def _is_buried(self, device: str) -> bool:
        told = (each.outcome for each in self.decisions if each.device == device)
        return device in self.lost and "gone" in told

    def _sent(self, decision: Decision) -> str:
        member = self.talks[decision.talk].get(decision.who)
        if member is None or decision.life != self.lives[decision.who]:
            return "left"
        if decision.text in self.deleted:
            return "deleted"
        if member.muted:
            return "muted"
        if decision.device not in self.devices[decision.who] or decision.device in self.lost:
            return "gone"
        return self._answered(decision)

    def _answered(self, decision: Decision) -> str:
        if decision.text in self.refused:
            return "failed"
        if decision.text in self.delayed and not decision.tried:
            decision.tried, decision.due = True, self.seconds + PAUSE
            return "waiting"
        return "sent"
