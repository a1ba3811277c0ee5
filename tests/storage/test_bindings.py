import apsw
import pytest
from msgspec.structs import replace

from partywire.model.bindings import BindingFilter, BindingType
from partywire.model.pages import PageRequest, Position
from partywire.storage import bindings, users
from partywire.storage.database import Database
from storage import catalogue, rows

TYPES: list[BindingType] = ["apn", "gcm", "fcm", "twilsock"]
USERS = 6
EVERY = [
    rows.binding(number, of=number % USERS + 1, binding_type=TYPES[(number - 1) // USERS])
    for number in range(1, 25)
]
# One of the same identity, in another service.
FOREIGN = rows.binding(99, of=9, identity="user1", service_sid=rows.ELSEWHERE)


@pytest.fixture
async def full(database: Database) -> Database:
    """Six users with a device of each type."""
    async with database.transaction() as transaction:
        for number in range(1, USERS + 1):
            await users.add(transaction, rows.user(number))
        there = rows.user(9, identity="user1", service_sid=rows.ELSEWHERE)
        await users.add(transaction, there)
        for each in [*reversed(EVERY), FOREIGN]:
            await bindings.add(transaction, each)
    return database


async def test_a_binding_is_found_in_its_service_only(full: Database) -> None:
    first = EVERY[0]
    assert await bindings.fetch(full, rows.SERVICE, first.sid) == first
    assert await bindings.fetch(full, rows.ELSEWHERE, first.sid) is None
    assert await bindings.fetch(full, rows.SERVICE, FOREIGN.sid) is None


@pytest.mark.parametrize("types", [(), ("apn",), ("gcm", "twilsock"), tuple(TYPES)], ids=str)
@pytest.mark.parametrize(
    "identities",
    [
        (),
        ("user1",),
        ("user2", "user5"),
        ("nobody",),
        ("nobody", "user3"),
        ("USER1", "user1 "),
        tuple(f"user{number}" for number in range(bindings.MOST_IDENTITIES)),
    ],
    ids=lambda identities: f"{len(identities)}:{','.join(identities)[:12]}",
)
async def test_bindings_of_some_types_and_users_are_listed_in_the_order_of_their_sids(
    full: Database, types: tuple[BindingType, ...], identities: tuple[str, ...]
) -> None:
    wanted = BindingFilter(types=types, identities=identities)
    expected = [
        each
        for each in EVERY
        if (not types or each.binding_type in types)
        and (not identities or each.identity in identities)
    ]
    request, walked, ends = PageRequest(3), [], 0
    while True:
        page = await bindings.page(full, rows.SERVICE, wanted, request)
        walked += page.items
        ends += page.previous is None
        if page.next is None:
            break
        request = PageRequest(3, page.next)
    assert walked == expected
    assert ends == 1


async def test_a_filtered_list_is_walked_backwards_too(full: Database) -> None:
    wanted = BindingFilter(identities=("user2", "user3"))
    expected = [each for each in EVERY if each.identity in wanted.identities]
    request = PageRequest(3, Position("before", (expected[5].sid,)))
    page = await bindings.page(full, rows.SERVICE, wanted, request)
    assert page.items == expected[2:5]


async def test_a_list_knows_nothing_of_other_services(full: Database) -> None:
    for wanted in (BindingFilter(), BindingFilter(identities=("user1",))):
        page = await bindings.page(full, rows.ELSEWHERE, wanted, PageRequest(50))
        assert page.items == [FOREIGN]


async def test_a_binding_is_deleted_once_and_from_its_service_only(full: Database) -> None:
    first = EVERY[0]
    async with full.transaction() as transaction:
        assert not await bindings.delete(transaction, rows.ELSEWHERE, first.sid)
        assert await bindings.delete(transaction, rows.SERVICE, first.sid)
        assert not await bindings.delete(transaction, rows.SERVICE, first.sid)
    page = await bindings.page(full, rows.SERVICE, BindingFilter(), PageRequest(50))
    assert page.items == EVERY[1:]


async def test_a_deleted_user_s_bindings_go_along(full: Database) -> None:
    async with full.transaction() as transaction:
        await users.delete(transaction, rows.SERVICE, rows.user(1).sid)
    page = await bindings.page(full, rows.SERVICE, BindingFilter(), PageRequest(50))
    assert page.items == [each for each in EVERY if each.identity != "user1"]


@pytest.mark.parametrize("place", ["first", "after", "before"])
def test_one_user_s_bindings_are_read_by_the_index_of_their_own(place: str) -> None:
    schema = catalogue.with_schema()
    schema.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    text = catalogue.statements()[f"bindings._LISTS[1].{place}"].numbered
    plan = schema.execute(f"EXPLAIN QUERY PLAN {text}", dict.fromkeys(map(str, range(1, 20))))
    steps = [detail for *_, detail in plan]
    schema.close()
    assert any("bindings" in step and "user_sid=?" in step for step in steps), steps
    assert any("users_by_identity" in step for step in steps), steps


async def test_a_device_is_found_again_and_renewed(full: Database) -> None:
    first = EVERY[0]
    found = await bindings.same(full, first.user_sid, first.binding_type, first.endpoint)
    assert found == first
    assert await bindings.same(full, first.user_sid, "fcm", first.endpoint) is None
    changed = replace(first, credential_sid="CR1", message_types="[]", date_updated=9)
    async with full.transaction() as transaction:
        await bindings.renew(transaction, changed)
    assert await bindings.fetch(full, rows.SERVICE, first.sid) == changed


async def test_a_dead_device_is_deleted_unless_it_was_registered_again(full: Database) -> None:
    first = EVERY[0]
    async with full.transaction() as transaction:
        await bindings.delete_dead(transaction, rows.SERVICE, first.sid, first.date_updated - 1)
    assert await bindings.fetch(full, rows.SERVICE, first.sid) == first
    async with full.transaction() as transaction:
        await bindings.delete_dead(transaction, rows.SERVICE, first.sid, first.date_updated)
    assert await bindings.fetch(full, rows.SERVICE, first.sid) is None
