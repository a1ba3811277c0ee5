"""A user of the chat SDK makes a conversation, and is in it from its first moment."""

import pytest

from domain.gatekeepers import Asked, Gatekeeper, guarded
from domain.people import as_user, user
from domain.scenes import HOUR, elsewhere, kinds, refused, talk, written
from partywire import errors
from partywire.domain import authority, configuration, creators, participants, services
from partywire.domain.call import Call
from partywire.model.accounts import AccountChanges
from partywire.model.conversations import ConversationChanges


async def test_the_creator_is_in_it_with_the_service_s_role_for_creators(call: Call) -> None:
    ann = await user(call, "ann")
    async with written(call) as told:
        made = await creators.create(ann, ConversationChanges(unique_name="tea"))
    service = await services.fetch(call, call.service_sid)
    creator = await participants.fetch(call, made.sid, "ann")
    assert (made.created_by, made.unique_name, made.state) == ("ann", "tea", "active")
    assert creator.role_sid == service.default_conversation_creator_role_sid
    assert kinds(told) == ["conversation.added", "participant.added"]
    assert {(each.source, each.client_identity) for each in told} == {("SDK", "ann")}
    assert (await authority.within(ann, made.sid)).may("delete conversation")


async def test_it_has_the_account_s_default_timers(call: Call) -> None:
    defaults = AccountChanges(default_inactive_timer="PT1H", default_closed_timer="PT3H")
    await configuration.update_account(call, defaults)
    made = await creators.create(await user(call, "ann"), ConversationChanges())
    assert (made.date_inactive, made.date_closed) == (call.now + HOUR, call.now + 3 * HOUR)


async def test_the_gate_is_asked_about_both_and_may_rename(call: Call) -> None:
    gate = Gatekeeper(
        lambda asked: {"friendly_name": "Tea"} if asked.kind == "conversation.add" else {}
    )
    ann = guarded(await user(call, "ann"), gate)
    made = await creators.create(ann, ConversationChanges())
    assert made.friendly_name == "Tea"
    assert [asked.kind for asked in gate.asked] == ["conversation.add", "participant.add"]
    service = await services.fetch(call, call.service_sid)
    newcomer = gate.asked[1].thing
    assert newcomer.conversation_sid == made.sid
    assert (newcomer.identity, newcomer.role_sid) == (
        "ann",
        service.default_conversation_creator_role_sid,
    )


@pytest.mark.parametrize("kind", ["conversation.add", "participant.add"])
async def test_nothing_is_made_that_the_gate_refuses(call: Call, kind: str) -> None:
    def answer(asked: Asked) -> dict[str, str]:
        if asked.kind == kind:
            raise errors.RefusedByWebhook
        return {}

    ann = guarded(await user(call, "ann"), Gatekeeper(answer))
    with refused(call, errors.RefusedByWebhook):
        await creators.create(ann, ConversationChanges())


async def test_a_name_that_is_taken_makes_nothing(call: Call) -> None:
    await talk(call, changes=ConversationChanges(unique_name="tea"))
    ann = await user(call, "ann")
    with refused(call, errors.UniqueNameTaken):
        await creators.create(ann, ConversationChanges(unique_name="tea"))


async def test_a_service_that_is_gone_makes_nothing(call: Call) -> None:
    other = await elsewhere(call)
    await services.delete(call, other.service_sid)
    with refused(call, errors.NotFound):
        await creators.create(as_user(other, "ann"), ConversationChanges())
