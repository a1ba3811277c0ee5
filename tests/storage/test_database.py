from partywire.errors import Unavailable
from partywire.storage.database import StorageFailure
from partywire.wire.http import problems


def test_a_storage_failure_tells_the_operator_and_not_the_client() -> None:
    failure = StorageFailure("/srv/secret/place: disk I/O error")

    assert isinstance(failure, Unavailable)
    assert str(failure) == "/srv/secret/place: disk I/O error"
    assert (failure.status, failure.code) == (503, 20503)
    assert b"secret" not in problems.body(failure)


def test_a_storage_failure_without_a_reason_still_says_something() -> None:
    assert str(StorageFailure())
