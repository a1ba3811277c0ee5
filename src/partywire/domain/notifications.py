"""Notifications: what a service pushes to its users' devices, and in which words."""

from typing import Final

from partywire import errors
from partywire.domain.call import Call
from partywire.domain.texts import check_length
from partywire.model.notifications import Notifications
from partywire.storage import notifications as store
from partywire.storage import services as service_store

# The errors for longer ones are documented, the lengths are not (decided: decisions/0009).
_LONGEST_TEMPLATE: Final = 2048
_LONGEST_SOUND: Final = 256


def _check(changes: Notifications) -> None:
    for name, value in changes.given().items():
        if name.endswith("_template"):
            check_length(value, _LONGEST_TEMPLATE, errors.TemplateTooLong)
        elif name.endswith("_sound"):
            check_length(value, _LONGEST_SOUND, errors.SoundTooLong)


async def fetch(call: Call) -> Notifications:
    """The service's settings."""
    return await store.fetch(call.database, call.service_sid)


async def update(call: Call, changes: Notifications) -> Notifications:
    """Changes the service's settings; what is not given stays.

    Raises:
        NotFound: the account has no such service.
        TemplateTooLong, SoundTooLong: so it is.
    """
    _check(changes)
    async with call.database.transaction() as transaction:
        service = await service_store.lock(transaction, call.scope.account, call.service_sid)
        if service is None:
            raise errors.NotFound
        settings = await store.fetch(transaction, call.service_sid)
        if changes.given():
            settings = changes.applied_to(settings)
            await store.save(transaction, call.service_sid, settings)
    return settings
