"""A service's settings of notifications over HTTP: form, view and acts."""

from msgspec import UNSET, Struct, UnsetType

from partywire.domain import notifications
from partywire.domain.call import Call
from partywire.model.notifications import Notifications
from partywire.model.scope import Scope
from partywire.wire.http.fields import cleared_if_blank, flag
from partywire.wire.http.forms import Form, Values

_FLAGS = {
    "LogEnabled": "log_enabled",
    "NewMessage.Enabled": "new_message_enabled",
    "NewMessage.BadgeCountEnabled": "new_message_badge_count_enabled",
    "NewMessage.WithMedia.Enabled": "new_message_with_media_enabled",
    "AddedToConversation.Enabled": "added_to_conversation_enabled",
    "RemovedFromConversation.Enabled": "removed_from_conversation_enabled",
}
_TEXTS = {
    "NewMessage.Template": "new_message_template",
    "NewMessage.Sound": "new_message_sound",
    "NewMessage.WithMedia.Template": "new_message_with_media_template",
    "AddedToConversation.Template": "added_to_conversation_template",
    "AddedToConversation.Sound": "added_to_conversation_sound",
    "RemovedFromConversation.Template": "removed_from_conversation_template",
    "RemovedFromConversation.Sound": "removed_from_conversation_sound",
}
UPDATE = Form(
    {
        **{parameter: (name, flag(parameter)) for parameter, name in _FLAGS.items()},
        **{parameter: (name, cleared_if_blank) for parameter, name in _TEXTS.items()},
    }
)


class Push(Struct, gc=False):
    """One kind of notification. What was never set, but for ``enabled``, is left out."""

    enabled: bool
    template: str | UnsetType
    sound: str | UnsetType


class WithMedia(Struct, gc=False):
    """The notification of a message with media."""

    enabled: bool
    template: str | UnsetType


class NewMessage(Struct, gc=False):
    """The notification of a message."""

    enabled: bool
    template: str | UnsetType
    badge_count_enabled: bool | UnsetType
    sound: str | UnsetType
    with_media: WithMedia | UnsetType


class NotificationsView(Struct, gc=False):
    """The settings as the wire shows them. Source: "ServiceNotification Properties"."""

    account_sid: str
    chat_service_sid: str
    log_enabled: bool
    added_to_conversation: Push
    new_message: NewMessage
    removed_from_conversation: Push
    url: str


def _new_message(settings: Notifications) -> NewMessage:
    badge = settings.new_message_badge_count_enabled
    media_enabled = settings.new_message_with_media_enabled
    media_template = settings.new_message_with_media_template or UNSET
    with_media: WithMedia | UnsetType = UNSET
    if media_enabled is not UNSET or media_template is not UNSET:
        with_media = WithMedia(bool(media_enabled), media_template)
    return NewMessage(
        enabled=bool(settings.new_message_enabled),
        template=settings.new_message_template or UNSET,
        badge_count_enabled=UNSET if badge is UNSET else bool(badge),
        sound=settings.new_message_sound or UNSET,
        with_media=with_media,
    )


def view(scope: Scope, settings: Notifications) -> NotificationsView:
    """What the answer shows."""
    return NotificationsView(
        account_sid=scope.account_sid,
        chat_service_sid=scope.service_sid,
        log_enabled=bool(settings.log_enabled),
        added_to_conversation=Push(
            bool(settings.added_to_conversation_enabled),
            settings.added_to_conversation_template or UNSET,
            settings.added_to_conversation_sound or UNSET,
        ),
        new_message=_new_message(settings),
        removed_from_conversation=Push(
            bool(settings.removed_from_conversation_enabled),
            settings.removed_from_conversation_template or UNSET,
            settings.removed_from_conversation_sound or UNSET,
        ),
        url=f"{scope.root}/Configuration/Notifications",
    )


fetch = notifications.fetch


async def update(call: Call, values: Values) -> Notifications:
    """POST /Configuration/Notifications."""
    return await notifications.update(call, Notifications(**values))
