"""Many clients at once, each over a connection of its own."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import httpx

CLIENTS = 64

T = TypeVar("T")
Form = dict[str, str | int]


class Crowd:
    """Clients of one account that ask at the same time."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str) -> Any:
        answer = await self.http.get(f"/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, path: str, form: Form | None = None) -> httpx.Response:
        return await self.http.post(f"/v1{path}", data=form or {})

    async def make(self, path: str, form: Form | None = None) -> Any:
        answer = await self.send(path, form)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()

    async def delete(self, path: str) -> None:
        answer = await self.http.delete(f"/v1{path}")
        assert answer.status_code == 204, answer.text

    async def items(self, path: str, key: str) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        url = f"/v1{path}"
        while url:
            page = (await self.http.get(url)).json()
            found += page[key]
            url = page["meta"]["next_page_url"]
        return found


@asynccontextmanager
async def crowd(url: str, credentials: tuple[str, str]) -> AsyncIterator[Crowd]:
    async with httpx.AsyncClient(
        base_url=url,
        auth=credentials,
        timeout=60,
        trust_env=False,
        limits=httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS),
    ) as http:
        yield Crowd(http)


async def at_once(act: Callable[[int], Awaitable[T]], count: int = CLIENTS) -> list[T]:
    """What each of several calls returned, all begun in the same moment.

    All are over when this returns or raises: nobody goes on with a client that is closed.
    """
    calls = (act(number) for number in range(count))
    results = await asyncio.gather(*calls, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return cast("list[T]", results)


def outcomes(answers: Iterable[httpx.Response]) -> Counter[tuple[int, int | None]]:
    """How often each status and error code was answered."""
    return Counter((answer.status_code, answer.json().get("code")) for answer in answers)
