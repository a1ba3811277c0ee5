"""Users."""

from place import refused


def keeping_users(place):
    users = place.root.users
    made = users.create(identity="ann", friendly_name="Ann", attributes='{"team": "red"}')
    by_sid, by_identity = users(made.sid).fetch(), users("ann").fetch()
    updated = users("ann").update(friendly_name="Ann Lee", attributes='{"team": "blue"}')
    read_back = users(made.sid).fetch()
    users.create(identity="bob")
    return {
        "made": made,
        "by_sid": by_sid,
        "by_identity": by_identity,
        "updated": updated,
        "read_back": read_back,
        "listed": sorted(user.identity for user in users.list()),
    }


def deleting_a_user(place):
    conversation = place.root.conversations(place.seat("ann", "bob").sid)
    conversation.messages.create(author="ann", body="bye")
    return {
        "answer": place.root.users("ann").delete(),
        "fetch": refused(place.root.users("ann").fetch),
        "delete": refused(place.root.users("ann").delete),
        "their_conversations": refused(
            lambda: place.root.users("ann").user_conversations("any").fetch()
        ),
        "users": [user.identity for user in place.root.users.list()],
        "participants": [one.identity for one in conversation.participants.list()],
        "authors": [message.author for message in conversation.messages.list()],
    }


SCENARIOS = [keeping_users, deleting_a_user]
