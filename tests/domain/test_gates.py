"""Before something happens, whoever wants to be asked is: refused, changed, or let through."""

from collections.abc import Awaitable, Callable
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from domain.gatekeepers import REQUESTS, Act, Asked, Gatekeeper, guarded, posted, room_of
from domain.scenes import close, refused, unchanged, written
from partywire import errors
from partywire.domain import (
    conversation_with_participants,
    conversations,
    messages,
    participants,
    roles,
    users,
)
from partywire.domain.call import Call
from partywire.domain.gates import OPEN
from partywire.model.conversations import ConversationChanges
from partywire.model.events import PreEventKind
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant, ParticipantChanges
from partywire.model.users import UserChanges
from storage import rows

ROLE = rows.sid("RL", 99)


@pytest.fixture
async def room(call: Call) -> Call:
    """Ann is in a room called tea, where somebody wrote."""
    return await room_of(call)


def test_every_pre_event_has_a_request() -> None:
    assert set(REQUESTS) == set(get_args(PreEventKind))


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_request_asks_once_before_it_writes(room: Call, kind: PreEventKind) -> None:
    gate = Gatekeeper()
    async with written(room) as found:
        await REQUESTS[kind](guarded(room, gate))
    assert [asked.kind for asked in gate.asked] == [kind]
    assert found


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_request_that_wants_no_webhooks_asks_nobody(room: Call, kind: PreEventKind) -> None:
    gate = Gatekeeper()
    await REQUESTS[kind](guarded(room, gate, webhooks=False))
    assert gate.asked == []


@pytest.mark.parametrize("kind", REQUESTS)
async def test_what_is_refused_does_not_happen(room: Call, kind: PreEventKind) -> None:
    def refuse(_: Asked) -> dict[str, str]:
        raise errors.RefusedByWebhook

    gate = Gatekeeper(refuse)
    with refused(room, errors.RefusedByWebhook):
        await REQUESTS[kind](guarded(room, gate))
    assert len(gate.asked) == 1


@pytest.mark.parametrize("kind", REQUESTS)
async def test_nobody_is_asked_inside_a_transaction(room: Call, kind: PreEventKind) -> None:
    # Whoever is asked takes their time: others write meanwhile.
    class Slow(Gatekeeper):
        async def ask(self, *question: Any) -> dict[str, str]:
            await users.create(room, "meanwhile", UserChanges())
            return await super().ask(*question)

    gate = Slow()
    await REQUESTS[kind](guarded(room, gate))
    assert len(gate.asked) == 1


async def test_a_server_without_a_gate_lets_everything_through(room: Call) -> None:
    unguarded = replace(room, resources=replace(room.resources, gate=OPEN), webhooks=True)
    await REQUESTS["message.add"](unguarded)


# --- what is asked -----------------------------------------------------------------------------


async def asked_of(room: Call, act: Act) -> Any:
    """The thing that one request asks about."""
    gate = Gatekeeper()
    await act(guarded(room, gate))
    (asked,) = gate.asked
    return asked.thing


async def test_a_new_message_is_shown_as_it_would_be(room: Call) -> None:
    thing = await asked_of(room, REQUESTS["message.add"])
    ann = await participants.fetch(room, "tea", "ann")
    assert (thing.body, thing.author, thing.participant_sid) == ("Milk?", "ann", ann.sid)
    assert thing.conversation_sid == ann.conversation_sid
    assert thing.date_created == room.now


async def test_a_message_without_an_author_is_the_system_s(room: Call) -> None:
    for author in ("", None):
        wanted = MessageChanges(body="x") if author is None else MessageChanges(body="x", author="")
        thing = await asked_of(room, lambda c, w=wanted: messages.create(c, "tea", w))  # type: ignore[misc]
        assert (thing.author, thing.participant_sid) == ("system", None)


async def test_an_update_shows_the_values_as_they_would_be(room: Call) -> None:
    thing = await asked_of(room, REQUESTS["message.update"])
    ann = await participants.fetch(room, "tea", "ann")
    assert (thing.body, thing.author, thing.participant_sid) == ("Milk!", "ann", ann.sid)
    assert thing.index == 0
    assert thing.date_updated == room.now > thing.date_created
    thing = await asked_of(room, REQUESTS["conversation.update"])
    assert (thing.unique_name, thing.friendly_name) == ("tea", "Tea")
    assert thing.date_updated == room.now
    thing = await asked_of(room, REQUESTS["participant.update"])
    assert (thing.sid, thing.attributes, thing.date_updated) == (ann.sid, "[]", room.now)
    thing = await asked_of(room, REQUESTS["user.update"])
    assert (thing.identity, thing.friendly_name, thing.date_updated) == ("ann", "Ann", room.now)


