"""Random requests, each answered as the model says: writes here, reads in ``reading``."""

import functools
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from model_based.bench import Answer, Bench
from model_based.model import Member, Talk, World

PEOPLE = ("ann", "bob", "Ann", "d/e é")
ROOMS = tuple(f"room {number}" for number in range(8))

some = st.integers(0, 7)
seldom = st.sampled_from([False] * 9 + [True])
either = st.booleans()
horizons = st.sampled_from(["", "null", "0", "1", "last", "last", "beyond", str(2**63 - 1)])


def step(**strategies: Any) -> Callable[[Callable[..., None]], Any]:
    """A rule whose runs are counted."""

    def around(act: Callable[..., None]) -> Any:
        @rule(**strategies)
        @functools.wraps(act)
        def counted(self: "Writing", **arguments: Any) -> None:
            Writing.steps += 1
            act(self, **arguments)

        return counted

    return around


class Writing(RuleBasedStateMachine):
    """Requests that change something, in an account of their own."""

    bench: ClassVar[Bench]
    steps: ClassVar[int] = 0

    @initialize(at_service=either, rooms=st.integers(1, 6), people=st.integers(1, 4))
    def start(self, at_service: bool, rooms: int, people: int) -> None:
        """Several people are in several conversations already."""
        self.world = World()
        self.door = "/v1"
        self.credentials = self.bench.credentials()
        service = self.ok("GET", "/Services")["services"][0]["sid"]
        if at_service:
            self.door = f"/v1/Services/{service}"
        for room in ROOMS[:rooms]:
            self.talk_begins(room)
            for person in PEOPLE[:people]:
                self.joins(person, room)

    # --- asking ---------------------------------------------------------------------------

    def ask(self, method: str, path: str, **form: str) -> Answer:
        named = {name.replace("_", "."): value for name, value in form.items()}
        return self.bench.ask(self.credentials, method, self.door + path, named)

    def ok(self, method: str, path: str, **form: str) -> Any:
        status, said = self.ask(method, path, **form)
        assert status == {"GET": 200, "DELETE": 204}.get(method, status), said
        assert status < 300, said
        return said

    def refused(self, status: int, code: int, method: str, path: str, **form: str) -> None:
        answered, said = self.ask(method, path, **form)
        assert (answered, said["code"]) == (status, code), said

    def room(self, nth: int, stray: bool) -> str:
        """A room with a conversation in it; now and then perhaps without one."""
        there = sorted(self.world.talks)
        return ROOMS[nth] if stray or not there else there[nth % len(there)]

    def person(self, room: str, nth: int, stray: bool) -> str:
        """Somebody who is in that conversation; now and then perhaps not."""
        talk = self.world.talks.get(room)
        there = sorted(talk.members) if talk else []
        return PEOPLE[nth % len(PEOPLE)] if stray or not there else there[nth % len(there)]

    def talk_path(self, room: str, by_sid: bool) -> str:
        talk = self.world.talks.get(room)
        return f"/Conversations/{talk.sid if talk and by_sid else quoted(room)}"

    def user_path(self, person: str, by_sid: bool) -> str:
        sid = self.world.users.get(person)
        return f"/Users/{sid if sid and by_sid else quoted(person)}"

    def pair_path(self, person: str, room: str, by_sid: bool, as_participant: bool) -> str:
        """The same pair, seen as a participant of the one or as a conversation of the other."""
        talk = self.world.talks.get(room)
        if not as_participant:
            return self.user_path(person, by_sid) + self.talk_path(room, not by_sid)
        member = talk.members.get(person) if talk else None
        key = member.participant if member and by_sid else quoted(person)
        return f"{self.talk_path(room, by_sid)}/Participants/{key}"

    def member(self, person: str, room: str) -> Member | None:
        talk = self.world.talks.get(room)
        return talk.members.get(person) if talk else None

    # --- conversations --------------------------------------------------------------------

    @step(nth=some)
    def create_talk(self, nth: int) -> None:
        self.talk_begins(ROOMS[nth])

    def talk_begins(self, room: str) -> None:
        form = {"UniqueName": room}
        if room in self.world.talks:
            self.refused(409, 50353, "POST", "/Conversations", **form)
        else:
            self.world.talks[room] = Talk(self.ok("POST", "/Conversations", **form)["sid"])

    @step(nth=some, stray=seldom, by_sid=either, sure=seldom)
    def delete_talk(self, nth: int, stray: bool, by_sid: bool, sure: bool) -> None:
        room = self.room(nth, stray)
        path = self.talk_path(room, by_sid)
        if room not in self.world.talks:
            self.refused(404, 20404, "DELETE", path)
        elif sure or nth < 3:
            gone = self.world.talks.pop(room)
            self.ok("DELETE", path)
            self.refused(404, 20404, "DELETE", f"/Conversations/{gone.sid}")

    @step(nth=some, stray=seldom, by_sid=either, state=st.sampled_from(("inactive", "closed")))
    def change_state(self, nth: int, stray: bool, by_sid: bool, state: str) -> None:
        room = self.room(nth, stray)
        talk, path = self.world.talks.get(room), self.talk_path(room, by_sid)
        if state == "closed" and nth % 3:
            state = "active"  # or everything would be closed soon
        if talk is None:
            self.refused(404, 20404, "POST", path, State=state)
        elif talk.state == "closed":
            self.refused(400, 50377, "POST", path, State=state)
        else:
            assert self.ok("POST", path, State=state)["state"] == state
            talk.state = state

    # --- people ---------------------------------------------------------------------------

    @step(nth=some, who=some, stray=seldom)
    def join(self, nth: int, who: int, stray: bool) -> None:
        self.joins(PEOPLE[who % len(PEOPLE)], self.room(nth, stray))

    def joins(self, person: str, room: str) -> None:
        talk = self.world.talks.get(room)
        path = self.talk_path(room, by_sid=True) + "/Participants"
        if talk is None:
            self.refused(404, 20404, "POST", path, Identity=person)
        elif talk.state == "closed":
            self.refused(400, 50377, "POST", path, Identity=person)
        elif person in talk.members:
            self.refused(409, 50433, "POST", path, Identity=person)
        else:
            made = self.ok("POST", path, Identity=person)
            talk.members[person] = Member(made["sid"])
            user = self.ok("GET", f"/Users/{quoted(person)}")
            assert self.world.users.setdefault(person, user["sid"]) == user["sid"]

    @step(nth=some, who=some, stray=seldom, by_sid=either, as_participant=either)
    def leave(self, nth: int, who: int, stray: bool, by_sid: bool, as_participant: bool) -> None:
        room = self.room(nth, stray)
        person = self.person(room, who, stray)
        path = self.pair_path(person, room, by_sid, as_participant)
        if self.member(person, room) is None:
            self.refused(404, 20404, "DELETE", path)
        else:
            self.ok("DELETE", path)
            del self.world.talks[room].members[person]

    @step(who=some, by_sid=either, sure=seldom)
    def add_or_delete_user(self, who: int, by_sid: bool, sure: bool) -> None:
        person = PEOPLE[who % len(PEOPLE)]
        if not sure and person in self.world.users:
            self.refused(409, 50201, "POST", "/Users", Identity=person)
        elif person in self.world.users:
            self.ok("DELETE", self.user_path(person, by_sid))
            self.world.forget(person)
        else:
            self.refused(404, 20404, "DELETE", self.user_path(person, by_sid))
            self.world.users[person] = self.ok("POST", "/Users", Identity=person)["sid"]

    # --- messages and horizons ------------------------------------------------------------

    @step(nth=some, who=some, stray=seldom, by_sid=either, count=st.integers(1, 4))
    def post(self, nth: int, who: int, stray: bool, by_sid: bool, count: int) -> None:
        room = self.room(nth, stray)
        author = self.person(room, who, stray) if who % 3 else "system"
        talk, path = self.world.talks.get(room), self.talk_path(room, by_sid) + "/Messages"
        form = {"Author": author, "Body": "hello"}
        if talk is None:
            self.refused(404, 20404, "POST", path, **form)
        elif talk.state == "closed":
            self.refused(400, 50377, "POST", path, **form)
        else:
            member = talk.members.get(author)
            for _ in range(count):
                made = self.ok("POST", path, **form)
                assert made["index"] == talk.post(made["sid"])
                assert made["participant_sid"] == (member.participant if member else None)
            talk.state = "active"

    @step(nth=some, which=some, stray=seldom, by_sid=either)
    def delete_message(self, nth: int, which: int, stray: bool, by_sid: bool) -> None:
        room = self.room(nth, stray)
        talk, path = self.world.talks.get(room), self.talk_path(room, by_sid) + "/Messages/"
        if talk is None or not talk.messages:
            self.refused(404, 20404, "DELETE", path + "IM" + "0" * 32)
        else:
            sid = sorted(talk.messages)[which % len(talk.messages)]
            self.ok("DELETE", path + sid)
            del talk.messages[sid]
            self.refused(404, 20404, "DELETE", path + sid)

    @step(nth=some, who=some, stray=seldom, by_sid=either, as_participant=either, to=horizons)
    def read(
        self, nth: int, who: int, stray: bool, by_sid: bool, as_participant: bool, to: str
    ) -> None:
        room = self.room(nth, stray)
        person = self.person(room, who, stray)
        member, path = (
            self.member(person, room),
            self.pair_path(person, room, by_sid, as_participant),
        )
        posted = self.world.talks[room].posted if room in self.world.talks else 0
        to = {"last": str(max(0, posted - 1 - who % 3)), "beyond": str(posted + who)}.get(to, to)
        if member is None:
            self.refused(404, 20404, "POST", path, LastReadMessageIndex=to)
        else:
            member.horizon = None if to in {"", "null"} else int(to)
            said = self.ok("POST", path, LastReadMessageIndex=to)
            assert said["last_read_message_index"] == member.horizon
            if not as_participant:
                self.agrees(said, person, room)

    @step(
        nth=some, who=some, stray=seldom, by_sid=either, level=st.sampled_from(("muted", "default"))
    )
    def mute(self, nth: int, who: int, stray: bool, by_sid: bool, level: str) -> None:
        room = self.room(nth, stray)
        person = self.person(room, who, stray)
        member, path = self.member(person, room), self.pair_path(person, room, by_sid, False)
        if member is None:
            self.refused(404, 20404, "POST", path, NotificationLevel=level)
        else:
            member.level = level
            self.agrees(self.ok("POST", path, NotificationLevel=level), person, room)

    # --- what is seen ---------------------------------------------------------------------

    def agrees(self, said: dict[str, Any], person: str, room: str) -> None:
        """This is the user conversation of this person in this room."""
        talk = self.world.talks[room]
        member = talk.members[person]
        expected = {
            "conversation_sid": talk.sid,
            "unique_name": room,
            "conversation_state": talk.state,
            "user_sid": self.world.users[person],
            "participant_sid": member.participant,
            "notification_level": member.level,
            "last_read_message_index": member.horizon,
            "unread_messages_count": talk.unread(person),
        }
        assert {name: said[name] for name in expected} == expected


def quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" for byte in name.encode())
