"""The open sockets of a process."""

from partywire import errors
from partywire.domain.call import Resources
from partywire.model.tokens import Grant
from partywire.wire.socket.connections import Connection, Connections

Told = list[tuple[str, Connection]]


class Listener:
    def __init__(self, told: Told) -> None:
        self.told = told

    async def opened(self, connection: Connection) -> None:
        self.told.append(("opened", connection))

    async def closed(self, connection: Connection) -> None:
        self.told.append(("closed", connection))


def connection(resources: Resources, identity: str = "alice", service: str = "IS1") -> Connection:
    grant = Grant("AC1", "AC1", service, identity, "SK1", 0)
    return Connection(resources, grant, "US1", "http://bench", lambda *_: None)


async def test_the_sockets_of_a_user_are_found_by_service_and_identity(
    resources: Resources,
) -> None:
    connections = Connections()
    first, second = connection(resources), connection(resources)
    elsewhere, other = connection(resources, service="IS2"), connection(resources, "bob")
    for one in (first, second, elsewhere, other):
        await connections.add(one)

    assert set(connections.of("IS1", "alice")) == {first, second}
    assert connections.of("IS1", "bob") == [other]
    assert connections.of("IS2", "bob") == []
    assert len(connections) == 4
    assert set(connections.every()) == {first, second, elsewhere, other}


async def test_watchers_are_told_of_each_that_comes_and_goes_once(resources: Resources) -> None:
    told: Told = []
    connections = Connections()
    connections.watch(Listener(told))
    one = connection(resources)

    await connections.add(one)
    await connections.remove(one)
    await connections.remove(one)

    assert told == [("opened", one), ("closed", one)]
    assert connections.of("IS1", "alice") == []
    assert len(connections) == 0


async def test_a_call_is_the_user_s_in_the_service_of_the_token(resources: Resources) -> None:
    call = connection(resources).call()

    assert (call.source, call.client_identity, call.webhooks) == ("SDK", "alice", True)
    assert call.scope.root == "http://bench/v1/Services/IS1"
    assert call.now == resources.clock.now()


async def test_a_notification_goes_out_as_it_is(resources: Resources) -> None:
    sent: list[tuple[str, bytes]] = []
    grant = Grant("AC1", "AC1", "IS1", "alice", "SK1", 0)
    one = Connection(resources, grant, "US1", "", lambda *what: sent.append(what))

    one.send_notification("twilio.sync.event", b"{}")

    assert sent == [("twilio.sync.event", b"{}")]


async def test_a_socket_can_be_ended_saying_why(resources: Resources) -> None:
    ended: list[errors.ApiError] = []
    grant = Grant("AC1", "AC1", "IS1", "alice", "SK1", 0)
    one = Connection(resources, grant, "US1", "http://bench", lambda *_: None, ender=ended.append)
    why = errors.AccessTokenIssuerInvalid()
    one.send_away(why)
    assert ended == [why]
    connection(resources).send_away(why)  # nobody is there to be ended
