"""Messages, in the words of the official libraries."""

from clients.runs import Stage, date, is_date, refusal, why


def test_a_message_is_kept_to_the_letter(stage: Stage) -> None:
    saw = stage.saw("keeping_messages")
    made = saw["made"]
    assert made["body"] == "Grüße, 你好 & <b>100%</b> + =\n😀"
    assert made["attributes"] == '{"mood": "fröhlich"}'
    assert (made["index"], made["author"], made["participant_sid"]) == (0, "ann", saw["ann"])
    assert made["date_created"] == date("2024-02-29T12:30:15Z")
    assert (made["media"], made["delivery"], made["content_sid"]) == (None, None, None)
    assert made["url"].startswith(stage.base)
    assert made["links"]["delivery_receipts"] == f"{made['url']}/Receipts"
    assert saw["fetched"] == made


def test_an_edit_is_kept(stage: Stage) -> None:
    saw = stage.saw("keeping_messages")
    edited = {"body": "edited", "attributes": "{}", "date_updated": date("2024-03-01T06:00:00Z")}
    assert saw["updated"] == {**saw["made"], **edited}
    assert saw["read_back"] == saw["updated"]


def test_a_message_without_author_is_the_systems(stage: Stage) -> None:
    message = stage.saw("keeping_messages")["by_nobody"]
    assert (message["index"], message["author"]) == (1, "system")
    assert message["participant_sid"] is None
    assert is_date(message["date_created"])


def test_messages_come_in_the_order_that_was_asked(stage: Stage) -> None:
    saw = stage.saw("ordering_messages")
    forth = [[0, "a"], [1, "b"], [2, "c"]]
    assert saw["unasked"] == saw["asc"] == forth
    assert saw["desc"] == forth[::-1]
    assert saw["latest"] == [[2, "c"]]


def test_a_deleted_message_leaves_its_index_empty(stage: Stage) -> None:
    saw = stage.saw("deleting_a_message")
    assert saw["answers"] == [True, True]
    assert why(saw["fetch"]) == why(saw["delete"]) == refusal(404, 20404)
    assert saw["next"] == 3
    assert saw["left"] == [[0, "a"], [3, "d"]]
