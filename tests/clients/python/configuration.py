"""Configuration of the account and of a service, with what hangs from it."""

from place import refused


def configuring_the_account(place):
    configuration = place.v1.configuration
    before = configuration().fetch()
    shop = place.v1.services.create(friendly_name="Shop").sid
    updated = configuration().update(
        default_chat_service_sid=shop,
        default_inactive_timer="PT1M",
        default_closed_timer="PT10M",
    )
    webhooks = configuration.webhooks()
    return {
        "before": before,
        "shop": shop,
        "updated": updated,
        "read_back": configuration().fetch(),
        "conversation": place.v1.conversations.create(),
        "webhooks": webhooks.fetch(),
        "webhooks_updated": webhooks.update(
            method="GET",
            filters=["onMessageAdded", "onMessageAdd"],
            pre_webhook_url="https://example.com/pre",
            post_webhook_url="https://example.com/post",
        ),
        "webhooks_read_back": webhooks.fetch(),
    }


def configuring_a_service(place):
    service = place.v1.services(place.v1.services.create(friendly_name="Shop").sid)
    configuration = service.configuration
    before = configuration().fetch()
    role = service.roles.create(
        friendly_name="guest", type="service", permission=["editOwnUserInfo"]
    )
    updated = configuration().update(
        default_chat_service_role_sid=role.sid, reachability_enabled=True
    )
    webhooks, notifications = configuration.webhooks(), configuration.notifications()
    return {
        "before": before,
        "updated": updated,
        "read_back": configuration().fetch(),
        "role": role.sid,
        "user": service.users.create(identity="ann"),
        "webhooks": webhooks.fetch(),
        "webhooks_updated": webhooks.update(
            post_webhook_url="https://example.com/post", filters=["onMessageAdded"], method="POST"
        ),
        "webhooks_read_back": webhooks.fetch(),
        "notifications": notifications.fetch(),
        "notifications_updated": notifications.update(
            log_enabled=True,
            new_message_enabled=True,
            new_message_template="${PARTICIPANT}: ${MESSAGE}",
            new_message_badge_count_enabled=True,
        ),
        "notifications_read_back": notifications.fetch(),
        "bindings": service.bindings.list(identity=["ann", "bob"], binding_type=["apn"]),
        "binding": refused(service.bindings("BS" + "0" * 32).fetch),
        "unbound": refused(service.bindings("BS" + "0" * 32).delete),
    }


def keeping_addresses(place):
    addresses = place.v1.address_configurations
    made = addresses.create(
        type="sms",
        address="+15550100",
        friendly_name="Desk",
        auto_creation_enabled=True,
        auto_creation_type="webhook",
        auto_creation_webhook_url="https://example.com/hook",
        auto_creation_webhook_method="post",
        auto_creation_webhook_filters=["onMessageAdded"],
    )
    by_sid, by_address = addresses(made.sid).fetch(), addresses("+15550100").fetch()
    updated = addresses(made.sid).update(friendly_name="Shop", auto_creation_enabled=False)
    addresses.create(type="whatsapp", address="whatsapp:+15550100")
    return {
        "made": made,
        "by_sid": by_sid,
        "by_address": by_address,
        "updated": updated,
        "read_back": addresses(made.sid).fetch(),
        "listed": [each.address for each in addresses.list(type="whatsapp")],
        "all": len(addresses.list(page_size=1)),
        "answer": addresses(made.sid).delete(),
        "fetch": refused(addresses(made.sid).fetch),
    }


def keeping_credentials(place):
    credentials = place.v1.credentials
    made = credentials.create(type="apn", friendly_name="phones", sandbox=True, certificate="x")
    fetched = credentials(made.sid).fetch()
    updated = credentials(made.sid).update(friendly_name="iPhones")
    credentials.create(type="fcm", secret="y")
    return {
        "made": made,
        "fetched": fetched,
        "updated": updated,
        "read_back": credentials(made.sid).fetch(),
        "listed": sorted(each.type for each in credentials.list(page_size=1)),
        "answer": credentials(made.sid).delete(),
        "fetch": refused(credentials(made.sid).fetch),
    }


SCENARIOS = [
    configuring_the_account,
    configuring_a_service,
    keeping_addresses,
    keeping_credentials,
]
