"""A server without sockets, whose clock the test moves."""

from typing import Any

import httpx

from partywire.clock import FrozenClock


class Bench:
    """One account of a server inside this process, and the server's clock."""

    def __init__(self, http: httpx.AsyncClient, clock: FrozenClock) -> None:
        self.http, self.clock = http, clock

    async def made(self, path: str, form: dict[str, Any] | None = None) -> Any:
        """Posts, expects 201 or 200, returns the JSON."""
        answer = await self.http.post(f"/v1{path}", data=form or {})
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def seen(self, path: str, **query: Any) -> Any:
        """Gets, expects 200, returns the JSON."""
        answer = await self.http.get(f"/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()
