"""The first steps of most scenarios: somebody in a conversation, and something said."""

from typing import Any

from harness import Client


def conversation(client: Client, **form: str) -> str:
    """Makes a conversation; returns its SID."""
    sid: str = client.made("/Conversations", form)["sid"]
    return sid


def join(client: Client, conversation_sid: str, identity: str) -> Any:
    """Adds a participant; returns its JSON."""
    return client.made(f"/Conversations/{conversation_sid}/Participants", {"Identity": identity})


def say(client: Client, conversation_sid: str, body: str = "hello", **form: str) -> Any:
    """Posts a message; returns its JSON."""
    return client.made(f"/Conversations/{conversation_sid}/Messages", {"Body": body, **form})


def close(client: Client, conversation_sid: str) -> None:
    """Closes a conversation."""
    client.made(f"/Conversations/{conversation_sid}", {"State": "closed"})


def chat(client: Client, identity: str = "ada", messages: int = 0, **form: str) -> str:
    """A conversation with one participant and some messages; returns its SID."""
    sid = conversation(client, **form)
    join(client, sid, identity)
    for number in range(messages):
        say(client, sid, f"message {number}")
    return sid


def seen(client: Client, conversation_sid: str, identity: str = "ada") -> Any:
    """The conversation as the user sees it."""
    return client.seen(f"/Users/{identity}/Conversations/{conversation_sid}")


def mark(client: Client, conversation_sid: str, identity: str = "ada", **form: str | int) -> Any:
    """Updates the user's side of the conversation; returns its JSON."""
    return client.made(f"/Users/{identity}/Conversations/{conversation_sid}", form)
