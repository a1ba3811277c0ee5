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


def test_a_message_to_a_phone_has_a_receipt_and_says_how_far_it_came(stage: Stage) -> None:
    saw = stage.saw("reading_receipts")
    (receipt,) = saw["listed"]
    assert saw["fetched"] == receipt
    assert (receipt["status"], receipt["error_code"]) == ("delivered", 0)
    message = saw["message"]
    assert (receipt["participant_sid"], receipt["message_sid"]) == (saw["phone"], message["sid"])
    assert receipt["channel_message_sid"].startswith("SM")
    assert is_date(receipt["date_created"])
    assert is_date(receipt["date_updated"])
    assert receipt["url"].startswith(stage.base)
    assert message["delivery"] == {
        "total": 1,
        "sent": "all",
        "delivered": "all",
        "read": "none",
        "failed": "none",
        "undelivered": "none",
    }
