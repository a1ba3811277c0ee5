"""Media as the wire shows them, and links to their content that need no header."""

from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from partywire import errors
from partywire.domain import media as domain
from partywire.domain.call import Call, Resources
from partywire.model.media import Category, Media
from partywire.wire.http.forms import Parameters
from partywire.wire.http.times import date

_EXPIRES, _SIGNATURE = "Expires", "Signature"


class Links(Struct, gc=False):
    """URLs of the content: one for whoever shows who they are, and one for whoever has it."""

    content: str
    content_direct_temporary: str


class MediaView(Struct, gc=False):
    """A file as the wire shows it. Source: what the chat SDK 3.0.1 reads."""

    sid: str
    service_sid: str
    channel_sid: str | None
    message_sid: str | None
    date_created: str
    date_updated: str
    date_upload_updated: str
    size: int | None
    content_type: str
    filename: str | None
    category: Category
    author: str | None
    is_multipart_upstream: bool
    url: str
    links: Links


class Found(Struct, gc=False):
    """What became of one SID that was asked for; where that is not 200, nothing else is known."""

    code: int
    media_record: Any


class Unknown(Struct, gc=False):
    """A file that is not there, or not to be seen."""

    sid: str


def view(call: Call, media: Media) -> MediaView:
    """What the answer shows; its link is good for a while from now."""
    url = f"{call.scope.root}/Media/{media.sid}"
    updated = date(media.date_updated)
    return MediaView(
        sid=media.sid,
        service_sid=media.service_sid,
        channel_sid=media.conversation_sid,
        message_sid=media.message_sid,
        date_created=date(media.date_created),
        date_updated=updated,
        date_upload_updated=updated,
        size=media.size,
        content_type=media.content_type,
        filename=media.filename,
        category=media.category,
        author=media.author,
        is_multipart_upstream=False,
        url=url,
        links=Links(f"{url}/Content", f"{url}/Content?{_signed(call, media)}"),
    )


def _signed(call: Call, media: Media) -> str:
    now = call.resources.clock.now() // 1000
    expires = now + call.resources.config.media_link_seconds
    signature = domain.signature(call.resources, media.service_sid, media.sid, expires)
    return urlencode({_EXPIRES: expires, _SIGNATURE: signature})


def is_signed(query: Parameters) -> bool:
    """Whether the query is that of a signed link, be it right or wrong."""
    return _SIGNATURE in query or _EXPIRES in query


async def linked(
    resources: Resources, service_sid: str, sid: str, query: Parameters
) -> tuple[Media, int]:
    """The file to which a signed link leads, and for how many seconds it still does.

    Raises:
        MediaLinkInvalid: it does not any more, or never did.
        MediaNotFound: the file is gone.
    """
    expires = query.get(_EXPIRES, "")
    if not (expires.isascii() and expires.isdecimal()) or len(expires) > 12:
        raise errors.MediaLinkInvalid
    signature = query.get(_SIGNATURE, "")
    found = await domain.by_link(resources, service_sid, sid, int(expires), signature)
    return found, int(expires) - resources.clock.now() // 1000
