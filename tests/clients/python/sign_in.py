"""Makes a conversation of the given name and prints, as JSON, whose it is and what else is there.

Signs in as the environment says: with an API key where there is one, else with the auth token.
"""

import json
import os
import sys

from place import pointed, refused
from twilio.rest import Client


def client():
    account_sid, key = os.environ["TWILIO_ACCOUNT_SID"], os.environ.get("TWILIO_API_KEY")
    if key:
        return pointed(Client(key, os.environ["TWILIO_API_SECRET"], account_sid))
    return pointed(Client(account_sid, os.environ["TWILIO_AUTH_TOKEN"]))


def main():
    conversations = client().conversations.v1.conversations
    name = sys.argv[1]
    saw = {"refused": refused(lambda: conversations.create(unique_name=name))}
    if saw["refused"] is None:
        saw["account_sid"] = conversations(name).fetch().account_sid
        saw["names"] = sorted(found.unique_name for found in conversations.list())
    print(json.dumps(saw))


main()
