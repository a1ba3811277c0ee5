"""What the objects of Sync are called: a name and a SID, both derived from the owner's SID.

So they are the same on every node and for ever, and nothing has to be stored. Names: section 4.1 of
what is known of the protocol. SIDs: the owner's digits behind another prefix. Of maps there are
three kinds, told apart by the first digit, which is 0 in every SID that this server made: it is
the first of a clock's that turns it in the year 2527 (decided: decisions/0036).
"""

from typing import Final, Literal

from partywire import sids
from partywire.model.sync import Content, SyncObject

Type = Literal["document", "list", "map"]

_TYPES: Final[dict[Content, Type]] = {
    "conversation": "document",
    "messages": "list",
    "roster": "map",
    "info": "map",
    "conversations": "map",
}
_PREFIXES: Final[dict[Content, str]] = {
    "conversation": sids.SYNC_DOCUMENT + "0",
    "messages": sids.SYNC_LIST + "0",
    "roster": sids.SYNC_MAP + "1",
    "info": sids.SYNC_MAP + "2",
    "conversations": sids.SYNC_MAP + "3",
}
_OWNERS: Final[dict[Content, str]] = {
    "conversation": sids.CONVERSATION,
    "messages": sids.CONVERSATION,
    "roster": sids.CONVERSATION,
    "info": sids.USER,
    "conversations": sids.USER,
}
_SUFFIXES: Final[dict[Content, str]] = {
    "conversation": ".channel",
    "messages": ".messages",
    "roster": ".roster",
    "info": ".info",
}
_CONTENTS: Final[dict[str, Content]] = {prefix: content for content, prefix in _PREFIXES.items()}
_MINE: Final = ".channels"


def type_of(thing: SyncObject) -> Type:
    """Whether it is a document, a list or a map."""
    return _TYPES[thing.content]


def sid_of(thing: SyncObject) -> str:
    """The object's SID."""
    return _PREFIXES[thing.content] + thing.owner[3:]


def of_sid(sid: str) -> SyncObject | None:
    """The object that has this SID; None if none can have it. Whether there is one is not known."""
    content = _CONTENTS.get(sid[:3])
    if content is None or not sids.is_sid(sid, sid[:2]):
        return None
    return SyncObject(content, f"{_OWNERS[content]}0{sid[3:]}")


def conversation(sid: str) -> str:
    """The name of a conversation's document."""
    return sid + _SUFFIXES["conversation"]


def messages(sid: str) -> str:
    """The name of a conversation's list of messages."""
    return sid + _SUFFIXES["messages"]


def roster(sid: str) -> str:
    """The name of a conversation's map of participants."""
    return sid + _SUFFIXES["roster"]


def info(sid: str) -> str:
    """The name of a user's map of properties."""
    return sid + _SUFFIXES["info"]


def conversations(identity: str) -> str:
    """The name of a user's map of conversations."""
    return identity + _MINE


def name_of(thing: SyncObject, identity: str) -> str:
    """The object's name.

    Args:
        thing: the object.
        identity: of the owner, where that is a user.
    """
    suffix = _SUFFIXES.get(thing.content)
    return conversations(identity) if suffix is None else thing.owner + suffix


def find(kind: Type, key: str, user_sid: str, identity: str) -> SyncObject | None:
    """The object that a path names by name or SID, as this user asks for it.

    Args:
        kind: what it has to be.
        key: of the path.
        user_sid: who asks: only they know a map of conversations by its name.
        identity: theirs.
    """
    if kind == "map" and key == conversations(identity):
        return SyncObject("conversations", user_sid)
    thing = of_sid(key)
    if thing is None:
        owner, dot, word = key.rpartition(".")
        found = (content for content, suffix in _SUFFIXES.items() if suffix == dot + word)
        content = next(found, None)
        if content is None or not sids.is_sid(owner, _OWNERS[content]):
            return None
        thing = SyncObject(content, owner)
    return thing if type_of(thing) == kind else None
