"""Media: files that users and accounts send up, until a message takes them and with it.

Users of the chat SDK see what they sent up themselves, and what is in conversations in which they
take part; an account sees all of its own. What is not to be seen is not there (decided:
decisions/0039).
"""

import asyncio
import contextlib
import hmac
import re
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Final

from msgspec import Struct

from partywire import errors, sids
from partywire.domain import authority
from partywire.domain.again import until_done
from partywire.domain.call import Call, Resources
from partywire.model.media import Category, Media
from partywire.storage import media as store
from partywire.storage.objects import ObjectGone

# Who takes longer to send a file up is given up, before anybody sweeps it.
LONGEST_SECONDS: Final = 50 * 60

_CATEGORIES: Final[dict[str, Category]] = {"media": "media", "body": "body", "history": "history"}
_WORD: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_TYPE: Final = re.compile(rf"({_WORD}/{_WORD})[ \t]*(;[\t\x20-\x7e]*)?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MOST_TYPE_CHARACTERS: Final = 255
_MOST_NAME_CHARACTERS: Final = 256


class Described(Struct, frozen=True):
    """What is said of a file that is sent up.

    Attributes:
        category: media, body or history, in any case.
        content_type: ``type/subtype``, perhaps with parameters.
        filename: its name, if it has one.
    """

    category: str
    content_type: str
    filename: str | None


def name(media: Media) -> str:
    """The name of the object that holds its bytes."""
    return f"{media.service_sid}/{media.sid}"


def check_type(resources: Resources, content_type: str) -> None:
    """Refuses a content type that is none, or not one of those that this server takes.

    Raises:
        MediaTypeInvalid: it is so.
    """
    match = _TYPE.fullmatch(content_type)
    if match is None or len(content_type) > _MOST_TYPE_CHARACTERS:
        raise errors.MediaTypeInvalid
    kind = match[1].lower()
    allowed = resources.config.media_types
    if allowed and not {kind, f"{kind.partition('/')[0]}/*"} & set(allowed):
        raise errors.MediaTypeInvalid(f"Media of the type {kind} is not taken here")


def _category(word: str) -> Category:
    category = _CATEGORIES.get(word.lower())
    if category is None:
        raise errors.BadRequest(f"Category must be one of {', '.join(_CATEGORIES)}")
    return category


def _filename(given: str | None) -> str | None:
    if not given:
        return None
    if len(given) > _MOST_NAME_CHARACTERS:
        raise errors.BadRequest(f"Filename is longer than {_MOST_NAME_CHARACTERS} characters")
    if _CONTROL.search(given):
        raise errors.BadRequest("Filename must not contain control characters")
    return given


async def permit(call: Call) -> None:
    """Refuses users whom no role lets send media, before they send anything.

    Raises:
        Forbidden: it is one.
    """
    identity = call.client_identity
    if identity is None:
        return
    if not await store.may_send(call.database, call.service_sid, identity):
        raise errors.Forbidden


async def begin(call: Call, described: Described) -> Media:
    """Writes down that a file is about to come.

    Raises:
        BadRequest: the category or the name cannot be.
        MediaTypeInvalid: of the content type.
    """
    check_type(call.resources, described.content_type)
    media = Media(
        sid=call.sid(sids.MEDIA),
        service_sid=call.service_sid,
        author=call.client_identity,
        category=_category(described.category),
        filename=_filename(described.filename),
        content_type=described.content_type,
        size=None,
        conversation_sid=None,
        message_sid=None,
        date_created=call.now,
        date_updated=call.now,
    )
    async with call.database.transaction() as transaction:
        await store.add(transaction, media)
    return media


async def finish(call: Call, media: Media, size: int) -> Media:
    """Writes down that all of it is there.

    Raises:
        MediaNotFound: it was given up meanwhile.
    """
    now = call.resources.clock.now()
    async with call.database.transaction() as transaction:
        done = await store.finish(transaction, media.sid, size, now)
    found = await store.by_sid(call.database, media.service_sid, media.sid) if done else None
    if found is None:
        raise errors.MediaNotFound
    return found


async def upload(call: Call, described: Described, pieces: AsyncIterator[bytes]) -> Media:
    """Takes a file. Where that fails nothing of it is left, or the sweep finds it.

    Args:
        call: by an account or a user.
        described: what is said of it.
        pieces: its bytes, asked for as they can be stored; what they raise is raised.

    Raises:
        BadRequest, MediaTypeInvalid: as ``begin``.
        MediaTooLarge: it has more bytes than are allowed.
        MediaInvalid: it has none, or took too long.
        MediaNotFound: it was given up meanwhile.
        Unavailable: it cannot be stored now.
    """
    media = await until_done(begin, call, described)
    counted = _Counted(pieces, call.limits.media_bytes)
    try:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await call.resources.objects.write(name(media), counted.pieces())
        except TimeoutError:
            raise errors.MediaInvalid("The upload took too long") from None
        return await until_done(finish, call, media, counted.size)
    except Exception:
        with contextlib.suppress(errors.Unavailable):
            await _drop(call, media)
        raise


class _Counted:
    """The pieces of a file, as far as they are not too many."""

    def __init__(self, pieces: AsyncIterator[bytes], most: int) -> None:
        self.size = 0
        self._pieces = pieces
        self._most = most

    async def pieces(self) -> AsyncGenerator[bytes]:
        async for piece in self._pieces:
            self.size += len(piece)
            if self.size > self._most:
                raise errors.MediaTooLarge(f"The media is larger than {self._most} bytes")
            yield piece
        if not self.size:
            raise errors.MediaInvalid("The media is empty")


async def _drop(call: Call, media: Media) -> None:
    """Deletes the bytes of a file that nobody sees, and then what is known of it."""
    await call.resources.objects.delete(name(media))
    async with call.database.transaction() as transaction:
        await store.delete(transaction, [media.sid])


async def fetch(call: Call, sid: str) -> Media:
    """One file.

    Raises:
        MediaNotFound: the service has no such file, or whoever asks may not see it.
    """
    media = await _found(call.resources, call.service_sid, sid)
    if not await _may_see(call, media):
        raise errors.MediaNotFound
    return media


async def _found(resources: Resources, service_sid: str, sid: str) -> Media:
    media = None
    if sids.is_sid(sid, sids.MEDIA):
        media = await store.by_sid(resources.database, service_sid, sid)
    if media is None:
        raise errors.MediaNotFound
    return media


async def _may_see(call: Call, media: Media) -> bool:
    identity = call.client_identity
    if identity is None or identity == media.author:
        return True
    if media.conversation_sid is None:
        return False
    try:
        standing = await authority.within(call, media.conversation_sid)
    except errors.NotFound:
        return False
    return standing.may("take part")


async def remove(call: Call, sid: str) -> None:
    """Deletes a file that belongs to no message yet.

    Raises:
        MediaNotFound: as ``fetch``.
        Conflict: it belongs to one, with which it goes.
    """
    media = await fetch(call, sid)
    async with call.database.transaction() as transaction:
        done = await store.doom(transaction, media.sid)
    if not done:
        raise errors.Conflict("The media belongs to a message, and goes with it")
    # What cannot be deleted now is swept.
    with contextlib.suppress(errors.Unavailable):
        await _drop(call, media)


async def content(
    resources: Resources, media: Media, start: int, stop: int
) -> AsyncGenerator[bytes]:
    """Part of a file's bytes, in pieces.

    Args:
        resources: the server's.
        media: the file.
        start: place of the first byte.
        stop: place behind the last one.

    Raises:
        MediaNotFound: the store has lost it.
        Unavailable: the store cannot tell now.
    """
    try:
        async for piece in resources.objects.read(name(media), start, stop):
            yield piece
    except ObjectGone:
        raise errors.MediaNotFound from None


def signature(resources: Resources, service_sid: str, sid: str, expires: int) -> str:
    """What makes a link to a file's content good until a time.

    Args:
        resources: the server's.
        service_sid: whose file.
        sid: which.
        expires: in seconds since 1970-01-01T00:00:00Z.
    """
    return resources.vault.sign_link(f"{service_sid}\n{sid}\n{expires}".encode())


async def by_link(
    resources: Resources, service_sid: str, sid: str, expires: int, given: str
) -> Media:
    """The file to which a link leads.

    Raises:
        MediaLinkInvalid: it is too old, or none of ours.
        MediaNotFound: the file is gone.
    """
    right = signature(resources, service_sid, sid, expires)
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise errors.MediaLinkInvalid
    if expires * 1000 <= resources.clock.now():
        raise errors.MediaLinkInvalid
    return await _found(resources, service_sid, sid)
