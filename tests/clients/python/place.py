"""Where a scenario plays: a new account, at one of the two doors; and what it may bring along."""

import os
import uuid

from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client


def pointed(client):
    """The client, at the server under test.

    Under `partywire exec` no address is given, and the library stays as it came.
    """
    address = os.environ.get("CLIENT_BASE_URL")
    if address:
        client.conversations.base_url = address
    return client


class Place:
    """An account that nobody used before, and its door: ``root`` is where resources hang."""

    def __init__(self, door):
        self.client = pointed(Client("AC" + uuid.uuid4().hex, uuid.uuid4().hex))
        self.v1 = self.client.conversations.v1
        self.root = self.v1
        if door == "service":
            self.root = self.v1.services(self.v1.services.create(friendly_name="Shop").sid)

    def seat(self, *identities, **fields):
        """A new conversation with these participants."""
        conversation = self.root.conversations.create(**fields)
        for identity in identities:
            self.root.conversations(conversation.sid).participants.create(identity=identity)
        return conversation


def refused(act):
    """What the library's exception says of a refusal; None where there was none."""
    try:
        act()
    except TwilioRestException as error:
        return {"status": error.status, "code": error.code, "message": error.msg}
    return None
