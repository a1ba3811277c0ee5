"""Configuration over HTTP: the account's and a service's, each with form, view and acts."""

from msgspec import Struct

from partywire import errors, sids
from partywire.domain import configuration
from partywire.domain.call import Call
from partywire.model.accounts import Account, AccountChanges
from partywire.model.scope import Scope
from partywire.model.services import Service, ServiceChanges
from partywire.wire.http.fields import flag, sid, timer_text
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.remembered import until_forgotten

ACCOUNT = Form(
    {
        "DefaultChatServiceSid": (
            "default_service_sid",
            sid(sids.SERVICE, errors.ServiceNotFound),
        ),
        "DefaultMessagingServiceSid": (
            "default_messaging_service_sid",
            sid(sids.MESSAGING_SERVICE, errors.BadMessagingServiceSid),
        ),
        "DefaultInactiveTimer": ("default_inactive_timer", timer_text(errors.BadInactiveTimer)),
        "DefaultClosedTimer": ("default_closed_timer", timer_text(errors.BadClosedTimer)),
    }
)
SERVICE = Form(
    {
        "DefaultConversationCreatorRoleSid": (
            "default_conversation_creator_role_sid",
            sid(sids.ROLE, errors.CreatorRoleNotFound),
        ),
        "DefaultConversationRoleSid": (
            "default_conversation_role_sid",
            sid(sids.ROLE, errors.ConversationRoleNotFound),
        ),
        "DefaultChatServiceRoleSid": (
            "default_chat_service_role_sid",
            sid(sids.ROLE, errors.RoleNotFound),
        ),
        "ReachabilityEnabled": ("reachability_enabled", flag("ReachabilityEnabled")),
    }
)


class AccountLinks(Struct):
    """URLs of the default service's configuration and of the account's webhooks."""

    service: str
    webhooks: str


class AccountConfigurationView(Struct):
    """The account's configuration as the wire shows it. Source: "Configuration Properties"."""

    account_sid: str
    default_chat_service_sid: str
    default_messaging_service_sid: str | None
    default_inactive_timer: str | None
    default_closed_timer: str | None
    url: str
    links: AccountLinks


class ServiceLinks(Struct):
    """URLs of what else is configured for the service."""

    notifications: str
    webhooks: str


class ServiceConfigurationView(Struct):
    """A service's configuration as the wire shows it. Source: "ServiceConfiguration Properties"."""

    chat_service_sid: str
    default_conversation_creator_role_sid: str
    default_conversation_role_sid: str
    default_chat_service_role_sid: str
    reachability_enabled: bool
    url: str
    links: ServiceLinks


def account_view(scope: Scope, account: Account) -> AccountConfigurationView:
    """What the answer shows of an account's."""
    url = f"{scope.root}/Configuration"
    service = f"{scope.root}/Services/{account.default_service_sid}/Configuration"
    return AccountConfigurationView(
        account_sid=scope.account_sid,
        default_chat_service_sid=account.default_service_sid,
        default_messaging_service_sid=account.default_messaging_service_sid,
        default_inactive_timer=account.default_inactive_timer,
        default_closed_timer=account.default_closed_timer,
        url=url,
        links=AccountLinks(service=service, webhooks=f"{url}/Webhooks"),
    )


def service_view(scope: Scope, service: Service) -> ServiceConfigurationView:
    """What the answer shows of a service's."""
    url = f"{scope.root}/Configuration"
    return ServiceConfigurationView(
        chat_service_sid=service.sid,
        default_conversation_creator_role_sid=service.default_conversation_creator_role_sid,
        default_conversation_role_sid=service.default_conversation_role_sid,
        default_chat_service_role_sid=service.default_chat_service_role_sid,
        reachability_enabled=bool(service.reachability_enabled),
        url=url,
        links=ServiceLinks(notifications=f"{url}/Notifications", webhooks=f"{url}/Webhooks"),
    )


fetch_account = configuration.of_account
fetch_service = configuration.of_service


async def update_account(call: Call, values: Values) -> Account:
    """POST /Configuration of the account."""
    account = await configuration.update_account(call, AccountChanges(**values))
    if "default_service_sid" in values:
        # Whoever is told of the new default service must not meet the old one afterwards.
        await until_forgotten()
    return account


async def update_service(call: Call, values: Values) -> Service:
    """POST /Configuration of a service."""
    return await configuration.update_service(call, ServiceChanges(**values))
