"""A small data set to look around in, and what to paste next."""

import sys
from importlib.util import find_spec
from typing import Final

from partywire.domain import (
    accounts,
    configuration,
    conversations,
    messages,
    participants,
    user_conversations,
    users,
)
from partywire.domain.call import Call, Resources
from partywire.model.conversations import ConversationChanges
from partywire.model.messages import MessageChanges
from partywire.model.participants import NewParticipant
from partywire.model.scope import Scope
from partywire.model.services import ServiceChanges
from partywire.model.user_conversations import UserConversationChanges
from partywire.model.users import UserChanges

ACCOUNT_SID: Final = "AC" + "de30" * 8
AUTH_TOKEN: Final = "demo" * 8
API_KEY: Final = "SK" + "de30" * 8
API_SECRET: Final = "demo" * 8

_PEOPLE: Final = {"alice": "Alice Arnold", "bob": "Bob Berger", "carol": "Carol Costa"}

# Unique name, friendly name, how many messages, how many of them Alice has read (None: she
# never set a horizon).
_TALKS: Final[tuple[tuple[str, str, int, int | None], ...]] = (
    ("general", "General", 12, 9),
    ("kitchen", "Kitchen repair", 5, None),
    ("holidays", "Holidays in June", 30, 30),
    ("book-club", "Book club", 8, 4),
    ("football", "Football on Sunday", 44, 2),
    ("invoices", "Invoices", 3, None),
    ("school", "School run", 6, 6),
    ("garden", "Garden", 1, None),
    ("neighbours", "Neighbours", 17, 11),
    ("birthday", "Surprise for Carol", 4, 1),
    ("travel", "Travel plans", 9, 9),
    ("old-flat", "The old flat", 7, 7),
)
_MUTED: Final = "football"
_CLOSED: Final = "old-flat"


async def load(resources: Resources) -> None:
    """Writes the demo data into the demo account, unless it is there."""
    credential = await accounts.authenticate(resources, ACCOUNT_SID, AUTH_TOKEN)
    if credential is None:
        return
    await accounts.introduce_key(resources, credential.account, API_KEY, API_SECRET)
    service_sid = credential.default_service_sid
    scope = Scope(credential.account, ACCOUNT_SID, service_sid, "account", "")
    call = Call(resources, scope, resources.clock.now())
    if await conversations.exists(call, _TALKS[0][0]):
        return
    await configuration.update_service(call, ServiceChanges(reachability_enabled=1))
    for identity, name in _PEOPLE.items():
        await users.create(call, identity, UserChanges(friendly_name=name))
    for talk in _TALKS:
        await _load_talk(call, *talk)


async def _load_talk(call: Call, key: str, name: str, count: int, read: int | None) -> None:
    await conversations.create(call, ConversationChanges(unique_name=key, friendly_name=name))
    for identity in _PEOPLE:
        await participants.create(call, key, NewParticipant(identity=identity))
    for number in range(count):
        author = tuple(_PEOPLE)[1 + number % 2]
        body = f"Message {number + 1} of {count} about {name.lower()}"
        await messages.create(call, key, MessageChanges(author=author, body=body))
    if read:
        seen = UserConversationChanges(last_read_message_index=read - 1)
        await user_conversations.update(call, "alice", key, seen)
    if key == _MUTED:
        muted = UserConversationChanges(notification_level="muted")
        await user_conversations.update(call, "alice", key, muted)
    if key == _CLOSED:
        await conversations.update(call, key, ConversationChanges(state="closed"))


def what_next(url: str, page: str | None = None) -> str:
    """Lines to paste into another shell; each works as it stands.

    Args:
        url: the bench's.
        page: where two of the people can be seen chatting; None names none.
    """
    seen = "" if page is None else f"\nAlice and Bob side by side, in a browser: {page}\n"
    python = sys.executable if find_spec("twilio") else "python3"
    return f"""
Alice, Bob and Carol share {len(_TALKS)} conversations: some unread, one muted, one closed.
{seen}
Paste into another shell, first the environment of the official libraries:

  export TWILIO_ACCOUNT_SID={ACCOUNT_SID}
  export TWILIO_AUTH_TOKEN={AUTH_TOKEN}

With curl:

  curl -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "{url}/v1/Users/alice/Conversations?PageSize=3"

With the official Python library (pip install twilio):

  {python} - <<'PYTHON'
from twilio.rest import Client
client = Client()
client.conversations.base_url = "{url}"
for c in client.conversations.v1.users("alice").user_conversations.list():
    print(c.friendly_name, c.unread_messages_count, c.notification_level, c.conversation_state)
PYTHON

A program whose code you do not want to touch runs under: partywire exec --url {url} -- COMMAND

Press Ctrl-C to stop.
"""
