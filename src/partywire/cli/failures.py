"""Failures of a command as one sentence on stderr and an exit code that scripts can use."""

import contextlib
from collections.abc import Iterator

import click

from partywire.domain.accounts import UnknownAccount, UnknownKey
from partywire.domain.pushes import UnknownMessage
from partywire.errors import ApiError
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.vault import VaultFailure


class NotThere(click.ClickException):
    """There is no such thing, or it cannot be as it was asked for."""

    exit_code = 1


class Unavailable(click.ClickException):
    """The address cannot be listened on."""

    exit_code = 69


class Unusable(click.ClickException):
    """The database cannot be used."""

    exit_code = 74


class Unfit(click.ClickException):
    """The settings are unsafe, or do not fit the database."""

    exit_code = 78


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turns what the server raises while it starts into a ``ClickException``."""
    try:
        yield
    except StorageFailure as error:
        raise Unusable(f"The database cannot be used: {error}") from error
    except (NewerSchema, VaultFailure) as error:
        raise Unfit(str(error)) from error
    except UnknownAccount as error:
        raise NotThere(f"There is no account {error}") from error
    except UnknownKey as error:
        raise NotThere(f"The account has no API key {error}") from error
    except UnknownMessage as error:
        raise NotThere(f"There is no message {error}, and nothing is known of one") from error
    except ApiError as error:
        raise NotThere(error.message) from error
    except OSError as error:
        raise Unavailable(f"Cannot listen: {error.strerror or error}") from error
