"""Everything that was promised, looked at from both sides: the tables and the answers."""

from crash import evidence
from crash.evidence import Rows
from crash.load import Ledger
from harness import Client


def assert_nothing_is_lost(rows: Rows, ledger: Ledger) -> None:
    """What was acknowledged happened once; the tables are what happened."""
    happened = evidence.events(rows)
    evidence.assert_sound(rows)
    evidence.assert_promises_are_kept(ledger, happened)
    evidence.assert_indexes_have_no_gap(rows, happened)
    evidence.assert_tables_are_what_the_outbox_tells(rows, happened)


def assert_the_feed_tells_it(rows: Rows) -> None:
    """Who follows the feed, in its order, comes to know the same."""
    told = evidence.fed(rows)
    evidence.assert_indexes_have_no_gap(rows, told)
    evidence.assert_tables_are_what_the_outbox_tells(rows, told)


def assert_answers_agree(url: str, credentials: tuple[str, str], rows: Rows) -> None:
    """What clients are shown is what the tables hold, unread counts message by message."""
    counts = evidence.recounted(rows)
    messages = sorted(rows.execute("SELECT conversation_sid, message_index, sid FROM messages"))
    with Client(url, credentials) as client:
        shown = {
            (user["identity"], each["conversation_sid"]): each["unread_messages_count"]
            for user in client.items("/Users", "users", PageSize=100)
            for each in client.items(f"/Users/{user['sid']}/Conversations", "conversations")
        }
        talks = sorted(talk["sid"] for talk in client.items("/Conversations", "conversations"))
        seen = [
            (talk, message["index"], message["sid"])
            for talk in talks
            for message in client.items(f"/Conversations/{talk}/Messages", "messages", PageSize=100)
        ]
    assert shown.keys() == counts.keys()
    assert {each: shown[each] for each in counts if shown[each] != counts[each]} == {}
    assert seen == messages
