"""Messages with media in the words of the official Python library, which cannot upload itself."""

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client as Library

from harness import Client


def library(client: Client) -> Library:
    """The library, pointed at the server as the README says."""
    assert client.credentials is not None
    made = Library(*client.credentials)
    made.conversations.base_url = client.url
    return made


def uploaded(client: Client, content: bytes = b"\x00\xff picture") -> str:
    """Uploads a file as the documents of the API tell: by plain HTTP. Returns its SID."""
    service = client.seen("/Configuration")["default_chat_service_sid"]
    answer = client.http.post(
        f"/v1/Services/{service}/Media",
        params={"Filename": "car.jpg"},
        content=content,
        headers={"Content-Type": "image/jpeg"},
    )
    assert answer.status_code == 201, answer.text
    sid: str = answer.json()["sid"]
    return sid


def test_a_message_takes_a_file_that_was_uploaded(client: Client) -> None:
    conversations = library(client).conversations.v1.conversations
    talk = conversations(conversations.create(friendly_name="Cars").sid)
    sid = uploaded(client)
    made = talk.messages.create(author="ann", media_sid=sid)
    (media,) = made.media
    assert media == {
        "sid": sid,
        "size": len(b"\x00\xff picture"),
        "content_type": "image/jpeg",
        "filename": "car.jpg",
    }
    assert (made.body, made.author) == (None, "ann")
    fetched, (listed,) = talk.messages(made.sid).fetch(), talk.messages.list()
    assert fetched.media == listed.media == made.media
    both = talk.messages.create(body="And this", media_sid=uploaded(client))
    assert (both.body, len(both.media)) == ("And this", 1)
    assert talk.messages(both.sid).update(attributes="[1]").media == both.media


def test_why_a_file_is_not_taken_reaches_the_caller(client: Client) -> None:
    conversations = library(client).conversations.v1.conversations
    talk = conversations(conversations.create().sid)
    used = uploaded(client)
    said = talk.messages.create(body="Look", media_sid=used)
    for sid, status, code in (
        (used, 400, 50508),
        ("ME" + "0" * 32, 404, 50507),
        ("ME0", 400, 50510),
    ):
        with pytest.raises(TwilioRestException) as refused:
            talk.messages.create(media_sid=sid)
        assert (refused.value.status, refused.value.code) == (status, code)
    with pytest.raises(TwilioRestException) as refused:
        talk.messages(said.sid).update(body="Don't")
    assert (refused.value.status, refused.value.code) == (400, 50509)
    with pytest.raises(TwilioRestException) as refused:
        talk.messages.create()
    assert (refused.value.status, refused.value.code) == (400, 50503)
