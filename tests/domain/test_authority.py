"""What a user of the chat SDK may do: every word, of either role, on one's own and on others'."""

import itertools
import re
from typing import get_args

import pytest

from domain.people import IDLE, as_user, member, user
from domain.scenes import NOBODY, elsewhere, talk
from house.source import ROOT
from partywire import errors
from partywire.domain import authority, messages, participants, permissions, roles, users
from partywire.domain.authority import RULES, Deed, Standing
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.users import UserChanges

DEEDS: tuple[Deed, ...] = get_args(Deed)
EVERY_WORD = sorted(permissions.WORDS["service"] | permissions.WORDS["conversation"])

# Word to what it permits to members: to anybody's things, and besides to one's own.
MEANINGS: dict[str, tuple[set[Deed], set[Deed]]] = {
    "createConversation": ({"create conversation"}, set()),
    "joinConversation": ({"join"}, set()),
    "editNotificationLevel": ({"mute"}, set()),
    "leaveConversation": (set(), {"remove participant"}),
    "removeParticipant": ({"remove participant"}, set()),
    "addParticipant": ({"add participant"}, set()),
    "addNonChatParticipant": ({"add participant by address"}, set()),
    "editConversationName": ({"name conversation"}, set()),
    "editConversationAttributes": ({"edit conversation attributes"}, set()),
    "deleteConversation": ({"delete conversation"}, set()),
    "editAnyParticipantAttributes": ({"edit participant attributes"}, set()),
    "editOwnParticipantAttributes": (set(), {"edit participant attributes"}),
    "sendMessage": ({"send message"}, set()),
    "sendMediaMessage": ({"send media"}, set()),
    "editAnyMessage": ({"edit message"}, set()),
    "editOwnMessage": (set(), {"edit message"}),
    "editAnyMessageAttributes": ({"edit message attributes"}, set()),
    "editOwnMessageAttributes": (set(), {"edit message attributes"}),
    "deleteAnyMessage": ({"delete message"}, set()),
    "deleteOwnMessage": (set(), {"delete message"}),
    "editAnyUserInfo": ({"edit user"}, set()),
    "editOwnUserInfo": (set(), {"edit user"}),
}
ONLY_BY_SERVICE_ROLE: set[Deed] = {"create conversation", "join", "edit user"}
ONLY_FOR_MEMBERS: set[Deed] = {"take part", "mute", "send message", "send media"}


def standing(
    service: set[str] | None = None, conversation: set[str] | None = None, *, inside: bool = True
) -> Standing:
    return Standing(
        identity="ann",
        user_sid="US1",
        conversation_sid="CH1",
        participant_sid="MB1" if inside else None,
        in_service=frozenset(service or ()),
        in_conversation=frozenset(conversation or ()),
    )


def may(who: Standing, *, own: bool) -> set[Deed]:
    return {deed for deed in DEEDS if who.may(deed, own=own)}


def test_every_deed_has_a_rule_and_every_word_permits_something() -> None:
    assert set(RULES) == set(DEEDS)
    used = {word for rule in RULES.values() for word in rule.words | rule.own}
    assert used == set(EVERY_WORD) == set(MEANINGS)


def test_the_record_shows_the_rules() -> None:
    (record,) = (ROOT / "decisions").glob("0035-*.md")
    shown = {}
    for line in record.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) == 5 and cells[0] in RULES:
            shown[cells[0]] = [set(re.findall(r"`(\w+)`", cell)) for cell in cells[2:4]]
    assert shown == {deed: [set(rule.words), set(rule.own)] for deed, rule in RULES.items()}


@pytest.mark.parametrize("own", [False, True], ids=["anybody's", "own"])
@pytest.mark.parametrize("word", EVERY_WORD)
def test_a_word_of_the_conversation_role_permits_this_and_no_more(word: str, own: bool) -> None:
    anybodys, besides = MEANINGS[word]
    expected = (anybodys | besides if own else anybodys) - ONLY_BY_SERVICE_ROLE
    assert may(standing(conversation={word}), own=own) == expected | {"take part"}


@pytest.mark.parametrize("own", [False, True], ids=["anybody's", "own"])
@pytest.mark.parametrize("word", EVERY_WORD)
def test_a_word_of_the_service_role_permits_it_in_every_conversation(word: str, own: bool) -> None:
    anybodys, besides = MEANINGS[word]
    inside = anybodys | besides if own else anybodys
    assert may(standing({word}), own=own) == inside | {"take part"}
    # Outside nothing is their own, but what is no conversation's.
    outside = anybodys - ONLY_FOR_MEMBERS | inside & ONLY_BY_SERVICE_ROLE
    assert may(standing({word}, inside=False), own=own) == outside


def test_words_of_both_roles_add_up() -> None:
    both = standing({"editAnyMessage"}, {"sendMessage"})
    assert may(both, own=False) == {"take part", "edit message", "send message"}
    every = standing(set(EVERY_WORD), set(EVERY_WORD))
    assert may(every, own=True) == set(DEEDS)


@pytest.mark.parametrize(("deed", "own"), list(itertools.product(DEEDS, [False, True])))
def test_who_may_nothing_is_refused_and_who_is_outside_is_told_so(deed: Deed, own: bool) -> None:
    outside = standing(inside=False)
    expected = errors.Forbidden if deed in ONLY_BY_SERVICE_ROLE else errors.NotMember
    with pytest.raises(errors.Forbidden) as refused:
        outside.require(deed, own=own)
    assert type(refused.value) is expected
    if deed == "take part":
        standing().require(deed, own=own)
        return
    with pytest.raises(errors.Forbidden) as refused:
        standing().require(deed, own=own)
    assert type(refused.value) is errors.Forbidden


