"""Participants."""

from place import refused


def keeping_participants(place):
    conversation = place.root.conversations(place.root.conversations.create().sid)
    participants = conversation.participants
    made = participants.create(identity="ann", attributes='{"seat": 1}')
    by_sid, by_identity = participants(made.sid).fetch(), participants("ann").fetch()
    conversation.messages.create(body="x")
    updated = participants(made.sid).update(
        attributes='{"seat": 2}',
        last_read_message_index=0,
        last_read_timestamp="2026-01-01T12:00:00Z",
    )
    participants.create(identity="bob")
    return {
        "made": made,
        "by_sid": by_sid,
        "by_identity": by_identity,
        "updated": updated,
        "read_back": participants(made.sid).fetch(),
        "listed": sorted(one.identity for one in participants.list()),
        "unread": place.root.users("ann").user_conversations(made.conversation_sid).fetch(),
    }


def removing_a_participant(place):
    conversation = place.root.conversations(place.seat("ann", "bob").sid)
    participants = conversation.participants
    ann = participants("ann").fetch()
    conversation.messages.create(author="ann", body="bye")
    return {
        "ann": ann.sid,
        "answer": participants(ann.sid).delete(),
        "fetch": refused(participants(ann.sid).fetch),
        "delete": refused(participants(ann.sid).delete),
        "listed": [one.identity for one in participants.list()],
        "anns": len(place.root.users("ann").user_conversations.list()),
        "messages": conversation.messages.list(),
    }


SCENARIOS = [keeping_participants, removing_a_participant]
