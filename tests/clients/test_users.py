"""Users, in the words of the official libraries."""

from clients.runs import Stage, is_date, refusal, why


def test_a_user_is_kept_as_it_was_made(stage: Stage) -> None:
    saw = stage.saw("keeping_users")
    made = saw["made"]
    assert (made["identity"], made["friendly_name"]) == ("ann", "Ann")
    assert made["attributes"] == '{"team": "red"}'
    assert made["url"] == f"{stage.root(made['chat_service_sid'])}/Users/{made['sid']}"
    assert made["links"] == {"user_conversations": f"{made['url']}/Conversations"}
    assert is_date(made["date_created"])
    assert is_date(made["date_updated"])
    assert saw["by_sid"] == saw["by_identity"] == made


def test_a_users_changes_are_kept(stage: Stage) -> None:
    saw = stage.saw("keeping_users")
    assert saw["updated"]["friendly_name"] == "Ann Lee"
    assert saw["updated"]["attributes"] == '{"team": "blue"}'
    assert saw["read_back"] == saw["updated"]
    assert saw["listed"] == ["ann", "bob"]


def test_a_deleted_user_is_gone_from_everywhere_but_their_messages(stage: Stage) -> None:
    saw = stage.saw("deleting_a_user")
    assert saw["answer"] is True
    for act in ("fetch", "delete", "their_conversations"):
        assert why(saw[act]) == refusal(404, 20404)
    assert saw["users"] == ["bob"]
    assert saw["participants"] == ["bob"]
    assert saw["authors"] == ["ann"]
