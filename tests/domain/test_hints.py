"""Why a SID was not found: said only of what exists elsewhere."""

import pytest
from msgspec.structs import replace

from conftest import call_of
from domain.scenes import NOBODY, elsewhere, talk
from harness import account
from partywire.domain import accounts, conversations, hints, messages, participants, services, users
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges


async def _everything(call: Call) -> dict[str, str]:
    sid = (await talk(call, "ada")).sid
    message = await messages.create(call, sid, MessageChanges(body="hello"))
    service = await services.fetch(call, call.service_sid)
    return {
        "CH": sid,
        "IM": message.sid,
        "MB": (await participants.fetch(call, sid, "ada")).sid,
        "US": (await users.fetch(call, "ada")).sid,
        "RL": service.default_conversation_role_sid,
        "IS": service.sid,
    }


@pytest.mark.parametrize("prefix", ["CH", "IM", "MB", "US", "RL", "IS"])
async def test_what_another_account_has_is_said_to_be_there(call: Call, prefix: str) -> None:
    other = await call_of(call.resources, account()[0])
    sid = (await _everything(other))[prefix]
    said = await hints.explain(call, [sid])
    assert said == f"{sid} exists, but in another account ({other.scope.account_sid})"


async def test_another_account_may_show_the_same_sid(call: Call) -> None:
    # On a bench a token apart makes another account.
    credential = await accounts.authenticate(call.resources, call.scope.account_sid, "other token")
    assert credential is not None
    scope = replace(
        call.scope, account=credential.account, service_sid=credential.default_service_sid
    )
    sid = (await talk(replace(call, scope=scope))).sid
    said = await hints.explain(call, [sid])
    assert said == f"{sid} exists, but in another account ({call.scope.account_sid})"


@pytest.mark.parametrize("prefix", ["CH", "IM", "MB", "US", "RL", "IS"])
async def test_what_another_service_has_is_said_to_be_there(call: Call, prefix: str) -> None:
    there = await elsewhere(call)
    sid = (await _everything(there))[prefix]
    said = await hints.explain(call, [sid])
    assert said is not None
    assert said.startswith(f"{sid} exists, but in service {there.service_sid}; ")
    assert said.endswith(call.service_sid)


async def test_nothing_is_said_of_what_is_here(call: Call) -> None:
    assert await hints.explain(call, list((await _everything(call)).values())) is None


@pytest.mark.parametrize(
    "names",
    [[], [""], ["ada"], ["CH" + NOBODY], ["XX" + NOBODY], ["CH" + "z" * 32], ["CH"]],
    ids=str,
)
async def test_nothing_is_said_of_what_exists_nowhere(call: Call, names: list[str]) -> None:
    await talk(call, "ada")
    assert await hints.explain(call, names) is None


async def test_the_first_sid_that_exists_elsewhere_is_explained(call: Call) -> None:
    here = await talk(call)
    there = await elsewhere(call)
    first, second = await talk(there), await talk(there)
    names = ["ada", "CH" + NOBODY, here.sid, first.sid, second.sid]
    said = await hints.explain(call, names)
    assert said is not None
    assert said.startswith(first.sid)


async def test_what_was_deleted_exists_nowhere(call: Call) -> None:
    there = await elsewhere(call)
    sid = (await talk(there)).sid
    await conversations.delete(there, sid)
    assert await hints.explain(call, [sid]) is None
