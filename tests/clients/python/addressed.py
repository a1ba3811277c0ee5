"""Participants by address, and who takes part where."""

import json

from place import refused


def joining_by_address(place):
    first, second = (place.root.conversations.create() for _ in range(2))
    theirs = place.root.conversations(first.sid).participants
    pair = {
        "messaging_binding_address": "+15550100",
        "messaging_binding_proxy_address": "+15550199",
    }
    made = theirs.create(**pair)
    others = place.root.conversations(second.sid).participants
    taken = refused(lambda: others.create(**pair))
    moved = theirs(made.sid).update(messaging_binding_proxy_address="+15550198")
    others.create(**pair)
    others.create(identity="ann", messaging_binding_projected_address="+15550111")
    others.create(messaging_binding_address="+15550112")
    found = place.root.participant_conversations
    return {
        "first": first.sid,
        "made": made,
        "taken": taken,
        "moved": moved,
        "bindings": [each.messaging_binding for each in others.list()],
        "by_address": sorted(
            each.conversation_sid for each in found.list(address="+15550100", page_size=1)
        ),
        "both": sorted([first.sid, second.sid]),
        "one": found.list(identity="ann")[0],
    }


def making_a_conversation_with_participants(place):
    people = [
        {"identity": "ann", "attributes": '{"seat": 1}'},
        {
            "messaging_binding": {
                "address": "whatsapp:+15550100",
                "proxy_address": "whatsapp:+15550199",
            }
        },
    ]
    whole = place.root.conversation_with_participants
    made = whole.create(friendly_name="Lunch", participant=[json.dumps(each) for each in people])
    conversation = place.root.conversations(made.sid)
    return {
        "made": made,
        "then": conversation.fetch(),
        "people": conversation.participants.list(),
        "alone": whole.create(unique_name="alone"),
        "twice": refused(lambda: whole.create(participant=['{"identity": "bob"}'] * 2)),
        "bobs": [user.identity for user in place.root.users.list()],
    }


SCENARIOS = [joining_by_address, making_a_conversation_with_participants]
