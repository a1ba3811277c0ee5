"""Files as they are sent up, and what the store holds of them."""

from collections.abc import AsyncIterator
from pathlib import Path

from partywire.domain import media
from partywire.domain.call import Call, Resources
from partywire.domain.media import Described
from partywire.model.media import Media

PICTURE = Described("media", "image/png", "a.png")


async def pieces(*each: bytes) -> AsyncIterator[bytes]:
    for piece in each:
        yield piece


async def sent(call: Call, content: bytes = b"abc", described: Described = PICTURE) -> Media:
    """A file that was sent up."""
    return await media.upload(call, described, pieces(content))


def held(resources: Resources) -> list[str]:
    """The names of all files in the store's folder."""
    folder = Path(resources.objects.place)
    return sorted(each.name for each in folder.rglob("*") if each.is_file())