async def test_a_removal_shows_the_thing_as_it_is(room: Call) -> None:
    ann = await participants.fetch(room, "tea", "ann")
    assert await asked_of(room, REQUESTS["participant.remove"]) == ann
    message = await messages.fetch(room, "tea", await posted(room))
    assert await asked_of(room, REQUESTS["message.remove"]) == message
    tea = await conversations.fetch(room, "tea")
    assert await asked_of(room, REQUESTS["conversation.remove"]) == tea


async def test_a_new_conversation_shows_the_account_s_defaults(room: Call) -> None:
    thing = await asked_of(room, REQUESTS["conversation.add"])
    assert (thing.unique_name, thing.state, thing.attributes) == ("x", "active", "{}")
    assert thing.messaging_service_sid == room.resources.config.messaging_service_sid


async def test_a_newcomer_shows_the_role_that_they_would_have(room: Call) -> None:
    thing = await asked_of(room, REQUESTS["participant.add"])
    default = (await participants.fetch(room, "tea", "ann")).role_sid
    assert (thing.identity, thing.role_sid) == ("bob", default)
    assert default is not None
    by_phone = NewParticipant(address="+15550001", proxy_address="+15550002")
    thing = await asked_of(room, lambda c: participants.create(c, "tea", by_phone))
    assert (thing.messaging_type, thing.identity, thing.role_sid) == ("sms", None, None)


async def test_a_number_in_a_group_that_becomes_a_user_shows_so(room: Call) -> None:
    projected = NewParticipant(projected_address="+15550003")
    made = await participants.create(room, "tea", projected)
    named = ParticipantChanges(identity="eve")
    thing = await asked_of(room, lambda c: participants.update(c, "tea", made.sid, named))
    default = (await participants.fetch(room, "tea", "ann")).role_sid
    assert (thing.identity, thing.role_sid) == ("eve", default)


async def test_a_read_horizon_that_a_participant_is_given_is_asked_about(room: Call) -> None:
    await close(room, "tea")
    moved = ParticipantChanges(last_read_message_index=0)
    thing = await asked_of(room, lambda c: participants.update(c, "tea", "ann", moved))
    assert (thing.last_read_message_index, thing.last_read_timestamp) == (0, room.now)


async def test_a_conversation_with_participants_asks_about_it_and_about_each(room: Call) -> None:
    gate = Gatekeeper()
    people = [NewParticipant(identity="bob"), NewParticipant(identity="eve")]
    made = await conversation_with_participants.create(
        guarded(room, gate), ConversationChanges(friendly_name="Cake"), people
    )
    kinds = [asked.kind for asked in gate.asked]
    assert kinds == ["conversation.add", "participant.add", "participant.add"]
    assert [asked.thing.identity for asked in gate.asked[1:]] == ["bob", "eve"]
    assert {asked.thing.conversation_sid for asked in gate.asked[1:]} == {made.sid}


async def test_a_participant_who_is_refused_keeps_the_conversation_from_being_made(
    room: Call,
) -> None:
    def refuse(asked: Asked) -> dict[str, str]:
        if asked.kind == "participant.add":
            raise errors.RefusedByWebhook
        return {}

    with refused(room, errors.RefusedByWebhook):
        await conversation_with_participants.create(
            guarded(room, Gatekeeper(refuse)),
            ConversationChanges(),
            [NewParticipant(identity="bob")],
        )


async def test_a_user_who_goes_takes_their_part_in_conversations_along_unasked(room: Call) -> None:
    gate = Gatekeeper()
    await users.delete(guarded(room, gate), "ann")
    assert gate.asked == []


# --- what is changed ---------------------------------------------------------------------------


async def test_a_message_is_posted_as_it_was_changed(room: Call) -> None:
    gate = Gatekeeper(lambda _: {"body": "Tea!", "author": "bob", "attributes": '{"a": 1}'})
    made = await messages.create(guarded(room, gate), "tea", MessageChanges(body="Milk?"))
    assert (made.body, made.author, made.attributes) == ("Tea!", "bob", '{"a": 1}')
    assert made.participant_sid is None
    assert await messages.fetch(room, "tea", made.sid) == made


