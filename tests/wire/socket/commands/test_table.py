"""All commands of the chat SDK in one table."""

from partywire.domain.call import Resources
from partywire.wire.socket.commands.table import routes
from partywire.wire.socket.commands.typing_indicator import TypingIndicator
from partywire.wire.socket.connections import Connections
from partywire.wire.socket.upstream import Upstream


async def test_each_command_stands_at_a_place_of_its_own(resources: Resources) -> None:
    table = routes(TypingIndicator(resources, Connections()))
    Upstream(table)
    places = {(route.method, route.path) for route in table}
    assert len(places) == len(table)
    assert ("GET", "/Client/v2/Configuration") in places
    assert ("POST", "/v1/Instances/{ServiceSid}/Typing") in places
    assert {method for method, _ in places} == {"GET", "POST", "DELETE"}
