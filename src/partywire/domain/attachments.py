"""What is attached to messages: which files a new one may take, and that no other one has them.

A message keeps a copy of what it tells of its files, which never change (decided: decisions/0039).
"""

from collections.abc import Sequence

import msgspec

from partywire import errors
from partywire.domain.call import Call
from partywire.model.media import Attachment, Media
from partywire.model.messages import Message
from partywire.storage import attachments as store
from partywire.storage import media as media_store
from partywire.storage.database import Transaction

_encoder = msgspec.json.Encoder()


async def offered(call: Call, sids: Sequence[str]) -> str:
    """What a new message would tell of these files, as it keeps it.

    A user of the chat SDK may take only what they uploaded themselves, the account anything.

    Args:
        call: the request.
        sids: in the order in which the message has them.

    Raises:
        TooManyMedia, MediaTooLarge: they are more than one message may have.
        MediaNotFound: the service has no such file, it is not whole, or it is not theirs.
        MediaAlreadyUsed: another message has it, or this one twice.
        TwoMediaForOne: more than one would be the body, or the history, in the same format.
    """
    limits = call.limits
    if len(sids) > limits.media_per_message:
        raise errors.TooManyMedia(f"A message has at most {limits.media_per_message} media")
    if len(set(sids)) < len(sids):
        raise errors.MediaAlreadyUsed
    found = [_attachment(await _free(call, sid)) for sid in sids]
    if sum(each.size for each in found) > limits.media_bytes:
        raise errors.MediaTooLarge(f"A message has at most {limits.media_bytes} bytes of media")
    parts = [(each.category, each.content_type) for each in found if each.category != "media"]
    if len(set(parts)) < len(parts):
        raise errors.TwoMediaForOne
    return _encoder.encode(found).decode()


async def _free(call: Call, sid: str) -> Media:
    media = await media_store.by_sid(call.database, call.service_sid, sid)
    if media is None or call.client_identity not in {None, media.author}:
        raise errors.MediaNotFound
    if media.message_sid is not None:
        raise errors.MediaAlreadyUsed
    return media


def _attachment(media: Media) -> Attachment:
    return Attachment(
        sid=media.sid,
        category=media.category,
        filename=media.filename,
        content_type=media.content_type,
        size=media.size or 0,
    )


async def attach(
    call: Call, transaction: Transaction, message: Message, sids: Sequence[str]
) -> None:
    """Gives the files to a message, for ever.

    Raises:
        MediaAlreadyUsed: another message has just got one of them.
        MediaNotFound: one of them has just been deleted.
    """
    for sid in sorted(sids):
        to = (message.conversation_sid, message.sid)
        if await store.attach(transaction, message.service_sid, sid, *to, call.now):
            continue
        left = await media_store.by_sid(transaction, message.service_sid, sid)
        raise errors.MediaNotFound if left is None else errors.MediaAlreadyUsed