async def test_a_message_that_is_given_to_a_participant_is_theirs(room: Call) -> None:
    gate = Gatekeeper(lambda _: {"author": "ann"})
    made = await messages.create(guarded(room, gate), "tea", MessageChanges(body="Milk?"))
    assert made.participant_sid == (await participants.fetch(room, "tea", "ann")).sid
    edited = await messages.update(
        guarded(room, Gatekeeper(lambda _: {"author": "bob"})),
        "tea",
        made.sid,
        MessageChanges(body="Milk!"),
    )
    assert (edited.body, edited.author, edited.participant_sid) == ("Milk!", "bob", None)


async def test_a_blank_author_is_the_system(room: Call) -> None:
    gate = Gatekeeper(lambda _: {"author": ""})
    wanted = MessageChanges(body="Milk?", author="ann")
    made = await messages.create(guarded(room, gate), "tea", wanted)
    assert (made.author, made.participant_sid) == ("system", None)


async def test_a_conversation_is_made_and_changed_under_the_name_that_was_answered(
    room: Call,
) -> None:
    gate = Gatekeeper(lambda _: {"friendly_name": "Approved"})
    made = await conversations.create(guarded(room, gate), ConversationChanges(friendly_name="X"))
    assert made.friendly_name == "Approved"
    changes = ConversationChanges(attributes="[]")
    changed = await conversations.update(guarded(room, gate), "tea", changes)
    assert (changed.friendly_name, changed.attributes) == ("Approved", "[]")


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
        ("message.add", {"body": ""}, errors.BodyMissing),
        ("message.add", {"body": "x" * (32 * 1024 + 1)}, errors.BodyTooLong),
        ("message.add", {"author": "x" * 257}, errors.AuthorTooLong),
        ("message.add", {"attributes": "{"}, errors.AttributesNotJson),
        ("message.update", {"attributes": '"' + "x" * 4096 + '"'}, errors.AttributesTooLong),
        ("message.update", {"body": ""}, errors.BodyMissing),
        ("conversation.add", {"friendly_name": "x" * 257}, errors.FriendlyNameTooLong),
        ("conversation.update", {"friendly_name": "x" * 257}, errors.FriendlyNameTooLong),
    ],
)
async def test_what_is_changed_is_checked_like_any_input(
    room: Call, kind: PreEventKind, answer: dict[str, str], error: type[errors.ApiError]
) -> None:
    with refused(room, error):
        await REQUESTS[kind](guarded(room, Gatekeeper(lambda _: answer)))


# --- who is not asked --------------------------------------------------------------------------

GONE = rows.sid("CH", 999)
NEEDLESS: dict[str, tuple[type[errors.ApiError], Act]] = {
    "a message to nowhere": (
        errors.NotFound,
        lambda c: messages.create(c, GONE, MessageChanges(body="x")),
    ),
    "a message without a body": (
        errors.BodyMissing,
        lambda c: messages.create(c, "tea", MessageChanges()),
    ),
    "an edit of nothing": (
        errors.NotFound,
        lambda c: messages.update(c, "tea", rows.sid("IM", 9), MessageChanges(body="x")),
    ),
    "a deletion of no message": (
        errors.NotFound,
        lambda c: messages.delete(c, "tea", rows.sid("IM", 9)),
    ),
    "a name that is taken": (
        errors.UniqueNameTaken,
        lambda c: conversations.create(c, ConversationChanges(unique_name="tea")),
    ),
    "a conversation with a name that is taken": (
        errors.UniqueNameTaken,
        lambda c: conversation_with_participants.create(
            c, ConversationChanges(unique_name="tea"), [NewParticipant(identity="bob")]
        ),
    ),
    "an update of no conversation": (
        errors.NotFound,
        lambda c: conversations.update(c, GONE, ConversationChanges(friendly_name="x")),
    ),
    "a deletion of no conversation": (errors.NotFound, lambda c: conversations.delete(c, GONE)),
    "somebody who is there": (
        errors.ParticipantAlreadyExists,
        lambda c: participants.create(c, "tea", NewParticipant(identity="ann")),
    ),
    "somebody with a role that is none": (
        errors.ConversationRoleNotFound,
        lambda c: participants.create(c, "tea", NewParticipant(identity="bob", role_sid=ROLE)),
    ),
    "an update of nobody": (
        errors.NotFound,
        lambda c: participants.update(c, "tea", "eve", ParticipantChanges(attributes="[]")),
    ),
    "an update to a role that is none": (
        errors.ConversationRoleNotFound,
        lambda c: participants.update(c, "tea", "ann", ParticipantChanges(role_sid=ROLE)),
    ),
    "another identity": (
        errors.IdentityNotSettable,
        lambda c: participants.update(c, "tea", "ann", ParticipantChanges(identity="eve")),
    ),
    "a removal of nobody": (errors.NotFound, lambda c: participants.delete(c, "tea", "eve")),
    "an update of no user": (
        errors.NotFound,
        lambda c: users.update(c, "eve", UserChanges(friendly_name="x")),
    ),
    "a user's role that is none": (
        errors.RoleNotFound,
        lambda c: users.update(c, "ann", UserChanges(role_sid=ROLE)),
    ),
}


