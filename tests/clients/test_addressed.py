"""Participants by address, in the words of the official libraries."""

import json

from clients.runs import Stage, is_date, refusal, why


def test_an_address_joins_through_a_proxy(stage: Stage) -> None:
    made = stage.saw("joining_by_address")["made"]
    assert made["identity"] is None
    assert made["role_sid"] is None
    assert made["messaging_binding"] == {
        "type": "sms",
        "address": "+15550100",
        "proxy_address": "+15550199",
    }


def test_a_pair_is_in_one_open_conversation_at_most(stage: Stage) -> None:
    saw = stage.saw("joining_by_address")
    assert why(saw["taken"]) == refusal(409, 50416)
    assert saw["taken"]["message"].rstrip().endswith(f"in Conversation {saw['first']}")


def test_a_new_proxy_gives_the_old_pair_free(stage: Stage) -> None:
    saw = stage.saw("joining_by_address")
    assert saw["moved"]["messaging_binding"]["proxy_address"] == "+15550198"
    assert saw["bindings"] == [
        {"type": "sms", "address": "+15550100", "proxy_address": "+15550199"},
        {"type": "sms", "projected_address": "+15550111"},
        {"type": "sms", "address": "+15550112"},
    ]


def test_somebodys_conversations_are_found_by_address_or_identity(stage: Stage) -> None:
    saw = stage.saw("joining_by_address")
    assert saw["by_address"] == saw["both"]
    one = saw["one"]
    assert one["participant_identity"] == "ann"
    assert one["participant_messaging_binding"]["projected_address"] == "+15550111"
    assert one["conversation_state"] == "active"
    assert is_date(one["conversation_date_created"])
    root = stage.root(one["chat_service_sid"])
    conversation = f"{root}/Conversations/{one['conversation_sid']}"
    assert one["links"]["conversation"] == conversation
    assert one["links"]["participant"] == f"{conversation}/Participants/{one['participant_sid']}"


def test_a_conversation_is_made_with_its_participants(stage: Stage) -> None:
    saw = stage.saw("making_a_conversation_with_participants")
    made, then = saw["made"], saw["then"]
    assert (made["state"], then["state"]) == ("initializing", "active")
    assert made["friendly_name"] == then["friendly_name"] == "Lunch"
    assert set(then["links"]) - set(made["links"]) == {"export"}
    ann, other = saw["people"]
    assert (ann["identity"], json.loads(ann["attributes"])) == ("ann", {"seat": 1})
    assert other["messaging_binding"]["type"] == "whatsapp"


def test_without_participants_it_is_an_ordinary_conversation(stage: Stage) -> None:
    alone = stage.saw("making_a_conversation_with_participants")["alone"]
    assert (alone["unique_name"], alone["state"]) == ("alone", "active")


def test_where_one_participant_cannot_be_added_nothing_is_made(stage: Stage) -> None:
    saw = stage.saw("making_a_conversation_with_participants")
    assert why(saw["twice"]) == refusal(409, 50433)
    assert saw["bobs"] == ["ann"]
