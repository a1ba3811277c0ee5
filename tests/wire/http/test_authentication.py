"""Basic authentication."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.scenes import elsewhere
from partywire.domain import accounts, configuration
from partywire.domain.call import Call, Resources
from partywire.errors import Unauthenticated
from partywire.model.accounts import AccountChanges
from partywire.wire.http import authentication, remembered
from partywire.wire.http.authentication import Authenticator, credentials
from partywire.wire.http.remembered import until_forgotten


def basic(pair: str) -> bytes:
    """The header's value for a pair."""
    return b"Basic " + base64.b64encode(pair.encode())


@pytest.mark.parametrize(
    ("header", "pair"),
    [
        (basic("AC1:token"), ("AC1", "token")),
        (basic("AC1:to:ken"), ("AC1", "to:ken")),
        (basic("AC1"), ("AC1", "")),
        (basic(":token"), ("", "token")),
        (basic("ü:é"), ("ü", "é")),
        (basic("AC1:token").replace(b"Basic", b"bAsIc"), ("AC1", "token")),
        (basic("AC1:token").replace(b" ", b"   "), ("AC1", "token")),
    ],
)
def test_a_header_holds_name_and_password(header: bytes, pair: tuple[str, str]) -> None:
    assert credentials(header) == pair


@pytest.mark.parametrize(
    "header",
    [
        None,
        b"",
        b"Bearer abc",
        b"Basic !!!",
        b"Basic QQ",
        b"Basic " + base64.b64encode(b"\xff:x"),
        b"Basic " + base64.b64encode(b"AC1\0:token"),
        b"Basic " + base64.b64encode(b"AC1:to\0ken"),
        b"BasicQUM6dA==",
    ],
)
def test_other_headers_hold_no_credentials(header: bytes | None) -> None:
    with pytest.raises(Unauthenticated, match=r"^Authenticate"):
        credentials(header)


@given(st.binary())
def test_no_header_breaks_the_reader(value: bytes) -> None:
    for header in (value, b"Basic " + value):
        try:
            credentials(header)
        except Unauthenticated:
            continue


async def test_a_door_opens_for_the_right_credentials_only(resources: Resources) -> None:
    door = Authenticator(resources)
    account, token = await accounts.create(resources)
    found = await door.verify(basic(f"{account.sid}:{token}"))
    assert (found.account, found.account_sid) == (account.id, account.sid)
    assert found.default_service_sid == account.default_service_sid
    for wrong in ("ada:token", f"{account.sid}:", f":{token}"):
        with pytest.raises(Unauthenticated):
            await door.verify(basic(wrong))


async def test_an_api_key_opens_the_door_of_its_account(resources: Resources) -> None:
    account, _ = await accounts.create(resources)
    key, secret = await accounts.create_key(resources, account.sid)
    found = await Authenticator(resources).verify(basic(f"{key.sid}:{secret}"))
    assert found.account == account.id


async def test_credentials_are_remembered_for_a_moment(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = 100.0
    for module in (authentication, remembered):
        monkeypatch.setattr(module, "monotonic", lambda: time)
    door = Authenticator(resources)
    header = basic("AC" + "1" * 32 + ":token")
    assert door.recent(header) is None
    found = await door.verify(header)
    assert door.recent(header) == found
    time += 0.09
    assert door.recent(header) == found
    time += 0.02
    assert door.recent(header) is None


async def test_who_was_refused_is_not_remembered(resources: Resources) -> None:
    door = Authenticator(resources)
    header = basic("nobody:token")
    with pytest.raises(Unauthenticated):
        await door.verify(header)
    assert door.recent(header) is None
    assert door.recent(None) is None


async def test_what_was_remembered_before_is_forgotten_after_the_wait(
    resources: Resources,
) -> None:
    door = Authenticator(resources)
    header = basic("AC" + "1" * 32 + ":token")
    for _ in range(5):
        await door.verify(header)
        await until_forgotten()
        assert door.recent(header) is None


async def test_a_new_default_service_is_met_by_whoever_is_let_in_anew(
    resources: Resources, call: Call
) -> None:
    door = Authenticator(resources)
    header = basic(f"{call.scope.account_sid}:token")
    assert (await door.verify(header)).default_service_sid == call.service_sid
    there = await elsewhere(call)
    changes = AccountChanges(default_service_sid=there.service_sid)
    await configuration.update_account(call, changes)
    remembered = door.recent(header)
    assert remembered is None or remembered.default_service_sid == call.service_sid
    assert (await door.verify(header)).default_service_sid == there.service_sid
    found = door.recent(header)
    assert found is None or found.default_service_sid == there.service_sid
