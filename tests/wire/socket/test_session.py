"""The protocol of one socket, step by step."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire import errors
from partywire.wire.socket import session as protocol
from partywire.wire.socket.session import Action, Ask, Close, Send, Session, Verify
from partywire.wire.socket.upstream import Reply
from wire.socket.talking import packet, taken_apart

HOUR = 3_600_000
ALICE = ("AC1", "IS1", "alice")


def said(actions: list[Action]) -> list[tuple[dict[str, Any], Any]]:
    return [taken_apart(one.data) for one in actions if isinstance(one, Send)]


def closed(actions: list[Action]) -> int | None:
    """The code of the last action, if that closes the socket."""
    last = actions[-1] if actions else None
    return last.code if isinstance(last, Close) else None


def init(session: Session, now: int = 0, **fields: Any) -> list[Action]:
    return session.receive(packet({"method": "init", "id": "TM0", "token": "t", **fields}), now)


def begun(lasts: int = HOUR, now: int = 0) -> Session:
    """A session whose token was found good."""
    session = Session(now)
    assert init(session, now) == [Verify("TM0", "t")]
    assert len(session.accepted("TM0", ALICE, lasts, now)) == 1
    return session


def message(session: Session, identifier: str = "TM1", now: int = 0, **wanted: Any) -> list[Action]:
    wanted = {"host": "aim", "path": "/x", "method": "GET", "params": {}, "headers": {}, **wanted}
    return session.receive(
        packet({"method": "message", "id": identifier, "http_request": wanted}), now
    )


def status(actions: list[Action]) -> tuple[int, int | None]:
    """Status and error code of the one packet that is sent."""
    ((header, _),) = said(actions)
    return header["status"]["code"], header["status"].get("errorCode")


# --- init -----------------------------------------------------------------------------------


def test_a_good_token_opens_the_socket_and_is_told_what_is_shared() -> None:
    session = Session(0)
    wishes = [{"product": "ip_messaging", "type": "ers", "message_types": ["a"], "other": 1}]
    init(session, capabilities=["telemetry.v1", "client_update"], registrations=wishes)
    assert not session.open

    ((header, payload),) = said(session.accepted("TM0", ALICE, HOUR, 0))

    assert session.open
    assert payload is None
    assert header["id"] == "TM0"
    assert header["status"] == {"code": 200, "status": "OK"}
    assert header["capabilities"] == ["client_update"]
    (one,) = header["init_registrations"]
    assert one["product"] == "ip_messaging"
    assert one["notification_ctx_id"]


def test_a_bad_token_is_refused_with_its_code_and_the_socket_closed() -> None:
    session = Session(0)
    init(session)
    actions = session.refused("TM0", errors.AccessTokenExpired())
    assert status(actions) == (401, 20104)
    assert closed(actions) == protocol.NORMAL
    assert session.closed


def test_an_init_without_a_token_is_looked_at_like_any_other() -> None:
    assert Session(0).receive(packet({"method": "init", "id": "TM0"}), 0) == [Verify("TM0", "")]


def test_when_nobody_can_verify_the_client_comes_again_without_a_word() -> None:
    session = Session(0)
    init(session)
    assert session.failed() == [Close(protocol.GOING_AWAY)]


@pytest.mark.parametrize("method", ["message", "update", "ping", "reply", "telemetry.v1"])
def test_nothing_comes_before_init(method: str) -> None:
    actions = Session(0).receive(packet({"method": method, "id": "TM1"}), 0)
    assert status(actions) == (417, None)
    assert closed(actions) == protocol.NORMAL


def test_init_comes_once() -> None:
    assert status(init(begun())) == (417, None)


def test_who_says_nothing_is_sent_away_after_five_seconds() -> None:
    session = Session(1000)
    assert session.deadline == 6000
    assert session.tick(5999) == []
    assert session.tick(6000) == [Close(protocol.POLICY)]


# --- requests -------------------------------------------------------------------------------


def test_a_request_is_taken_out_of_its_envelope_and_decoded_once() -> None:
    (ask,) = message(
        begun(),
        method="post",
        path="/v1/a%2Fb?x=1",
        params={"From": "a%20b", "Key": ["1", "%252"], "Page": 3},
        headers={"Content-Type": "application/json"},
    )
    assert isinstance(ask, Ask)
    assert (ask.id, ask.request.method, ask.request.path) == ("TM1", "POST", "/v1/a%2Fb")
    assert ask.request.query == {"From": ["a b"], "Key": ["1", "%2"], "Page": ["3"]}
    assert ask.request.headers == {"content-type": "application/json"}


def test_an_answer_says_both_statuses() -> None:
    session = begun()
    message(session)
    ((header, payload),) = said(session.answered("TM1", Reply(404, b'{"code":1}', {"x": "y"})))
    assert (header["id"], header["status"]["code"]) == ("TM1", 200)
    assert header["http_status"] == {"code": 404, "status": "Not Found"}
    assert header["http_headers"] == {"content-type": "application/json", "x": "y"}
    assert payload == {"code": 1}


def test_a_message_without_a_request_is_refused() -> None:
    actions = begun().receive(packet({"method": "message", "id": "TM1"}), 0)
    assert status(actions) == (400, None)


def test_no_more_is_taken_while_much_is_outstanding() -> None:
    session = begun()
    for number in range(protocol.MOST_OUTSTANDING):
        assert not session.full
        message(session, f"TM{number}")
    assert session.full
    session.answered("TM0", Reply())
    assert not session.full


def test_who_sends_too_much_is_read_from_more_slowly() -> None:
    session = begun()
    acknowledged = packet({"method": "reply", "id": "TM1"})
    for _ in range(protocol.BURST - 1):
        assert session.pause(0) == 0
        session.receive(acknowledged, 0)
    assert session.pause(0) > 0
    assert session.pause(5) == 0
    session.receive(acknowledged, 5)
    assert session.pause(5) > 0
    assert session.pause(protocol.SECOND) == 0


@pytest.mark.parametrize("method", ["put_notification_ctx", "delete_notification_ctx"])
def test_older_sdks_may_register_for_notifications(method: str) -> None:
    assert status(begun().receive(packet({"method": method, "id": "TM1"}), 0)) == (200, None)


def test_telemetry_and_acknowledgements_get_no_answer() -> None:
    for method in ("telemetry.v1", "reply"):
        assert begun().receive(packet({"method": method, "id": "TM1"}), 0) == []


def test_an_unknown_method_is_refused_and_the_socket_stays() -> None:
    session = begun()
    assert status(session.receive(packet({"method": "dance", "id": "TM1"}), 0)) == (400, None)
    assert session.open


@pytest.mark.parametrize("data", [b"", b"nonsense", b"TWILSOCK V3.0 5\r\n{}\r\n", None])
def test_what_is_not_a_packet_ends_the_socket(data: bytes | None) -> None:
    actions = begun().receive(data, 0)
    assert status(actions) == (406, 51214)
    assert closed(actions) == protocol.NORMAL


def test_a_client_may_say_goodbye() -> None:
    assert begun().receive(packet({"method": "close", "id": "TM1"}), 0) == [Close(protocol.NORMAL)]


# --- the token's life -----------------------------------------------------------------------


def update(session: Session, who: object, lasts: int, now: int) -> list[Action]:
    taken = session.receive(packet({"method": "update", "id": "TM5", "token": "new"}), now)
    assert taken == [Verify("TM5", "new")]
    return session.accepted("TM5", who, lasts, now)


def test_three_minutes_before_its_end_a_token_is_said_to_end() -> None:
    session = begun(lasts=200_000)
    assert session.deadline == 20_000
    assert said(session.tick(19_999)) == []
    ((header, _),) = said(session.tick(20_000))
    assert header["method"] == "client_update"
    assert header["client_update_type"] == "token_about_to_expire"
    assert said(session.tick(20_001)) == []


def test_a_short_token_is_said_to_end_at_once() -> None:
    session = begun(lasts=10_000)
    assert [header["method"] for header, _ in said(session.tick(0))] == ["client_update"]


def test_at_its_end_a_token_closes_the_socket() -> None:
    session = begun(lasts=10_000)
    session.tick(0)
    assert session.deadline == 10_000
    actions = session.tick(10_000)
    assert status(actions) == (410, 20104)
    assert closed(actions) == protocol.NORMAL


def test_a_token_that_is_good_no_longer_closes_the_socket() -> None:
    session = begun()
    actions = session.revoked(errors.AccessTokenIssuerInvalid())
    ((header, _),) = said(actions)
    assert header["method"] == "close"
    assert status(actions) == (401, 20103)
    assert closed(actions) == protocol.NORMAL
    assert session.revoked(errors.AccessTokenIssuerInvalid()) == []


def test_a_new_token_puts_the_end_off() -> None:
    session = begun(lasts=10_000)
    session.tick(0)
    assert status(update(session, ALICE, HOUR, 9_000)) == (200, None)
    assert said(session.tick(10_000)) == []
    assert session.open


@pytest.mark.parametrize("who", [("AC1", "IS1", "bob"), ("AC1", "IS2", "alice")])
def test_another_s_token_is_refused_and_the_first_one_stays(who: object) -> None:
    session = begun(lasts=10_000)
    assert status(update(session, who, HOUR, 0)) == (401, 51215)
    assert session.open
    assert status(session.tick(10_000)) == (410, 20104)


def test_a_bad_new_token_is_refused_and_the_first_one_stays() -> None:
    session = begun()
    session.receive(packet({"method": "update", "id": "TM5", "token": "bad"}), 0)
    assert status(session.refused("TM5", errors.AccessTokenInvalid())) == (401, 20101)
    assert session.open


# --- liveness -------------------------------------------------------------------------------


def test_a_ping_goes_out_every_thirty_seconds() -> None:
    session, sent = begun(), []
    for second in range(121):
        session.receive(packet({"method": "reply", "id": "TM1"}), second * 1000)
        sent += [second for header, _ in said(session.tick(second * 1000))]
    assert sent == [30, 60, 90, 120]


def test_who_does_not_acknowledge_is_gone_after_forty_five_seconds() -> None:
    session = begun()
    assert len(said(session.tick(30_000))) == 1
    assert session.deadline == 45_000
    assert session.tick(44_999) == []
    assert session.tick(45_000) == [Close(protocol.GOING_AWAY)]


# --- leaving --------------------------------------------------------------------------------


def test_a_server_that_stops_sends_clients_elsewhere() -> None:
    session = begun()
    actions = session.drain(1500)
    ((header, payload),) = said(actions)
    assert (header["method"], header["status"]["code"]) == ("close", 308)
    assert payload["backoff_policy"]["reconnect_min_ms"] == 1500
    assert closed(actions) == protocol.NORMAL


def test_what_is_asked_is_answered_before_the_client_leaves() -> None:
    session = begun()
    message(session, "TM1")
    message(session, "TM2")
    assert session.drain(0) == []
    assert session.full
    assert len(session.answered("TM1", Reply())) == 1
    actions = session.answered("TM2", Reply())
    assert [header["method"] for header, _ in said(actions)] == ["reply", "close"]


def test_who_has_shown_no_token_is_just_dropped() -> None:
    assert Session(0).drain(0) == [Close(protocol.GOING_AWAY)]


# --- any order ------------------------------------------------------------------------------

STEPS = st.one_of(
    st.tuples(st.just("raw"), st.binary(max_size=60) | st.none()),
    st.tuples(
        st.just("packet"),
        st.sampled_from(["init", "message", "update", "reply", "close", "telemetry.v1", "x", ""]),
    ),
    st.tuples(st.just("settle"), st.sampled_from(["good", "other", "bad", "failed"])),
    st.tuples(st.just("time"), st.integers(0, 60_000)),
    st.tuples(st.just("drain"), st.just(0)),
    st.tuples(st.just("notify"), st.sampled_from([b"", b"{}"])),
)


class Driver:
    """Plays the shell, and notes what it was told."""

    def __init__(self) -> None:
        self.now = 0
        self.session = Session(0)
        self.outstanding: list[Action] = []
        self.closings = 0
        self.welcomed = False

    def take(self, actions: list[Action]) -> None:
        assert self.closings == 0 or actions == []
        for action in actions:
            if isinstance(action, Verify | Ask):
                self.outstanding.append(action)
            if isinstance(action, Close):
                self.closings += 1
                assert action is actions[-1]
        for header, _ in said(actions):
            if header["method"] in {"notification", "ping", "client_update"}:
                assert self.welcomed

    def settle(self, how: str) -> None:
        if not self.outstanding:
            return
        action = self.outstanding.pop(0)
        if isinstance(action, Ask):
            assert self.welcomed
            self.take(self.session.answered(action.id, Reply(200, b"{}")))
        elif isinstance(action, Verify):
            if how in {"good", "other"}:
                self.take(self.session.accepted(action.id, how, 100_000, self.now))
                self.welcomed = self.welcomed or self.session.open
            elif how == "bad":
                self.take(self.session.refused(action.id, errors.AccessTokenInvalid()))
            else:
                self.take(self.session.failed())

    def step(self, kind: str, what: Any) -> None:
        if kind == "raw":
            self.take(self.session.receive(what, self.now))
        elif kind == "packet":
            header = {"method": what, "id": "TM1", "token": "t"}
            wanted = {"http_request": {"method": "GET", "path": "/"}}
            self.take(self.session.receive(packet({**header, **wanted}), self.now))
        elif kind == "settle":
            self.settle(what)
        elif kind == "time":
            self.now += what
            self.take(self.session.tick(self.now))
        elif kind == "drain":
            self.take(self.session.drain(0))
        else:
            self.take(self.session.notification("twilio.sync.event", what))


@given(steps=st.lists(STEPS, max_size=40))
def test_any_order_of_inputs_keeps_the_promises(steps: list[tuple[str, Any]]) -> None:
    driver = Driver()
    driver.step("packet", "init")
    for kind, what in steps:
        driver.step(kind, what)
        assert driver.session.closed == (driver.closings == 1)
    # Whatever happened, silence ends it.
    for _ in range(10):
        driver.step("time", 60_000)
    assert driver.session.closed
