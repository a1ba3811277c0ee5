from partywire.storage import authority, conversations, participants, roles, users
from partywire.storage.authority import Roles
from partywire.storage.database import Database
from storage import rows

TALK = rows.conversation(1)
ANN, BOB = rows.user(1), rows.user(2)


async def _world(database: Database) -> None:
    async with database.transaction() as transaction:
        await roles.add(transaction, rows.role(1, permissions='["joinConversation"]'))
        inside = rows.role(2, type="conversation", permissions='["sendMessage"]')
        await roles.add(transaction, inside)
        await users.add(transaction, ANN)
        await users.add(transaction, BOB)
        await conversations.add(transaction, TALK)
        joined = rows.participant(1, user_sid=ANN.sid, identity=ANN.identity, role_sid=inside.sid)
        await participants.add(transaction, joined)


async def test_both_roles_are_found_at_once(database: Database) -> None:
    await _world(database)
    found = await authority.roles_of(database, rows.SERVICE, ANN.identity, TALK.sid)
    assert found == Roles(
        user_sid=ANN.sid,
        in_service='["joinConversation"]',
        participant_sid=rows.participant(1).sid,
        in_conversation='["sendMessage"]',
    )


async def test_who_is_outside_has_the_service_s_role_alone(database: Database) -> None:
    await _world(database)
    alone = Roles(BOB.sid, '["joinConversation"]', None, None)
    for conversation_sid in (TALK.sid, rows.conversation(9).sid, None):
        key = (rows.SERVICE, BOB.identity, conversation_sid)
        assert await authority.roles_of(database, *key) == alone


async def test_another_service_does_not_know_them(database: Database) -> None:
    await _world(database)
    assert await authority.roles_of(database, rows.ELSEWHERE, ANN.identity, TALK.sid) is None
    assert await authority.roles_of(database, rows.SERVICE, "nobody", TALK.sid) is None
