"""What stands where: the whole API in one table, mounted at its two doors.

``TWIN`` stands at both: ``/v1/…`` works on the account's default service, and
``/v1/Services/{ChatServiceSid}/…`` on the one that is named. Configuration stands at both too, but
is another thing at each.
"""

from collections.abc import Iterable
from typing import Final

from partywire.model.scope import Door
from partywire.wire.http import (
    addresses,
    bindings,
    configuration,
    configuration_webhooks,
    conversation_with_participants,
    conversations,
    credentials,
    handsets,
    messages,
    notifications,
    participant_conversations,
    participants,
    receipts,
    roles,
    services,
    user_conversations,
    users,
    webhooks,
)
from partywire.wire.http.forms import Form
from partywire.wire.http.operation import (
    Act,
    AnyOperation,
    ListOperation,
    Operation,
    Place,
    View,
)
from partywire.wire.http.routing import Routes


def _heeds(path: str) -> bool:
    """Whether changes there heed ``X-Twilio-Webhook-Enabled``. Source: the specification."""
    other = (_USER_CONVERSATIONS, _WEBHOOKS)
    return path.startswith(("/Users", "/Conversations")) and not path.startswith(other)


def _create(path: str, act: Act, form: Form, view: View) -> Operation:
    return Operation(
        method="POST", path=path, act=act, form=form, view=view, status=201, webhooks=_heeds(path)
    )


def _fetch(path: str, act: Act, view: View) -> Operation:
    return Operation(method="GET", path=path, act=act, view=view)


def _update(path: str, act: Act, form: Form, view: View) -> Operation:
    return Operation(method="POST", path=path, act=act, form=form, view=view, webhooks=_heeds(path))


def _delete(path: str, act: Act) -> Operation:
    return Operation(method="DELETE", path=path, act=act, webhooks=_heeds(path))


_USER: Final = "/Users/{Sid}"
_USER_CONVERSATIONS: Final = "/Users/{UserSid}/Conversations"
_USER_CONVERSATION: Final = "/Users/{UserSid}/Conversations/{ConversationSid}"
_CONVERSATION: Final = "/Conversations/{Sid}"
_PARTICIPANTS: Final = "/Conversations/{ConversationSid}/Participants"
_PARTICIPANT: Final = "/Conversations/{ConversationSid}/Participants/{Sid}"
_MESSAGES: Final = "/Conversations/{ConversationSid}/Messages"
_MESSAGE: Final = "/Conversations/{ConversationSid}/Messages/{Sid}"
_RECEIPTS: Final = "/Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts"
_WEBHOOKS: Final = "/Conversations/{ConversationSid}/Webhooks"
_WEBHOOK: Final = "/Conversations/{ConversationSid}/Webhooks/{Sid}"
_SERVICE: Final = "/Services/{Sid}"
_ADDRESS: Final = "/Configuration/Addresses/{Sid}"
_CREDENTIAL: Final = "/Credentials/{Sid}"
_NOTIFICATIONS: Final = "/Configuration/Notifications"

_IN_CONVERSATION: Final = {"ConversationSid": "conversation_sid"}

