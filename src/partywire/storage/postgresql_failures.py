"""What the driver raises, in the terms of this package."""

from typing import Final, NoReturn

import asyncpg

from partywire.storage.database import Again, Duplicate, ReferenceGone, StorageFailure

BROKEN: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)
CLASHES: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
ERRORS: Final = (asyncpg.PostgresError, *BROKEN)


def told(error: Exception) -> str:
    """What an operator may read: not the details, in which the server quotes what was written."""
    message = error.message if isinstance(error, asyncpg.PostgresError) else error
    return f"PostgreSQL: {type(error).__name__}: {message}"


def failure(error: Exception) -> Exception:
    """The driver's error in the terms of this package; what is our own mistake stays itself."""
    if isinstance(error, asyncpg.UniqueViolationError):
        return Duplicate(told(error))
    text = told(error)
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return ReferenceGone(text)
    if isinstance(error, (asyncpg.DataError, ValueError)):
        return error  # of the server, and of the driver
    if isinstance(error, TimeoutError):
        return StorageFailure(text)
    if isinstance(error, (*CLASHES, *BROKEN)):
        return Again(text)
    return StorageFailure(text)


def raised(found: Exception, error: Exception) -> NoReturn:
    """Raises what ``failure`` made of an error; one that stayed itself is not its own cause."""
    if found is error:
        raise error
    raise found from error
