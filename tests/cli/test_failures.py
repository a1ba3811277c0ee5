"""Failures of a command: one sentence, and an exit code that scripts can use."""

import errno
import socket

import click
import pytest

from partywire.cli.failures import explained
from partywire.domain.accounts import UnknownAccount, UnknownKey
from partywire.domain.pushes import UnknownMessage
from partywire.errors import NotFound
from partywire.storage.database import NewerSchema, StorageFailure
from partywire.storage.objects import ObjectsFailure
from partywire.storage.vault import VaultFailure


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (UnknownAccount("AC1"), 1, "There is no account AC1"),
        (UnknownKey("SK1"), 1, "The account has no API key SK1"),
        (UnknownMessage("IM1"), 1, "There is no message IM1, and nothing is known of one"),
        (NotFound("not there"), 1, "not there"),
        (OSError(errno.EADDRINUSE, "Address in use"), 69, "Cannot listen: Address in use"),
        (socket.gaierror(-2, "Name not known"), 69, "Cannot listen: Name not known"),
        (OSError("odd"), 69, "Cannot listen: odd"),
        (StorageFailure("disk full"), 74, "The database cannot be used: disk full"),
        (ObjectsFailure("full"), 74, "Media cannot be stored: full"),
        (NewerSchema("run the newer program"), 78, "run the newer program"),
        (VaultFailure("the key does not fit"), 78, "the key does not fit"),
    ],
)
def test_a_failure_becomes_a_sentence_and_a_code(
    error: Exception, code: int, sentence: str
) -> None:
    with pytest.raises(click.ClickException) as caught, explained():
        raise error
    assert (caught.value.exit_code, caught.value.message) == (code, sentence)
    assert caught.value.__cause__ is error


def test_a_mistake_of_our_own_is_not_explained_away() -> None:
    with pytest.raises(LookupError), explained():
        raise LookupError


def test_what_is_explained_already_stays_as_it_is() -> None:
    with pytest.raises(click.UsageError), explained():
        raise click.UsageError("no")
