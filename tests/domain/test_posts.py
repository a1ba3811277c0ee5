"""A post: a message as it is asked for."""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from partywire import errors, sids
from partywire.domain import posts
from partywire.domain.call import Call
from partywire.model.messages import Message, MessageChanges
from storage import rows

FILES = "[]"


async def test_a_draft_is_the_system_s_and_has_no_place_yet(call: Call) -> None:
    draft = posts.draft(call, "CH1", MessageChanges(body="hello"))
    assert sids.is_sid(draft.sid, sids.MESSAGE)
    assert draft == Message(
        sid=draft.sid,
        service_sid=call.service_sid,
        conversation_sid="CH1",
        index=0,
        author="system",
        participant_sid=None,
        body="hello",
        subject=None,
        attributes="{}",
        date_created=call.now,
        date_updated=call.now,
    )


async def test_a_draft_is_what_is_given(call: Call) -> None:
    given = MessageChanges(author="ann", subject="s", attributes="[]", date_created=1)
    draft = posts.draft(call, "CH1", given, FILES)
    assert given.applied_to(draft) == draft
    assert (draft.date_updated, draft.body, draft.media) == (1, None, FILES)


@pytest.mark.parametrize("body", [UNSET, ""])
async def test_a_message_says_something_or_has_files(call: Call, body: str) -> None:
    changes = MessageChanges(body=body)
    with pytest.raises(errors.BodyMissing):
        posts.said(call, changes, None)
    assert posts.said(call, changes, FILES) == MessageChanges()


@pytest.mark.parametrize("media", [None, FILES])
async def test_what_is_said_is_checked(call: Call, media: str | None) -> None:
    fine = MessageChanges(body="hello", author="")
    assert posts.said(call, fine, media) == fine
    for wrong, error in (
        ({"body": "x" * (32 * 1024 + 1)}, errors.BodyTooLong),
        ({"attributes": "{"}, errors.AttributesNotJson),
        ({"author": "x" * 257}, errors.AuthorTooLong),
        ({"subject": "x" * 257}, errors.SubjectTooLong),
    ):
        with pytest.raises(error):
            posts.said(call, replace(fine, **wrong), media)


async def test_no_message_is_changed_to_say_nothing(call: Call) -> None:
    with pytest.raises(errors.BodyMissing):
        posts.check(call, MessageChanges(body=""))
    posts.check(call, MessageChanges())


def test_the_text_beside_files_stays() -> None:
    said = rows.message(0, body="hello")
    with_files = replace(said, media=FILES)
    others = MessageChanges(attributes="[]", author="ann", subject="s")
    posts.check_edit(said, MessageChanges(body="other"))
    posts.check_edit(with_files, others)
    posts.check_edit(with_files, MessageChanges(body="hello"))
    for each in (with_files, replace(with_files, body=None)):
        with pytest.raises(errors.MediaBodyNotUpdatable):
            posts.check_edit(each, MessageChanges(body="other"))
