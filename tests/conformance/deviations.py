"""Where the specification contradicts itself, its own text, or what clients live by.

Every entry says what the specification has, what we chose and why, and ``test_deviations.py`` fails
once an entry is no longer true. Places stand for both doors: ``POST /Users``.
"""

from typing import NamedTuple

MESSAGES = "POST /Conversations/{ConversationSid}/Messages"
MESSAGE = "POST /Conversations/{ConversationSid}/Messages/{Sid}"
PARTICIPANTS = "POST /Conversations/{ConversationSid}/Participants"
PARTICIPANT = "POST /Conversations/{ConversationSid}/Participants/{Sid}"
WEBHOOK = "POST /Conversations/{ConversationSid}/Webhooks/{Sid}"


class Parameter(NamedTuple):
    """A parameter of an operation."""

    place: str
    name: str
    why: str


class Word(NamedTuple):
    """A documented word of an enumeration that is refused."""

    place: str
    name: str
    word: str
    code: int
    why: str


class Wider(NamedTuple):
    """A documented limit of characters, and the greater one that holds."""

    place: str
    name: str
    documented: int
    holds: int
    why: str


class Null(NamedTuple):
    """A field that may be null although its schema does not say so."""

    operations: tuple[str, ...]
    field: str
    why: str


class Shape(NamedTuple):
    """A part of a sample answer whose keys are not the ones shown.

    Attributes:
        path: to the part, joined by dots.
        sample: its keys in the sample, sorted; None where it has none.
        shown: its keys in our answer, sorted; None where it has none.
    """

    place: str
    name: str
    path: str
    sample: list[str] | None
    shown: list[str] | None
    why: str


# In a sample request, but not among the operation's parameters.
SAMPLED_ONLY = [
    Parameter(
        PARTICIPANTS,
        "MessagingBinding.ProxyAddressFallback",
        "The sample createRcsWithFallback sends it; no library can, as their methods come from the "
        "parameters. Ignored, as everything unknown is.",
    )
]

# Sending one answers 501: they need content, which comes later.
NOT_BUILT = [
    Parameter(MESSAGES, "ContentSid", "There are no content templates yet."),
    Parameter(MESSAGES, "ContentVariables", "There are no content templates yet."),
]

_INITIALIZING = (
    "Only ConversationWithParticipants produces it, says the documentation of that resource; "
    "the parameter shares its enumeration with the answer."
)
REFUSED_WORDS = [
    Word("POST /Conversations", "State", "initializing", 50378, _INITIALIZING),
    Word("POST /Conversations/{Sid}", "State", "initializing", 50378, _INITIALIZING),
    Word("POST /ConversationWithParticipants", "State", "initializing", 50378, _INITIALIZING),
    Word(
        "POST /Conversations",
        "State",
        "closed",
        50384,
        "The error dictionary has a code for just this.",
    ),
    Word(
        "POST /ConversationWithParticipants",
        "State",
        "closed",
        50384,
        "The error dictionary has a code for just this.",
    ),
]

_BODY = "The limits page gives chat bodies 32 KB; 1,600 are the most of an SMS."
_NAME = "The text says 64; names of 256 characters were seen to be taken by the real service."
WIDER = [
    Wider(MESSAGES, "Body", 1600, 32768, _BODY),
    Wider(MESSAGE, "Body", 1600, 32768, _BODY),
    Wider("POST /Roles", "FriendlyName", 64, 256, _NAME),
]

NULL_THOUGH_NOT_NULLABLE = [
    Null(
        (
            "GET /v1/Services/{ChatServiceSid}/Configuration/Webhooks",
            "POST /v1/Services/{ChatServiceSid}/Configuration/Webhooks",
        ),
        "method",
        "The enumeration has no null, but the sample fetchEmpty does, as the real service showed.",
    )
]

