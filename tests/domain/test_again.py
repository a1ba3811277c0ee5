"""A use-case whose transaction was undone through no fault of its own is done once more."""

from types import TracebackType
from typing import Any, Self

import pytest
from msgspec.structs import replace

from domain.scenes import kinds, talk, unchanged, written
from partywire import errors
from partywire.domain import again, messages, participants
from partywire.domain.again import until_done
from partywire.domain.call import Call
from partywire.model.messages import MessageChanges
from partywire.model.pages import PageRequest
from partywire.model.participants import NewParticipant
from partywire.storage.database import Again, Duplicate, ReferenceGone, StorageFailure

TIMES = len(again._PAUSES) + 1
HELLO = MessageChanges(body="hello")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "_PAUSES", (0.0,) * (TIMES - 1))


class Scripted:
    """A use-case that fails as it is told, one time after the other, and then goes well."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.asked: list[tuple[Any, ...]] = []

    async def act(self, *arguments: Any) -> str:
        self.asked.append(arguments)
        if self.failures:
            raise self.failures.pop(0)
        return "done"


class _Undone:
    """A transaction that is undone when it should be kept."""

    def __init__(self, transaction: Any, error: Exception | None) -> None:
        self._transaction, self._error = transaction, error

    async def __aenter__(self) -> Self:
        await self._transaction.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None or self._error is None:
            await self._transaction.__aexit__(kind, error, traceback)
            return
        await self._transaction.__aexit__(type(self._error), self._error, None)
        raise self._error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)


class Unlucky:
    """A database that undoes so many transactions when they should be kept."""

    together = None

    def __init__(self, database: Any, *failures: Exception) -> None:
        self._database, self.failures = database, list(failures)

    def transaction(self) -> _Undone:
        error = self.failures.pop(0) if self.failures else None
        return _Undone(self._database.transaction(), error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)


def unlucky(call: Call, *failures: Exception) -> Call:
    database: Any = Unlucky(call.database, *failures)
    return replace(call, resources=replace(call.resources, database=database))


async def test_what_goes_well_is_done_once() -> None:
    once = Scripted()
    assert await until_done(once.act, "call", 5) == "done"
    assert once.asked == [("call", 5)]


@pytest.mark.parametrize("clashes", range(1, TIMES))
async def test_what_clashed_is_done_again_with_the_same_arguments(clashes: int) -> None:
    twice = Scripted(*[Again("clashed")] * clashes)
    assert await until_done(twice.act, "call", 5) == "done"
    assert twice.asked == [("call", 5)] * (clashes + 1)


async def test_what_clashes_every_time_is_given_up() -> None:
    never = Scripted(*[Again(f"time {number}") for number in range(1, 100)])
    with pytest.raises(Again, match=f"time {TIMES}"):
        await until_done(never.act)
    assert len(never.asked) == TIMES


async def test_what_is_gone_every_time_is_not_found() -> None:
    gone = Scripted(*[ReferenceGone("gone")] * TIMES)
    with pytest.raises(errors.NotFound):
        await until_done(gone.act)
    assert len(gone.asked) == TIMES


async def test_who_sees_that_it_is_gone_says_so_itself() -> None:
    seen = Scripted(ReferenceGone("gone"), errors.ConversationClosed())
    with pytest.raises(errors.ConversationClosed):
        await until_done(seen.act)
    assert len(seen.asked) == 2


@pytest.mark.parametrize(
    "error",
    [
        StorageFailure("not known whether committed"),
        Duplicate("taken"),
        errors.NotFound(),
        ValueError("a mistake"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_any_other_failure_is_told_at_once(error: Exception) -> None:
    once = Scripted(error)
    with pytest.raises(type(error)) as caught:
        await until_done(once.act)
    assert caught.value is error
    assert len(once.asked) == 1


async def test_a_message_that_was_undone_is_there_once_in_the_end(call: Call) -> None:
    room = await talk(call, "ada")
    clashing = unlucky(call, Again("clashed"), Again("clashed"), Again("clashed"))

    async with written(call) as events:
        made = await until_done(messages.create, clashing, room.sid, HELLO)

    assert made.index == 0
    assert kinds(events) == ["message.added"]
    page = await messages.page(call, room.sid, "asc", PageRequest(10))
    assert page.items == [made]


async def test_a_participant_who_was_undone_is_there_once_in_the_end(call: Call) -> None:
    room = await talk(call)

    async with written(call) as events:
        clashing = unlucky(call, Again("clashed"))
        ada = NewParticipant(identity="ada")
        made = await until_done(participants.create, clashing, room.sid, ada)

    assert kinds(events) == ["user.added", "participant.added"]
    found = await participants.page(call, room.sid, PageRequest(10))
    assert found.items == [made]


async def test_what_is_given_up_leaves_nothing(call: Call) -> None:
    room = await talk(call)
    clashing = unlucky(call, *[Again("clashed")] * TIMES)
    with unchanged(call), pytest.raises(Again):
        await until_done(messages.create, clashing, room.sid, HELLO)
