"""What the SDK asks first: who it is, where everything stands, and what the limits are."""

from typing import Final

from msgspec import Struct

from partywire.domain import services
from partywire.wire.socket.commands.command import Asked, Meta
from partywire.wire.socket.sync import names

PATH: Final = "/Client/v2/Configuration"

_MEGABYTE: Final = 1024 * 1024


class SyncObjects(Struct, frozen=True):
    """The names of one's own maps."""

    my_conversations: str
    my_user_info: str


class Links(Struct, frozen=True):
    """Absolute URLs of all other commands; ``messages_receipts`` has two places to fill in."""

    my_conversations: str
    conversations: str
    users: str
    current_user: str
    typing: str
    media_service: str
    media_set_service: str
    messages_receipts: str


class Options(Struct, frozen=True):
    """Limits, and how eager the SDK is."""

    reachability_enabled: bool
    media_attachment_size_limit_in_mb: int
    media_attachments_total_size_limit_in_mb: int
    media_attachments_count_limit: int
    user_infos_to_subscribe: int = 100
    http_cache_interval: str = "PT1S"
    consumption_report_interval: str = "PT1S"
    my_conversations_page_size: int = 100
    email_histories_allowed_mime_types: tuple[str, ...] = ()
    email_bodies_allowed_mime_types: tuple[str, ...] = ()


class Configuration(Struct, frozen=True):
    """All of it."""

    identity: str
    url: str
    sync_objects: SyncObjects
    links: Links
    options: Options


class Templates(Struct, frozen=True):
    """A page of content templates: there are none."""

    templates: tuple[()] = ()
    meta: Meta = Meta()


async def fetch(asked: Asked) -> Configuration:
    """GET /Client/v2/Configuration."""
    connection, call = asked.connection, asked.call
    service = await services.fetch(call, call.service_sid)
    base, root, user_sid = connection.base, call.scope.root, connection.user_sid
    media = f"{base}/v1/Services/{call.service_sid}"
    megabytes = call.limits.media_bytes // _MEGABYTE
    return Configuration(
        identity=asked.identity,
        url=base + PATH,
        sync_objects=SyncObjects(names.conversations(asked.identity), names.info(user_sid)),
        links=Links(
            my_conversations=f"{root}/Users/{user_sid}/Conversations",
            conversations=f"{root}/Conversations",
            users=f"{root}/Users",
            current_user=f"{root}/Users/{user_sid}",
            typing=f"{base}/v1/Instances/{call.service_sid}/Typing",
            media_service=f"{media}/Media",
            media_set_service=f"{media}/MediaSet",
            messages_receipts=f"{root}/Conversations/%s/Messages/%s/Receipts",
        ),
        options=Options(
            reachability_enabled=bool(service.reachability_enabled),
            media_attachment_size_limit_in_mb=megabytes,
            media_attachments_total_size_limit_in_mb=megabytes,
            media_attachments_count_limit=call.limits.media_per_message,
        ),
    )


async def templates(_asked: Asked) -> Templates:
    """GET /Client/v2/ContentTemplates."""
    return Templates()
