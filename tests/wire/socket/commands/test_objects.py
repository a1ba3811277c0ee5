"""Which objects of Sync show what a command is about."""

from partywire.wire.socket.commands import objects


def test_objects_are_named_after_what_they_show() -> None:
    conversation = objects.of_conversation("CH1")
    assert (conversation.conversation, conversation.messages, conversation.participants) == (
        "CH1.channel",
        "CH1.messages",
        "CH1.roster",
    )
    assert objects.of_user("US1").user_info_map == "US1.info"
