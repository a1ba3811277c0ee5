"""Webhooks of a conversation, and receipts of a message."""

import time

from place import refused


def keeping_webhooks(place):
    conversation = place.root.conversations(place.root.conversations.create().sid)
    webhooks = conversation.webhooks
    made = webhooks.create(
        target="webhook",
        configuration_url="https://example.com/hook",
        configuration_method="post",
        configuration_filters=["onMessageAdded", "onParticipantAdded"],
    )
    fetched = webhooks(made.sid).fetch()
    updated = webhooks(made.sid).update(
        configuration_method="get", configuration_filters=["onMessageAdded"]
    )
    read_back = webhooks(made.sid).fetch()
    flow = "FW" + "a" * 32
    studio = webhooks.create(target="studio", configuration_flow_sid=flow)
    return {
        "made": made,
        "fetched": fetched,
        "updated": updated,
        "read_back": read_back,
        "studio": studio.configuration == {"flow_sid": flow},
        "without_url": refused(lambda: webhooks.create(target="webhook")),
        "listed": sorted(each.target for each in webhooks.list()),
        "answer": webhooks(made.sid).delete(),
        "fetch": refused(webhooks(made.sid).fetch),
        "left": [each.target for each in webhooks.list()],
    }


def looking_for_receipts(place):
    conversation = place.root.conversations(place.root.conversations.create().sid)
    message = conversation.messages(conversation.messages.create(body="x").sid)
    return {
        "listed": message.delivery_receipts.list(),
        "fetch": refused(message.delivery_receipts("DY" + "0" * 32).fetch),
    }


def reading_receipts(place):
    """A bench delivers a moment after a message is posted: asks until it has."""
    conversation = place.root.conversations(place.root.conversations.create().sid)
    phone = conversation.participants.create(
        messaging_binding_address="+15550100", messaging_binding_proxy_address="+15550199"
    )
    message = conversation.messages(conversation.messages.create(body="x").sid)
    listed = []
    for _ in range(400):
        listed = message.delivery_receipts.list(page_size=1)
        if listed:
            break
        time.sleep(0.05)
    return {
        "phone": phone.sid,
        "listed": listed,
        "fetched": message.delivery_receipts(listed[0].sid).fetch(),
        "message": message.fetch(),
    }


SCENARIOS = [keeping_webhooks, looking_for_receipts, reading_receipts]
