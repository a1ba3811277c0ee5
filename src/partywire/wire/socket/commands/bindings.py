"""Devices that register for push, as the SDK does: ``setPushRegistrationId``."""

from typing import Final, Literal

from msgspec import Struct

from partywire import errors
from partywire.domain import bindings
from partywire.model.bindings import NewBinding
from partywire.wire.socket.commands.command import Asked

# What the SDK calls the kinds of notification; what it names besides is never pushed.
_PREFIX: Final = "twilio.conversations."
_KINDS: Final = frozenset({"new_message", "added_to_conversation", "removed_from_conversation"})


class Device(Struct, frozen=True):
    """What the push service calls the device."""

    registration_id: str


class Registration(Struct, frozen=True):
    """A device that registers."""

    channel_type: Literal["apn", "fcm", "gcm"]
    data: Device
    message_types: list[str]


class Forgotten(Struct, frozen=True):
    """A device that wants to be forgotten."""

    binding_type: Literal["apn", "fcm", "gcm"]
    address: str


class Registered(Struct, frozen=True):
    """What the registration is called from now on."""

    id: str


async def create(asked: Asked) -> Registered:
    """POST /v1/registrations: with the credential that the access token names."""
    sent = asked.body(Registration)
    named = (each.removeprefix(_PREFIX) for each in sent.message_types)
    binding = await bindings.create(
        asked.call,
        asked.identity,
        NewBinding(
            binding_type=sent.channel_type,
            endpoint=sent.data.registration_id,
            credential_sid=asked.connection.grant.push_credential_sid,
            message_types=tuple(each for each in named if each in _KINDS),
        ),
    )
    return Registered(binding.sid)


async def delete(asked: Asked, sid: str) -> None:
    """DELETE /v1/registrations/{Sid}: one's own; what is gone already is gone."""
    try:
        binding = await bindings.fetch(asked.call, sid)
    except errors.NotFound:
        return
    if binding.identity != asked.identity:
        raise errors.NotFound
    await bindings.forget(asked.call, asked.identity, binding.binding_type, binding.endpoint)


async def forget(asked: Asked) -> None:
    """DELETE /v1/registrations: one's own device, by its address."""
    sent = asked.body(Forgotten)
    await bindings.forget(asked.call, asked.identity, sent.binding_type, sent.address)