def test_of_several_deeds_each_must_be_permitted() -> None:
    who = standing(conversation={"editConversationName"})
    who.require("name conversation")
    with pytest.raises(errors.Forbidden):
        who.require("name conversation", "edit conversation attributes")


async def test_a_user_has_the_words_of_their_two_roles(call: Call) -> None:
    ann = await user(call, "ann", "createConversation", "editOwnUserInfo")
    tea = await talk(call)
    joined = await member(call, tea.sid, "ann", "sendMessage")
    found = await authority.within(ann, tea.sid)
    assert (found.identity, found.participant_sid) == ("ann", joined.sid)
    assert found.conversation_sid == tea.sid
    assert found.user_sid == joined.user_sid
    assert found.in_service == {"createConversation", "editOwnUserInfo", IDLE}
    assert found.in_conversation == {"sendMessage", IDLE}
    alone = await authority.of(ann)
    assert (alone.in_service, alone.in_conversation) == (found.in_service, frozenset())


async def test_the_default_roles_say_what_the_documents_say(call: Call) -> None:
    tea = await talk(call, "ann")
    ann = await authority.within(as_user(call, "ann"), tea.sid)
    assert may(ann, own=False) == {
        "create conversation",
        "join",
        "take part",
        "mute",
        "send message",
        "send media",
    }
    assert may(ann, own=True) - may(ann, own=False) == {
        "remove participant",
        "edit message",
        "edit message attributes",
        "delete message",
        "edit user",
    }


async def test_a_role_that_changes_counts_at_once(call: Call) -> None:
    ann = await user(call, "ann")
    role_sid = (await users.fetch(call, "ann")).role_sid
    assert not (await authority.of(ann)).may("create conversation")
    await roles.update(call, role_sid, ["createConversation"])
    assert (await authority.of(ann)).may("create conversation")
    other = await roles.create(call, "other", "service", ["editOwnUserInfo"])
    await users.update(call, "ann", UserChanges(role_sid=other.sid))
    assert not (await authority.of(ann)).may("create conversation")


async def test_who_has_left_is_outside(call: Call) -> None:
    tea = await talk(call, "ann")
    await participants.delete(call, tea.sid, "ann")
    ann = await authority.within(as_user(call, "ann"), tea.sid)
    assert not ann.is_member
    with pytest.raises(errors.NotMember):
        ann.require("take part")


async def test_nobody_stands_in_what_is_not_there(call: Call) -> None:
    ann = await user(call, "ann")
    for key in ("CH" + NOBODY, "tea"):
        with pytest.raises(errors.NotFound):
            await authority.within(ann, key)
    with pytest.raises(errors.NotFound):
        await authority.of(as_user(call, "nobody"))


async def test_another_service_s_conversation_is_not_there(call: Call) -> None:
    other = await elsewhere(call)
    tea = await talk(other, "ann")
    await user(call, "ann", "deleteConversation")
    with pytest.raises(errors.NotFound):
        await authority.within(as_user(call, "ann"), tea.sid)


async def test_one_s_own_are_messages_that_one_wrote_as_a_participant(call: Call) -> None:
    tea = await talk(call, "ann", "system")
    ann = await authority.within(as_user(call, "ann"), tea.sid)
    system = await authority.within(as_user(call, "system"), tea.sid)
    hers = await messages.create(call, tea.sid, MessageChanges(body="Milk?", author="ann"))
    nobodys = await messages.create(call, tea.sid, MessageChanges(body="Closing soon"))
    assert (ann.owns(hers), ann.owns(nobodys)) == (True, False)
    # Its author is called "system", and is nobody.
    assert nobodys.author == "system"
    assert not system.owns(nobodys)


async def test_own_messages_must_still_be_so_when_it_is_done(call: Call) -> None:
    tea = await talk(call, "ann", "bob")
    bob = await authority.within(as_user(call, "bob"), tea.sid)
    message = await messages.create(call, tea.sid, MessageChanges(body="Milk?", author="bob"))
    assert bob.whose("edit message", message) == "bob"
    await messages.update(call, tea.sid, message.sid, MessageChanges(author="ann"))
    for act in (
        messages.update(call, tea.sid, message.sid, MessageChanges(body="No"), "bob"),
        messages.delete(call, tea.sid, message.sid, "bob"),
    ):
        with pytest.raises(errors.Forbidden):
            await act
    assert (await messages.fetch(call, tea.sid, message.sid)).body == "Milk?"


def test_who_may_with_anybody_s_needs_no_own() -> None:
    both = standing(conversation={"editAnyMessage", "editOwnMessage"})
    message = _message("bob")
    assert both.whose("edit message", message) is None
    own_only = standing(conversation={"editOwnMessage"})
    assert own_only.whose("edit message", _message("ann")) == "ann"
    with pytest.raises(errors.Forbidden):
        own_only.whose("edit message", message)


def _message(author: str) -> messages.Message:
    return messages.Message(
        sid="IM1",
        service_sid="IS1",
        conversation_sid="CH1",
        index=0,
        author=author,
        participant_sid="MB9",
        body="Milk?",
        subject=None,
        attributes="{}",
        date_created=0,
        date_updated=0,
    )
