"""Who is in a conversation, at a glance."""

from partywire.domain.call import Call
from partywire.storage import participants as store
from partywire.storage.database import Reader


async def count(call: Call, conversation_sid: str) -> int:
    """How many participants there are; 0 too where there is no such conversation."""
    return await store.count(call.database, call.service_sid, conversation_sid)


async def identities(reader: Reader, service_sid: str, conversation_sid: str) -> list[str]:
    """The users who are in it, in no particular order."""
    return await store.identities(reader, service_sid, conversation_sid)
