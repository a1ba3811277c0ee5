"""What the driver raises, in the terms of the package."""

import asyncpg
import pytest

from partywire.storage.database import Again, Duplicate, ReferenceGone, StorageFailure
from partywire.storage.postgresql_failures import failure, raised

DETAIL = "Key (body)=(what nobody else may read) already exists."


def said(kind: type[asyncpg.PostgresError]) -> Exception:
    """The error as the driver makes it of what the server says."""
    fields = {"S": "ERROR", "C": kind.sqlstate, "M": "so it is", "D": DETAIL}
    error: Exception = asyncpg.PostgresError.new(fields)
    assert type(error) is kind
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (said(asyncpg.UniqueViolationError), Duplicate),
        (said(asyncpg.ForeignKeyViolationError), ReferenceGone),
        (said(asyncpg.SerializationError), Again),
        (said(asyncpg.DeadlockDetectedError), Again),
        (said(asyncpg.AdminShutdownError), Again),
        (said(asyncpg.CrashShutdownError), Again),
        (said(asyncpg.CannotConnectNowError), Again),
        (said(asyncpg.ConnectionFailureError), Again),
        (said(asyncpg.IdleInTransactionSessionTimeoutError), Again),
        (asyncpg.InterfaceError("so it is"), Again),
        (ConnectionResetError("so it is"), Again),
        (BrokenPipeError("so it is"), Again),
        (TimeoutError("so it is"), StorageFailure),
        (said(asyncpg.QueryCanceledError), StorageFailure),
        (said(asyncpg.LockNotAvailableError), StorageFailure),
        (said(asyncpg.DiskFullError), StorageFailure),
        (said(asyncpg.TooManyConnectionsError), StorageFailure),
        (said(asyncpg.ReadOnlySQLTransactionError), StorageFailure),
        (said(asyncpg.UndefinedTableError), StorageFailure),
    ],
    ids=lambda each: each.__class__.__name__ if isinstance(each, Exception) else "",
)
def test_an_error_has_its_own_kind_and_quotes_nothing_that_was_written(
    error: Exception, kind: type[Exception]
) -> None:
    found = failure(error)

    assert type(found) is kind
    assert type(error).__name__ in str(found)
    assert "so it is" in str(found)
    assert "nobody else" not in str(found)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.DataError("a number that BIGINT cannot hold"),
        asyncpg.CharacterNotInRepertoireError("NUL"),
        asyncpg.NumericValueOutOfRangeError("too great"),
        ValueError("not a number"),
    ],
    ids=lambda each: each.__class__.__name__,
)
def test_what_is_our_own_mistake_stays_itself(error: Exception) -> None:
    assert failure(error) is error


def test_what_stays_itself_is_raised_without_being_its_own_cause() -> None:
    error = ValueError("not a number")

    with pytest.raises(ValueError, match="not a number") as caught:
        raised(failure(error), error)

    assert caught.value.__cause__ is None


def test_what_became_of_an_error_has_it_as_its_cause() -> None:
    error = asyncpg.DeadlockDetectedError("deadlock detected")

    with pytest.raises(Again) as caught:
        raised(failure(error), error)

    assert caught.value.__cause__ is error
