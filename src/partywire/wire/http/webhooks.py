"""Webhooks of conversations over HTTP: forms, view and acts."""

from msgspec import UNSET, Struct, UnsetType

from partywire import errors
from partywire.domain import webhooks
from partywire.domain.call import Call
from partywire.model.pages import Page, PageRequest
from partywire.model.scope import Scope
from partywire.model.webhooks import Webhook, WebhookChanges
from partywire.wire.http import hooks
from partywire.wire.http.fields import Each, choice, whole
from partywire.wire.http.forms import Form, Values
from partywire.wire.http.times import date

# Source: code 50366 of the error dictionary.
_TRIGGER_CHARACTERS = 248

_target = choice(
    "webhook",
    "trigger",
    "studio",
    error=errors.BadWebhookTarget,
    blank=errors.WebhookTargetMissing,
)


def trigger(value: str) -> str:
    """A keyword of 1 to 248 characters."""
    if not 1 <= len(value) <= _TRIGGER_CHARACTERS:
        raise errors.BadWebhookTrigger
    return value


UPDATE = Form(
    {
        "Configuration.Url": ("url", hooks.url),
        "Configuration.Method": ("method", hooks.method),
        "Configuration.Filters": ("filters", Each(hooks.event)),
        "Configuration.Triggers": ("triggers", Each(trigger)),
        "Configuration.FlowSid": ("flow_sid", hooks.flow_sid),
    }
)
CREATE = Form(
    {
        "Target": ("target", _target),
        **UPDATE.fields,
        "Configuration.ReplayAfter": ("replay_after", whole("Configuration.ReplayAfter")),
    }
)


class Configuration(Struct, omit_defaults=True, gc=False):
    """What a webhook's target uses, and nothing else."""

    url: str | None = None
    method: str | None = None
    filters: list[str] | None = None
    triggers: list[str] | None = None
    flow_sid: str | None = None
    replay_after: int | None = None


class WebhookView(Struct, gc=False):
    """A webhook as the wire shows it. Source: "ConversationScopedWebhook properties".

    ``chat_service_sid`` stands in answers of the service door only.
    """

    sid: str
    account_sid: str
    chat_service_sid: str | UnsetType
    conversation_sid: str
    target: str
    url: str
    configuration: Configuration
    date_created: str
    date_updated: str


def _configuration(webhook: Webhook) -> Configuration:
    """Keywords stand under both names: the samples and a program that uses the API differ."""
    filters, triggers = hooks.listed(webhook.filters), hooks.listed(webhook.triggers)
    return Configuration(
        url=webhook.url,
        method=webhook.method,
        filters=filters or triggers,
        triggers=triggers,
        flow_sid=webhook.flow_sid,
        replay_after=webhook.replay_after,
    )


def view(scope: Scope, webhook: Webhook) -> WebhookView:
    """What the answer shows."""
    conversation_sid, sid = webhook.conversation_sid, webhook.sid
    return WebhookView(
        sid=sid,
        account_sid=scope.account_sid,
        chat_service_sid=webhook.service_sid if scope.door == "service" else UNSET,
        conversation_sid=conversation_sid,
        target=webhook.target,
        url=f"{scope.root}/Conversations/{conversation_sid}/Webhooks/{sid}",
        configuration=_configuration(webhook),
        date_created=date(webhook.date_created),
        date_updated=date(webhook.date_updated),
    )


fetch = webhooks.fetch
delete = webhooks.delete


async def create(call: Call, conversation: str, values: Values) -> Webhook:
    """POST /Conversations/{ConversationSid}/Webhooks."""
    target = values.pop("target", None)
    return await webhooks.create(call, conversation, target, WebhookChanges(**values))


async def page(
    call: Call, conversation: str, _filters: Values, request: PageRequest
) -> Page[Webhook]:
    """GET /Conversations/{ConversationSid}/Webhooks."""
    return await webhooks.page(call, conversation, request)


async def update(call: Call, conversation: str, webhook: str, values: Values) -> Webhook:
    """POST /Conversations/{ConversationSid}/Webhooks/{Sid}."""
    return await webhooks.update(call, conversation, webhook, WebhookChanges(**values))
