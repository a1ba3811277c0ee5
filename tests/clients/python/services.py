"""Services, which stand at the account door only."""

from place import refused


def keeping_services(place):
    services = place.v1.services
    default = place.v1.users.create(identity="ann").chat_service_sid
    made = services.create(friendly_name="Shop")
    fetched = services(made.sid).fetch()
    theirs = services(made.sid).users.create(identity="ann")
    services(made.sid).conversations.create(unique_name="lunch")
    listed = sorted(service.sid for service in services.list())
    return {
        "default": default,
        "made": made,
        "fetched": fetched,
        "listed": listed,
        "two_users": theirs.sid != place.v1.users("ann").fetch().sid,
        "not_in_default": refused(place.v1.conversations("lunch").fetch),
        "answer": services(made.sid).delete(),
        "fetch": refused(services(made.sid).fetch),
        "delete": refused(services(made.sid).delete),
        "inside": refused(services(made.sid).conversations("lunch").fetch),
        "left": [service.sid for service in services.list()],
        "default_stays": refused(services(default).delete),
    }


SCENARIOS = [keeping_services]
