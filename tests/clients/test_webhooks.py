"""Webhooks of a conversation and receipts of a message, in the words of the official libraries."""

from clients.runs import Stage, is_date, refusal, why


def test_a_webhook_is_kept_as_it_was_made(stage: Stage) -> None:
    saw = stage.saw("keeping_webhooks")
    made = saw["made"]
    assert made["target"] == "webhook"
    assert made["configuration"] == {
        "url": "https://example.com/hook",
        "method": "post",
        "filters": ["onMessageAdded", "onParticipantAdded"],
    }
    assert is_date(made["date_created"])
    assert made["url"].endswith(f"/Conversations/{made['conversation_sid']}/Webhooks/{made['sid']}")
    assert made["url"].startswith(stage.base)
    assert saw["fetched"] == made
    assert saw["studio"] is True


def test_a_webhooks_changes_are_kept(stage: Stage) -> None:
    saw = stage.saw("keeping_webhooks")
    assert saw["updated"]["configuration"] == {
        "url": "https://example.com/hook",
        "method": "get",
        "filters": ["onMessageAdded"],
    }
    assert saw["read_back"] == saw["updated"]
    assert why(saw["without_url"]) == refusal(400, 50369)


def test_a_deleted_webhook_is_gone(stage: Stage) -> None:
    saw = stage.saw("keeping_webhooks")
    assert saw["listed"] == ["studio", "webhook"]
    assert saw["answer"] is True
    assert why(saw["fetch"]) == refusal(404, 20404)
    assert saw["left"] == ["studio"]


def test_a_message_among_chatters_has_no_receipts(stage: Stage) -> None:
    saw = stage.saw("looking_for_receipts")
    assert saw["listed"] == []
    assert why(saw["fetch"]) == refusal(404, 20404)
