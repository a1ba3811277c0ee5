"""The URLs of Sync's objects and items.

They lead to a host of the real API, which the SDK never connects to: it sends them through the
socket, where only the path counts. So what is told is the same for everybody.
"""

from typing import Final
from urllib.parse import quote

from partywire.model.sync import SyncObject
from partywire.wire.socket.sync import names

_ROOT: Final = "https://cds.us1.twilio.com/v3"
_FOLDERS: Final = {"document": "Documents", "list": "Lists", "map": "Maps"}


def root(thing: SyncObject) -> str:
    """The URL of an object."""
    return f"{_ROOT}/{_FOLDERS[names.type_of(thing)]}/{names.sid_of(thing)}"


def items(thing: SyncObject) -> str:
    """The URL of a list's or map's items."""
    return f"{root(thing)}/Items"


def item(thing: SyncObject, key: str | int) -> str:
    """The URL of one item."""
    return f"{items(thing)}/{quote(str(key), safe='')}"
