"""What the library's exceptions say of the server's refusals."""

from place import refused


def being_refused(place):
    root = place.root
    place.seat("ann", unique_name="lunch")
    place.seat(unique_name="dinner")
    anns = root.users("ann").user_conversations("lunch")
    lunch = root.conversations("lunch")
    return {
        "unknown_user": refused(root.users("nobody").fetch),
        "unknown_conversation": refused(root.conversations("nowhere").fetch),
        "unknown_user_conversation": refused(root.users("ann").user_conversations("dinner").fetch),
        "participant_twice": refused(lambda: lunch.participants.create(identity="ann")),
        "user_twice": refused(lambda: root.users.create(identity="ann")),
        "name_taken_at_creation": refused(lambda: root.conversations.create(unique_name="lunch")),
        "name_taken_at_update": refused(lambda: lunch.update(unique_name="dinner")),
        "bad_level": refused(lambda: anns.update(notification_level="loud")),
        "bad_index": refused(lambda: anns.update(last_read_message_index=-1)),
        "bad_attributes": refused(lambda: root.users("ann").update(attributes="{")),
        "no_body": refused(lunch.messages.create),
    }


def writing_to_a_closed_conversation(place):
    place.seat("ann", unique_name="lunch")
    lunch = place.root.conversations("lunch")
    message = lunch.messages.create(body="x")
    lunch.update(state="closed")
    anns = place.root.users("ann").user_conversations("lunch")
    muted = anns.update(notification_level="muted", last_read_message_index=0)
    return {
        "message": refused(lambda: lunch.messages.create(body="y")),
        "edit": refused(lambda: lunch.messages(message.sid).update(body="y")),
        "participant": refused(lambda: lunch.participants.create(identity="bob")),
        "update": refused(lambda: lunch.update(friendly_name="Lunch")),
        "reopen": refused(lambda: lunch.update(state="active")),
        "muted": [muted.notification_level, muted.unread_messages_count],
        "left": anns.delete(),
    }


SCENARIOS = [being_refused, writing_to_a_closed_conversation]
