"""What a user sees of their conversations."""

from datetime import UTC, datetime

from place import refused


def fetching(place):
    conversation = place.seat(
        "ann", unique_name="lunch", friendly_name="Lunch", attributes='{"table": 4}'
    )
    user = place.root.users("ann").fetch()
    participant = place.root.conversations("lunch").participants("ann").fetch()
    return {
        "conversation": conversation,
        "user": user,
        "participant": participant,
        "by_sids": place.root.users(user.sid).user_conversations(conversation.sid).fetch(),
        "by_names": place.root.users("ann").user_conversations("lunch").fetch(),
    }


def muting(place):
    place.seat("ann", "bob", unique_name="lunch")
    anns = place.root.users("ann").user_conversations
    answers = [anns("lunch").update(notification_level="muted")]
    fetched = [anns("lunch").fetch()]
    listed = anns.list()
    bobs = place.root.users("bob").user_conversations("lunch").fetch()
    answers.append(anns("lunch").update(notification_level="default"))
    fetched.append(anns("lunch").fetch())
    return {
        "answers": [seen.notification_level for seen in answers],
        "fetched": [seen.notification_level for seen in fetched],
        "listed": [seen.notification_level for seen in listed],
        "bobs": bobs.notification_level,
    }


def _horizon(seen):
    return [seen.last_read_message_index, seen.unread_messages_count]


def reading(place):
    sid = place.seat("ann", "bob").sid
    conversation = place.root.conversations(sid)
    posted = [conversation.messages.create(author="bob", body=body) for body in "xyz"]
    anns = place.root.users("ann").user_conversations(sid)
    bobs = place.root.users("bob").user_conversations(sid)
    fetched, answers = [_horizon(anns.fetch())], []
    for index in (0, 2, 1, 99, 1):
        answers.append(_horizon(anns.update(last_read_message_index=index)))
        fetched.append(_horizon(anns.fetch()))
    conversation.messages.create(author="ann", body="more")
    after_more = _horizon(anns.fetch())
    conversation.messages(posted[2].sid).delete()
    return {
        "fetched": fetched,
        "answers": answers,
        "after_more": after_more,
        "after_deletion": _horizon(anns.fetch()),
        "participant": conversation.participants("ann").fetch(),
        "bobs": _horizon(bobs.fetch()),
    }


def dating_what_was_read(place):
    conversation = place.root.conversations(place.seat("ann", unique_name="lunch").sid)
    conversation.messages.create(body="x")
    anns = place.root.users("ann").user_conversations("lunch")
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    both = anns.update(last_read_message_index=0, last_read_timestamp=noon)
    after_both = conversation.participants("ann").fetch()
    anns.update(last_read_timestamp=noon.replace(hour=13))
    return {
        "answer": _horizon(both),
        "after_both": after_both,
        "after_timestamp": conversation.participants("ann").fetch(),
    }


def forgetting_what_was_read(place):
    conversation = place.root.conversations(place.seat("ann", unique_name="lunch").sid)
    conversation.messages.create(body="x")
    anns = place.root.users("ann").user_conversations("lunch")
    anns.update(last_read_message_index=0)
    # The library drops None, so that only the empty text can say null.
    not_sent = anns.update(last_read_message_index=None)
    cleared = anns.update(last_read_message_index="")
    return {
        "not_sent": _horizon(not_sent),
        "cleared": _horizon(cleared),
        "fetched": _horizon(anns.fetch()),
        "participant": conversation.participants("ann").fetch(),
    }


def leaving(place):
    conversation = place.seat("ann", "bob", unique_name="lunch")
    other = place.seat("ann", unique_name="dinner")
    anns = place.root.users("ann").user_conversations
    first = anns("lunch").fetch()
    anns("lunch").update(notification_level="muted", last_read_message_index=0)
    saw = {
        "answer": anns("lunch").delete(),
        "fetch": refused(anns("lunch").fetch),
        "fetch_by_sid": refused(anns(conversation.sid).fetch),
        "update": refused(lambda: anns("lunch").update(notification_level="muted")),
        "delete": refused(anns("lunch").delete),
        "listed": [seen.conversation_sid for seen in anns.list()],
        "other": other.sid,
        "bobs": [
            seen.conversation_sid for seen in place.root.users("bob").user_conversations.list()
        ],
        "left": [one.identity for one in place.root.conversations("lunch").participants.list()],
        "conversation": place.root.conversations("lunch").fetch().sid,
        "user": place.root.users("ann").fetch().identity,
    }
    place.root.conversations("lunch").participants.create(identity="ann")
    again = anns("lunch").fetch()
    return {**saw, "first": first, "again": again}


SCENARIOS = [
    fetching,
    muting,
    reading,
    dating_what_was_read,
    forgetting_what_was_read,
    leaving,
]
