"""Conversations: names, dates, states, timers."""

from datetime import UTC, datetime

from place import refused


def keeping_conversations(place):
    conversations = place.root.conversations
    made = conversations.create(
        unique_name="lunch",
        friendly_name="Lunch",
        attributes='{"table": 4}',
        date_created=datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC),
        x_twilio_webhook_enabled="true",
    )
    by_sid, by_name = conversations(made.sid).fetch(), conversations("lunch").fetch()
    updated = conversations("lunch").update(friendly_name="Late lunch", unique_name="late")
    return {
        "made": made,
        "by_sid": by_sid,
        "by_name": by_name,
        "updated": updated,
        "by_new_name": conversations("late").fetch(),
        "by_old_name": refused(conversations("lunch").fetch),
        "cleared": conversations("late").update(unique_name="").unique_name,
    }


def deleting_a_conversation(place):
    conversation = place.seat("ann", unique_name="lunch")
    context = place.root.conversations("lunch")
    context.messages.create(body="x")
    return {
        "answer": context.delete(),
        "fetch": refused(context.fetch),
        "fetch_by_sid": refused(place.root.conversations(conversation.sid).fetch),
        "delete": refused(context.delete),
        "message": refused(lambda: context.messages.create(body="y")),
        "listed": len(place.root.conversations.list()),
        "anns": len(place.root.users("ann").user_conversations.list()),
        "same_name_again": place.seat(unique_name="lunch").sid != conversation.sid,
    }


def filtering_conversations(place):
    conversations = place.root.conversations
    for month, state in ((1, "active"), (2, "inactive"), (3, "active"), (4, "active")):
        moment = datetime(2024, month, 10, 8, tzinfo=UTC)
        conversations.create(unique_name=f"month {month}", state=state, date_created=moment)
    conversations("month 4").update(state="closed")

    def names(**filters):
        return [found.unique_name for found in conversations.list(**filters)]

    return {
        "active": sorted(names(state="active")),
        "inactive": names(state="inactive"),
        "closed": names(state="closed"),
        "from": names(start_date="2024-02-10T00:00:00Z"),
        "until": names(end_date="2024-02-10T23:59:59Z"),
        "between": names(start_date="2024-02-01T00:00:00Z", end_date="2024-03-31T23:59:59Z"),
        "between_active": names(
            start_date="2024-02-01T00:00:00Z", end_date="2024-04-30T23:59:59Z", state="active"
        ),
        "between_in_pages": names(
            start_date="2024-01-01T00:00:00Z", end_date="2024-12-31T23:59:59Z", page_size=1
        ),
    }


def setting_timers(place):
    conversations = place.root.conversations
    made = conversations.create(timers_inactive="PT5M", timers_closed="P1D")
    theirs = conversations(made.sid)
    theirs.participants.create(identity="ann")
    fetched = theirs.fetch()
    seen = place.root.users("ann").user_conversations(made.sid).fetch()
    cleared = theirs.update(timers_inactive="PT0S", timers_closed="PT0S")
    return {
        "made": made,
        "fetched": fetched.timers,
        "users_view": seen.timers,
        "cleared": cleared.timers,
        "read_back": theirs.fetch().timers,
    }


def changing_state(place):
    conversations = place.root.conversations
    made = conversations.create(state="inactive")
    place.root.conversations(made.sid).participants.create(identity="ann")
    theirs = conversations(made.sid)
    anns = place.root.users("ann").user_conversations(made.sid)
    states = [[made.state, anns.fetch().conversation_state]]
    theirs.messages.create(body="wake up")
    states.append([theirs.fetch().state, anns.fetch().conversation_state])
    states.append([theirs.update(state="closed").state, anns.fetch().conversation_state])
    return {"states": states, "messages": [one.body for one in theirs.messages.list()]}


SCENARIOS = [
    keeping_conversations,
    deleting_a_conversation,
    filtering_conversations,
    setting_timers,
    changing_state,
]
