"""Roles, in the words of the official libraries."""

from clients.runs import Stage, is_date, refusal, why


def test_a_service_is_born_with_four_roles(stage: Stage) -> None:
    assert stage.saw("keeping_roles")["born"] == [
        ["channel admin", "conversation"],
        ["channel user", "conversation"],
        ["service admin", "service"],
        ["service user", "service"],
    ]


def test_a_role_is_kept_as_it_was_made(stage: Stage) -> None:
    saw = stage.saw("keeping_roles")
    made = saw["made"]
    assert (made["friendly_name"], made["type"]) == ("reader", "conversation")
    assert made["permissions"] == ["sendMessage", "leaveConversation"]
    assert made["url"] == f"{stage.root(made['chat_service_sid'])}/Roles/{made['sid']}"
    assert is_date(made["date_created"])
    assert saw["fetched"] == made


def test_an_update_replaces_all_permissions(stage: Stage) -> None:
    saw = stage.saw("keeping_roles")
    assert saw["updated"]["permissions"] == ["leaveConversation"]
    assert saw["read_back"] == saw["updated"]
    assert why(saw["unknown"]) == refusal(400, 50104)


def test_who_held_a_deleted_role_falls_back_to_the_default(stage: Stage) -> None:
    saw = stage.saw("keeping_roles")
    assert saw["held"] == saw["made"]["sid"]
    assert saw["answer"] is True
    assert saw["held_then"].startswith("RL")
    assert saw["held_then"] != saw["held"]
    assert why(saw["fetch"]) == refusal(404, 20404)
    assert saw["left"] == 4
