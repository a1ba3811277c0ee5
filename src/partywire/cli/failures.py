"""Failures of a command as one sentence on stderr and an exit code that scripts can use."""

import contextlib
from collections.abc import Iterator
from typing import Final

import click

from partywire.domain.accounts import UnknownAccount, UnknownKey
from partywire.domain.deliveries import AskedBefore, StillWaiting, UnknownDelivery
from partywire.domain.pushes import UnknownMessage
from partywire.errors import ApiError
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.objects import ObjectsFailure
from partywire.storage.vault import VaultFailure


class NotThere(click.ClickException):
    """There is no such thing, or it cannot be as it was asked for."""

    exit_code = 1


class Unavailable(click.ClickException):
    """The address cannot be listened on."""

    exit_code = 69


class Unusable(click.ClickException):
    """The database, or the store of media, cannot be used."""

    exit_code = 74


class Unfit(click.ClickException):
    """The settings are unsafe, or do not fit the database."""

    exit_code = 78


# What is said of something that is not there.
_SAID: Final[dict[type[Exception], str]] = {
    UnknownAccount: "There is no account {}",
    UnknownKey: "The account has no API key {}",
    UnknownMessage: "There is no message {}, and nothing is known of one",
    UnknownDelivery: "There is no delivery {}",
    StillWaiting: "{} waits already: it is sent anyway",
    AskedBefore: "{} is a pre-event: what it was about has been decided",
}


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns what the server raises while it starts into a ``ClickException``."""
    try:
        yield
    except StorageFailure as error:
        raise Unusable(f"The database cannot be used: {error}") from error
    except ObjectsFailure as error:
        raise Unusable(f"Media cannot be stored: {error}") from error
    except (NewerSchema, VaultFailure) as error:
        raise Unfit(str(error)) from error
    except tuple(_SAID) as error:
        raise NotThere(_SAID[type(error)].format(error)) from error
    except ApiError as error:
        raise NotThere(error.message) from error
    except OSError as error:
        raise Unavailable(f"Cannot listen: {error.strerror or error}") from error