@pytest.mark.parametrize("name", NEEDLESS)
async def test_what_would_be_refused_anyway_asks_nobody(room: Call, name: str) -> None:
    error, act = NEEDLESS[name]
    gate = Gatekeeper()
    with refused(room, error):
        await act(guarded(room, gate))
    assert gate.asked == []


@pytest.mark.parametrize(
    "kind",
    ["message.add", "message.update", "conversation.update", "participant.add"],
)
async def test_a_closed_conversation_asks_nobody(room: Call, kind: PreEventKind) -> None:
    await close(room, "tea")
    gate = Gatekeeper()
    with refused(room, errors.ConversationClosed):
        await REQUESTS[kind](guarded(room, gate))
    assert gate.asked == []


async def test_an_update_without_anything_in_it_asks_nobody(room: Call) -> None:
    gate = Gatekeeper()
    guard = guarded(room, gate)
    with unchanged(room):
        await conversations.update(guard, "tea", ConversationChanges())
        await participants.update(guard, "tea", "ann", ParticipantChanges())
        await users.update(guard, "ann", UserChanges())
        await messages.update(guard, "tea", await posted(room), MessageChanges())
    assert gate.asked == []


# --- what happens meanwhile --------------------------------------------------------------------


def meanwhile(act: Callable[[], Awaitable[Any]]) -> Gatekeeper:
    """A gate during whose answer something else happens."""

    class Busy(Gatekeeper):
        async def ask(self, *question: Any) -> dict[str, str]:
            await act()
            return await super().ask(*question)

    return Busy()


async def test_a_conversation_that_closes_meanwhile_takes_no_message(room: Call) -> None:
    gate = meanwhile(lambda: close(room, "tea"))
    with pytest.raises(errors.ConversationClosed):
        await REQUESTS["message.add"](guarded(room, gate))


async def test_a_message_that_is_deleted_meanwhile_is_not_found(room: Call) -> None:
    gate = meanwhile(lambda: REQUESTS["message.remove"](room))
    with pytest.raises(errors.NotFound):
        await REQUESTS["message.update"](guarded(room, gate))


async def test_a_name_that_is_taken_meanwhile_is_taken(room: Call) -> None:
    gate = meanwhile(lambda: conversations.create(room, ConversationChanges(unique_name="x")))
    with pytest.raises(errors.UniqueNameTaken):
        await REQUESTS["conversation.add"](guarded(room, gate))


async def test_who_joins_meanwhile_is_there_already(room: Call) -> None:
    gate = meanwhile(lambda: participants.create(room, "tea", NewParticipant(identity="bob")))
    with pytest.raises(errors.ParticipantAlreadyExists):
        await REQUESTS["participant.add"](guarded(room, gate))


async def test_what_somebody_else_changes_meanwhile_stays(room: Call) -> None:
    renamed = ConversationChanges(attributes='{"by": "another"}')
    gate = meanwhile(lambda: conversations.update(room, "tea", renamed))
    found = await REQUESTS["conversation.update"](guarded(room, gate))
    assert (found.friendly_name, found.attributes) == ("Tea", '{"by": "another"}')


async def test_a_role_of_the_service_is_asked_about(room: Call) -> None:
    role = await roles.create(room, "talker", "conversation", ["sendMessage"])
    new = NewParticipant(identity="bob", role_sid=role.sid)
    thing = await asked_of(room, lambda c: participants.create(c, "tea", new))
    assert thing.role_sid == role.sid
