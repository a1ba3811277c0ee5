"""Nothing that is built goes untried by a library."""

from urllib.parse import quote

from clients.runs import Tour
from partywire.wire.http.doors import DOORS, routes


def test_every_operation_is_exercised_at_every_door(tour: Tour) -> None:
    built = {
        (door, operation.method, operation.path) for door, _, table in DOORS for operation in table
    }
    tree = routes()
    tried = set()
    for method, path in tour.requests:
        found = tree.find(quote(path, safe="/%").encode())
        operation = found[0].operations.get(method) if found else None
        if found is not None and operation is not None:
            tried.add((found[0].door, method, operation.path))
    assert tried >= built, sorted(built - tried)
