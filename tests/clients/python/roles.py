"""Roles."""

from place import refused


def keeping_roles(place):
    roles = place.root.roles
    born = roles.list()
    made = roles.create(
        friendly_name="reader", type="conversation", permission=["sendMessage", "leaveConversation"]
    )
    fetched = roles(made.sid).fetch()
    updated = roles(made.sid).update(permission=["leaveConversation"])
    read_back = roles(made.sid).fetch()
    conversation = place.root.conversations(place.root.conversations.create().sid)
    ann = conversation.participants.create(identity="ann", role_sid=made.sid)
    return {
        "born": sorted((role.friendly_name, role.type) for role in born),
        "made": made,
        "fetched": fetched,
        "updated": updated,
        "read_back": read_back,
        "unknown": refused(lambda: roles(made.sid).update(permission=["fly"])),
        "held": ann.role_sid,
        "answer": roles(made.sid).delete(),
        "held_then": conversation.participants("ann").fetch().role_sid,
        "fetch": refused(roles(made.sid).fetch),
        "left": len(roles.list(page_size=3)),
    }


SCENARIOS = [keeping_roles]