_DELIVERY = ["delivered", "failed", "read", "sent", "total", "undelivered"]
_CHAT = (
    "The text says that it is about participants who do not chat, and the field may be null: it is "
    "where nobody is written to over a channel."
)
SHAPES = [
    *(
        Shape(MESSAGES, name, "delivery", _DELIVERY, None, _CHAT)
        for name in ("create", "createNoAttributes", "createWithMedia", "createWithSubject")
    ),
    Shape(MESSAGE, "update", "delivery", _DELIVERY, None, _CHAT),
    Shape(
        "POST /Conversations/{Sid}",
        "updateClosedState",
        "timers",
        ["date_closed", "date_inactive"],
        [],
        "Nothing leaves the closed state, so that no timer of it is running any more.",
    ),
    Shape(
        "POST /Conversations/{ConversationSid}/Webhooks",
        "create",
        "configuration",
        ["filters", "method", "url"],
        ["filters", "method", "replay_after", "url"],
        "Who sends ReplayAfter reads it back: the Terraform provider's tests expect it.",
    ),
    Shape(
        WEBHOOK,
        "update",
        "configuration",
        ["filters", "method", "url"],
        ["filters", "method", "triggers", "url"],
        "Keywords stand under triggers too: see the contradiction of that name.",
    ),
]


class Contradiction(NamedTuple):
    """Where samples, schemas and texts differ: ``test_contradictions.py`` shows that they do."""

    name: str
    says: str
    why: str


CONTRADICTIONS = [
    Contradiction(
        "sandbox",
        "Sandbox is a boolean in the form, a string in the answer; the samples show 'False'.",
        "Taken as a boolean, shown as the strings True and False.",
    ),
    Contradiction(
        "case of methods",
        "Methods of scoped webhooks are get and post, those of the configurations GET and POST, "
        "and an address sends post and shows POST.",
        "Taken in any case everywhere, shown in the case that each one's samples show.",
    ),
    Contradiction(
        "unknown events",
        "Samples filter for onMessageSent and onConversationDestroyed, which no list has.",
        "Taken, as samples must be, and shown as sent.",
    ),
    Contradiction(
        "triggers",
        "The sample update of a webhook sends Triggers and shows the keywords under filters.",
        "Shown under filters as in the sample, and under triggers, where programs look for them.",
    ),
    Contradiction(
        "permissions",
        "The sample of a role sends one permission and shows four.",
        "Shown as sent, and an update replaces them: the text says that it takes the whole list.",
    ),
    Contradiction(
        "type of credential",
        "The sample createPushTypeFcm sends FcM and shows gcm.",
        "Shown as asked for: fcm.",
    ),
    Contradiction(
        "type of address",
        "The sample createWhatsappCaseInsensitive shows the type in the case that was sent.",
        "Shown in lower case: what is stored is one of the documented words.",
    ),
    Contradiction(
        "initializing",
        "The sample of a 202 shows a conversation that is active; a sample of an ordinary creation "
        "shows one that is initializing.",
        "Initializing with a 202 and never with a 201, as the resource's documentation has it.",
    ),
    Contradiction(
        "online in lists",
        "The text says that is_online is null in lists; the sample list shows true and false.",
        "Null.",
    ),
    Contradiction(
        "name of a service",
        "FriendlyName is among the required parameters; its text calls it optional.",
        "Required: the error dictionary has a code for a missing one.",
    ),
    Contradiction(
        "unread at the end",
        "The sample of a user conversation has 100 unread messages after index 100, of which none "
        "is said to be there.",
        "Only messages that exist and come after the horizon count.",
    ),
    Contradiction(
        "date of an edit",
        "The text says that a message's date_updated is null until it is edited; the samples of "
        "new messages show a date.",
        "A date, that of the creation.",
    ),
    Contradiction(
        "code of a receipt",
        "error_code is an integer that is never null; the text has codes for failures only.",
        "0 where nothing failed, which is also the schema's default.",
    ),
]