TWIN: Final[list[AnyOperation]] = [
    ListOperation(
        path=_USER_CONVERSATIONS,
        act=user_conversations.page,
        view=user_conversations.view,
        items="conversations",
        most=50,
        parents={"UserSid": "user_sid"},
    ),
    _fetch(_USER_CONVERSATION, user_conversations.fetch, user_conversations.view),
    _update(
        _USER_CONVERSATION,
        user_conversations.update,
        user_conversations.UPDATE,
        user_conversations.view,
    ),
    _delete(_USER_CONVERSATION, user_conversations.delete),
    ListOperation(path="/Users", act=users.page, view=users.listed, items="users", most=50),
    _create("/Users", users.create, users.CREATE, users.view),
    _fetch(_USER, users.fetch, users.view),
    _update(_USER, users.update, users.UPDATE, users.view),
    _delete(_USER, users.delete),
    ListOperation(
        path="/Conversations",
        act=conversations.page,
        view=conversations.view,
        items="conversations",
        most=100,
        filters=conversations.FILTER,
    ),
    _create("/Conversations", conversations.create, conversations.CHANGES, conversations.view),
    _fetch(_CONVERSATION, conversations.fetch, conversations.view),
    _update(_CONVERSATION, conversations.update, conversations.CHANGES, conversations.view),
    _delete(_CONVERSATION, conversations.delete),
    ListOperation(
        path=_PARTICIPANTS,
        act=participants.page,
        view=participants.view,
        items="participants",
        most=100,
        parents=_IN_CONVERSATION,
    ),
    _create(_PARTICIPANTS, participants.create, participants.CREATE, participants.view),
    _fetch(_PARTICIPANT, participants.fetch, participants.view),
    _update(_PARTICIPANT, participants.update, participants.UPDATE, participants.view),
    _delete(_PARTICIPANT, participants.delete),
    ListOperation(
        path=_MESSAGES,
        act=messages.page,
        view=messages.view,
        items="messages",
        most=100,
        parents=_IN_CONVERSATION,
        filters=messages.LIST,
    ),
    _create(_MESSAGES, messages.create, messages.CREATE, messages.view),
    _fetch(_MESSAGE, messages.fetch, messages.view),
    _update(_MESSAGE, messages.update, messages.UPDATE, messages.view),
    _delete(_MESSAGE, messages.delete),
    ListOperation(
        path=_RECEIPTS,
        act=receipts.page,
        view=receipts.view,
        items="delivery_receipts",
        most=50,
        parents={**_IN_CONVERSATION, "MessageSid": "message_sid"},
    ),
    _fetch(f"{_RECEIPTS}/{{Sid}}", receipts.fetch, receipts.view),
    ListOperation(
        path=_WEBHOOKS,
        act=webhooks.page,
        view=webhooks.view,
        items="webhooks",
        most=5,
        parents=_IN_CONVERSATION,
    ),
    _create(_WEBHOOKS, webhooks.create, webhooks.CREATE, webhooks.view),
    _fetch(_WEBHOOK, webhooks.fetch, webhooks.view),
    _update(_WEBHOOK, webhooks.update, webhooks.UPDATE, webhooks.view),
    _delete(_WEBHOOK, webhooks.delete),
    Operation(
        method="POST",
        path="/ConversationWithParticipants",
        act=conversation_with_participants.create,
        form=conversation_with_participants.CREATE,
        view=conversation_with_participants.view,
        status=conversation_with_participants.status,
        webhooks=True,
    ),
    ListOperation(
        path="/ParticipantConversations",
        act=participant_conversations.page,
        view=participant_conversations.view,
        items="conversations",
        most=50,
        filters=participant_conversations.FILTER,
    ),
    ListOperation(path="/Roles", act=roles.page, view=roles.view, items="roles", most=50),
    _create("/Roles", roles.create, roles.CREATE, roles.view),
    _fetch("/Roles/{Sid}", roles.fetch, roles.view),
    _update("/Roles/{Sid}", roles.update, roles.UPDATE, roles.view),
    _delete("/Roles/{Sid}", roles.delete),
]
ACCOUNT_ONLY: Final[list[AnyOperation]] = [
    ListOperation(
        path="/Services", act=services.page, view=services.view, items="services", most=100
    ),
    _create("/Services", services.create, services.CREATE, services.view),
    _fetch(_SERVICE, services.fetch, services.view),
    _delete(_SERVICE, services.delete),
    _fetch("/Configuration", configuration.fetch_account, configuration.account_view),
    _update(
        "/Configuration",
        configuration.update_account,
        configuration.ACCOUNT,
        configuration.account_view,
    ),
    _fetch(
        "/Configuration/Webhooks",
        configuration_webhooks.fetch_account,
        configuration_webhooks.account_view,
    ),
    _update(
        "/Configuration/Webhooks",
        configuration_webhooks.update_account,
        configuration_webhooks.ACCOUNT,
        configuration_webhooks.account_view,
    ),
    ListOperation(
        path="/Configuration/Addresses",
        act=addresses.page,
        view=addresses.view,
        items="address_configurations",
        most=50,
        filters=addresses.FILTER,
    ),
    _create("/Configuration/Addresses", addresses.create, addresses.CREATE, addresses.view),
    _fetch(_ADDRESS, addresses.fetch, addresses.view),
    _update(_ADDRESS, addresses.update, addresses.UPDATE, addresses.view),
    _delete(_ADDRESS, addresses.delete),
    ListOperation(
        path="/Credentials",
        act=credentials.page,
        view=credentials.view,
        items="credentials",
        most=100,
    ),
    _create("/Credentials", credentials.create, credentials.CHANGES, credentials.view),
    _fetch(_CREDENTIAL, credentials.fetch, credentials.view),
    _update(_CREDENTIAL, credentials.update, credentials.CHANGES, credentials.view),
    _delete(_CREDENTIAL, credentials.delete),
]
SERVICE_ONLY: Final[list[AnyOperation]] = [
    ListOperation(
        path="/Bindings",
        act=bindings.page,
        view=bindings.view,
        items="bindings",
        most=100,
        filters=bindings.FILTER,
    ),
    _fetch("/Bindings/{Sid}", bindings.fetch, bindings.view),
    _delete("/Bindings/{Sid}", bindings.delete),
    _fetch("/Configuration", configuration.fetch_service, configuration.service_view),
    _update(
        "/Configuration",
        configuration.update_service,
        configuration.SERVICE,
        configuration.service_view,
    ),
    _fetch(
        "/Configuration/Webhooks",
        configuration_webhooks.fetch_service,
        configuration_webhooks.service_view,
    ),
    _update(
        "/Configuration/Webhooks",
        configuration_webhooks.update_service,
        configuration_webhooks.SERVICE,
        configuration_webhooks.service_view,
    ),
    _fetch(_NOTIFICATIONS, notifications.fetch, notifications.view),
    _update(_NOTIFICATIONS, notifications.update, notifications.UPDATE, notifications.view),
]

DOORS: Final[tuple[tuple[Door, str, list[AnyOperation]], ...]] = (
    ("account", "/v1", TWIN + ACCOUNT_ONLY),
    ("service", "/v1/Services/{ChatServiceSid}", TWIN + SERVICE_ONLY),
)
# No part of the contract: what only a bench has.
BENCH: Final[tuple[tuple[Door, str, list[AnyOperation]], ...]] = (
    ("bench", "/_partywire", handsets.BENCH),
)


def routes(doors: Iterable[tuple[Door, str, list[AnyOperation]]] = DOORS) -> Routes[Place]:
    """The tables, mounted."""
    tree: Routes[Place] = Routes()
    for door, prefix, table in doors:
        for operation in table:
            place = tree.at(prefix + operation.path, Place(door, {}))
            place.operations[operation.method] = operation
    return tree
