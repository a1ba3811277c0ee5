"""Identities and unique names that are not plain words, in paths too."""

from urllib.parse import quote

from twilio.base.exceptions import TwilioRestException

NAMES = [
    "ann lee",
    "jörg",
    "名前",
    "a+b",
    "ann@example.com",
    "a&b=c;d",
    "(it's) *fine*!",
    "50%",
    "x/y",
    "who?",
    "#1",
    "100%41",
]


def _outcome(act):
    """What was found, or the status of the refusal."""
    try:
        return act()
    except TwilioRestException as error:
        return error.status


def _found(place, sid, name):
    root = place.root
    return {
        "conversation": _outcome(lambda: root.conversations(name).fetch().sid),
        "participant": _outcome(
            lambda: root.conversations(sid).participants(name).fetch().identity
        ),
        "user": _outcome(lambda: root.users(name).fetch().identity),
        "user_conversation": _outcome(
            lambda: root.users(name).user_conversations(name).fetch().conversation_sid
        ),
    }


def naming(place):
    tried = []
    for name in NAMES:
        conversation = place.seat(name, unique_name=name)
        [participant] = place.root.conversations(conversation.sid).participants.list()
        tried.append(
            {
                "name": name,
                "identity": participant.identity,
                "unique_name": conversation.unique_name,
                "conversation_sid": conversation.sid,
                "as_it_is": _found(place, conversation.sid, name),
                "quoted": _found(place, conversation.sid, quote(name, safe="")),
            }
        )
    return {"tried": tried}


SCENARIOS = [naming]
