"""Whatever comes in: no crash, errors of the one shape, successes of the documented one."""

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from contract.oddities import FORM, Sent, requests
from contract.schemas import assert_success
from contract.shapes import assert_error
from contract.table import ROWS, Row
from contract.world import UNREACHABLE, World, body_for, query_for
from harness import Client, Server, account

REACHABLE = [row for row in ROWS if not UNREACHABLE.keys() & set(row.things)]
KNOWN_STATUSES = {400, 401, 404, 405, 409, 413, 501}
# The second engine is asked what the first was asked, as long as it takes to meet each odd value.
EXAMPLES = {"sqlite": 80, "postgresql": 40}
STEADY = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


class Target:
    """A world to shoot at: a new one after each hit, as a hit may have changed it."""

    def __init__(self, url: str, row: Row) -> None:
        self._url, self._row = url, row
        self.renew()

    def renew(self) -> None:
        """Opens an account of its own, with its world where the row's door leads."""
        credentials = account()
        # Loopback without TLS: leaving out the certificates saves most of a client's cost.
        http = httpx.Client(
            base_url=self._url, auth=credentials, timeout=60, trust_env=False, verify=False
        )
        self.client = Client(self._url, credentials, http=http)
        self.world = World(self.client, default=self._row.door == "account")

    def close(self) -> None:
        """Closes the connections."""
        self.client.http.close()

    def hit(self, request: Sent) -> httpx.Response:
        """Sends the request; makes a new world if it changed this one."""
        path = self._row.path({**self.world.sids, **request.instead})
        headers = {"Content-Type": FORM, **request.headers}
        answer = self.client.http.request(
            self._row.operation.method,
            path + request.query,
            content=request.body,
            headers={name: value.encode() for name, value in headers.items()},  # type: ignore[misc]
        )
        if self._row.operation.method != "GET" and answer.status_code < 300:
            self.close()
            self.renew()
        return answer


@pytest.fixture
def target(server: Server, row: Row) -> Iterator[Target]:
    made = Target(server.url, row)
    yield made
    made.close()


def assert_documented(row: Row, answer: httpx.Response) -> None:
    """The answer is a success or an error as the wire knows them."""
    status = answer.status_code
    if status < 300:
        assert_success(row, status, answer.content)
        return
    assert status in KNOWN_STATUSES, answer.text
    assert_error(answer, status, answer.json()["code"])
    if status == 501:
        assert row.operation.method == "POST", "only a parameter may be missing here"


@pytest.mark.parametrize("row", REACHABLE, ids=str)
def test_an_ordinary_request_has_the_documented_answer(target: Target, row: Row) -> None:
    world, method = target.world, row.operation.method
    if row.template.endswith("/Services/{Sid}") and method == "DELETE":
        world = World(target.client, default=False)  # the default service stays
    path, query = row.path(world.sids), query_for(row)
    answer = target.client.http.request(method, path, params=query, data=body_for(row))
    assert answer.status_code < 300, answer.text
    assert_success(row, answer.status_code, answer.content)


# They have neither a parameter nor a name in their path.
NOTHING_TO_GET_WRONG = {
    ("GET", "/v1/Configuration"),
    ("GET", "/v1/Configuration/Webhooks"),
}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_no_request_whatever_breaks_the_server(target: Target, row: Row, engine: str) -> None:
    statuses = set()

    @settings(STEADY, max_examples=EXAMPLES[engine])
    @given(requests(row))
    def shoot(request: Sent) -> None:
        answer = target.hit(request)
        assert_documented(row, answer)
        statuses.add(answer.status_code)

    shoot()
    if row in REACHABLE and (row.operation.method, row.template) not in NOTHING_TO_GET_WRONG:
        assert len(statuses) > 1, "the requests should not all end in the same way"
    assert target.client.get("/Users").status_code == 200
