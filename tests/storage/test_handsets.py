from msgspec.structs import replace

from partywire.model.handsets import Handset, HandsetMessage
from partywire.model.pages import PageRequest
from partywire.storage import accounts, conversations, handsets, messages, receipts
from partywire.storage.database import Database
from storage import rows

PHONE, OTHER = "+15550001", "+15550002"
STRANGER = rows.sid("AC", 9)


def held(number: int, address: str = PHONE, account: str = rows.ACCOUNT) -> HandsetMessage:
    return HandsetMessage(
        sid=rows.sid("SM", number),
        account=account,
        address=address,
        proxy_address="+15550100",
        direction="received",
        body="hello",
        author="eve",
        service_sid=rows.SERVICE,
        conversation_sid=rows.conversation().sid,
        message_sid=rows.message().sid,
        participant_sid=rows.sid("MB", 1),
        date_created=1,
    )


async def test_a_handset_is_kept_for_its_account(database: Database) -> None:
    broken = Handset(rows.ACCOUNT, PHONE, "failed", 30003)
    async with database.transaction() as transaction:
        await handsets.save(transaction, replace(broken, status="read"))
        await handsets.save(transaction, broken)
    assert await handsets.fetch(database, rows.ACCOUNT, PHONE) == broken
    assert await handsets.fetch(database, rows.ACCOUNT, OTHER) == Handset(rows.ACCOUNT, OTHER)
    assert await handsets.fetch(database, STRANGER, PHONE) == Handset(STRANGER, PHONE)


async def test_a_handset_holds_what_came_to_it_in_this_order(database: Database) -> None:
    async with database.transaction() as transaction:
        await accounts.add(transaction, rows.account(9))
        for each in (held(3), held(4, OTHER), held(5, account=STRANGER), held(1), held(2)):
            await handsets.add(transaction, each)
    page = await handsets.page(database, rows.ACCOUNT, PHONE, PageRequest(2))
    rest = await handsets.page(database, rows.ACCOUNT, PHONE, PageRequest(2, page.next))
    found = page.items + rest.items
    assert [each.sid for each in found] == [rows.sid("SM", number) for number in (3, 1, 2)]
    assert replace(found[0], number=0) == held(3)
    assert await handsets.message(database, rows.ACCOUNT, PHONE, found[0].sid) == found[0]
    for account, address in ((STRANGER, PHONE), (rows.ACCOUNT, OTHER)):
        assert await handsets.message(database, account, address, found[0].sid) is None


async def test_a_message_has_the_status_of_its_receipt(database: Database) -> None:
    async with database.transaction() as transaction:
        await conversations.add(transaction, rows.conversation())
        await messages.add(transaction, rows.message())
        await receipts.add(transaction, rows.receipt(1, status="failed", error_code=30003))
        await handsets.add(transaction, held(1))
        await handsets.add(transaction, held(2))
    page = await handsets.page(database, rows.ACCOUNT, PHONE, PageRequest(2))
    assert [(each.status, each.error_code) for each in page.items] == [
        ("failed", 30003),
        (None, None),
    ]
