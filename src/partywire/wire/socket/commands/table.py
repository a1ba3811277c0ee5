"""All commands of the chat SDK in one table. Source: section 5 of what is known of the protocol."""

from partywire.wire.socket.commands import (
    bindings,
    configuration,
    conversations,
    messages,
    participants,
    user_conversations,
    users,
)
from partywire.wire.socket.commands.command import SERVICE, command
from partywire.wire.socket.commands.typing_indicator import TypingIndicator
from partywire.wire.socket.upstream import Route

_MINE = f"{SERVICE}/Users/{{UserSid}}/Conversations"
_USER = f"{SERVICE}/Users/{{Sid}}"
_ALL = f"{SERVICE}/Conversations"
_ONE = f"{_ALL}/{{ConversationSid}}"
_PARTICIPANT = f"{_ONE}/Participants/{{Sid}}"
_MESSAGE = f"{_ONE}/Messages/{{Sid}}"
_DEVICES = "/v1/registrations"

COMMANDS = [
    command("GET", configuration.PATH, configuration.fetch),
    command("GET", "/Client/v2/ContentTemplates", configuration.templates),
    command("GET", _MINE, user_conversations.page),
    command("GET", f"{_MINE}/{{Key}}", user_conversations.fetch),
    command("POST", f"{_MINE}/{{Key}}", user_conversations.update),
    command("GET", _USER, users.fetch),
    command("POST", _USER, users.update),
    command("POST", _ALL, conversations.create),
    command("GET", _ONE, conversations.fetch),
    command("POST", _ONE, conversations.update),
    command("DELETE", _ONE, conversations.delete),
    command("POST", f"{_ONE}/Participants", participants.create),
    command("POST", _PARTICIPANT, participants.update),
    command("DELETE", _PARTICIPANT, participants.delete),
    command("POST", f"{_ONE}/Messages", messages.create),
    command("POST", _MESSAGE, messages.update),
    command("DELETE", _MESSAGE, messages.delete),
    command("GET", f"{_MESSAGE}/Receipts", messages.page_receipts),
    command("GET", f"{_MESSAGE}/ChannelMetadata", messages.channel_metadata),
    command("GET", f"{_ONE}/MessageRecipients", messages.recipients),
    command("POST", _DEVICES, bindings.create),
    command("DELETE", _DEVICES, bindings.forget),
    command("DELETE", f"{_DEVICES}/{{Sid}}", bindings.delete),
]


def routes(typing: TypingIndicator) -> list[Route]:
    """What stands where, for ``Upstream``."""
    typed = command("POST", "/v1/Instances/{ServiceSid}/Typing", typing.post)
    return [*COMMANDS, typed]
