"""Messages."""

from datetime import UTC, datetime

from place import refused


def keeping_messages(place):
    conversation = place.root.conversations(place.seat("ann").sid)
    ann = conversation.participants("ann").fetch()
    made = conversation.messages.create(
        author="ann",
        body="Grüße, 你好 & <b>100%</b> + =\n😀",
        attributes='{"mood": "fröhlich"}',
        date_created=datetime(2024, 2, 29, 12, 30, 15, tzinfo=UTC),
    )
    theirs = conversation.messages(made.sid)
    fetched = theirs.fetch()
    updated = theirs.update(
        body="edited", attributes="{}", date_updated=datetime(2024, 3, 1, 6, tzinfo=UTC)
    )
    return {
        "ann": ann.sid,
        "made": made,
        "fetched": fetched,
        "updated": updated,
        "read_back": theirs.fetch(),
        "by_nobody": conversation.messages.create(body="x"),
    }


def ordering_messages(place):
    messages = place.root.conversations(place.seat(unique_name="lunch").sid).messages
    for body in "abc":
        messages.create(body=body)

    def bodies(**how):
        return [[message.index, message.body] for message in messages.list(**how)]

    return {
        "unasked": bodies(),
        "asc": bodies(order="asc"),
        "desc": bodies(order="desc"),
        "latest": bodies(order="desc", limit=1),
    }


def deleting_a_message(place):
    messages = place.root.conversations(place.seat(unique_name="lunch").sid).messages
    made = [messages.create(body=body) for body in "abc"]
    answers = [messages(made[number].sid).delete() for number in (1, 2)]
    return {
        "answers": answers,
        "fetch": refused(messages(made[1].sid).fetch),
        "delete": refused(messages(made[1].sid).delete),
        "next": messages.create(body="d").index,
        "left": [[message.index, message.body] for message in messages.list()],
    }


SCENARIOS = [keeping_messages, ordering_messages, deleting_a_message]
