"""Forms that must be accepted: the least of each operation, and what parameters need beside."""

from typing import Any

from conformance.deviations import MESSAGES, PARTICIPANT, PARTICIPANTS, WEBHOOK

Values = dict[str, Any]
Forms = dict[str, Values]

HOOKS = "POST /Conversations/{ConversationSid}/Webhooks"
PEOPLE = "GET /ParticipantConversations"
ADDRESSES = "POST /Configuration/Addresses"
CREDENTIALS = "POST /Credentials"
URL = "https://example.com/hook"
FLOW = "FW" + "a" * 32
ROLE, SERVICE = "RL" + "a" * 32, "IS" + "a" * 32  # stand for real ones, as in the samples

# What nothing makes over REST: bindings come from devices, receipts from channels.
UNREACHABLE = {"Bindings": "BS" + "0" * 32, "Receipts": "DY" + "0" * 32}

ADDRESS: Values = {
    "Type": "sms",
    "Address": "+37256123457",
    "FriendlyName": "desk",
    "AutoCreation.Enabled": True,
    "AutoCreation.Type": "webhook",
    "AutoCreation.ConversationServiceSid": SERVICE,
    "AutoCreation.WebhookUrl": URL,
    "AutoCreation.WebhookMethod": "post",
    "AutoCreation.WebhookFilters": ["onMessageAdded"],
}
HOOK: Values = {
    "Target": "webhook",
    "Configuration.Url": URL,
    "Configuration.Method": "get",
    "Configuration.Filters": ["onMessageAdded"],
}
THINGS: Forms = {
    "Users": {"Identity": "ada"},
    "Conversations": {},
    "Participants": {"Identity": "ada"},
    "Messages": {"Body": "hello", "Author": "ada"},
    "Webhooks": HOOK,
    "Roles": {"FriendlyName": "helper", "Type": "conversation", "Permission": ["sendMessage"]},
    "Addresses": ADDRESS,
    "Credentials": {"Type": "fcm", "FriendlyName": "phones", "Secret": "secret"},
}
# The least that the operation needs.
BASES: dict[str, Values] = {
    "POST /Users": {"Identity": "bea"},
    "POST /Roles": {"FriendlyName": "r", "Type": "conversation", "Permission": ["sendMessage"]},
    "POST /Roles/{Sid}": {"Permission": ["sendMessage"]},
    "POST /Services": {"FriendlyName": "s"},
    PARTICIPANTS: {"Identity": "bea"},
    MESSAGES: {"Body": "b"},
    HOOKS: HOOK,
    ADDRESSES: {"Type": "sms", "Address": "+37256123457"},
    CREDENTIALS: {"Type": "fcm"},
}
# Lists that have to be asked for someone.
QUERIES: dict[str, Values] = {PEOPLE: {"Identity": "ada"}}

_PHONE = "MessagingBinding.Address"
_PROXY = "MessagingBinding.ProxyAddress"
_MASK = "MessagingBinding.ProjectedAddress"
_PAIRS: list[Values] = [
    {_PHONE: "+15558675310", _PROXY: "+15017122661"},
    {_PHONE: "whatsapp:+15558675310", _PROXY: "whatsapp:+15017122661"},
    {_PHONE: "rcs:+15558675310", _PROXY: "rcs:+15017122661"},
    {_PHONE: "messenger:123456789", _PROXY: "messenger:987654321"},
]
_TRIGGER = {"Target": "trigger", "Configuration.Url": URL, "Configuration.Triggers": ["hi"]}
_STUDIO = {"Target": "studio", "Configuration.FlowSid": FLOW}
_AUTO_STUDIO = {
    **BASES[ADDRESSES],
    "AutoCreation.Type": "studio",
    "AutoCreation.StudioFlowSid": FLOW,
    "AutoCreation.StudioRetryCount": 3,
}
_AUTO_WEBHOOK = {
    **BASES[ADDRESSES],
    "AutoCreation.Type": "webhook",
    "AutoCreation.WebhookUrl": URL,
    "AutoCreation.WebhookFilters": ["onMessageAdded"],
}
_APN = {"Type": "apn", "Certificate": "certificate", "PrivateKey": "key", "Sandbox": "true"}

# Parameters that are taken only in company, or from things of a certain kind.
SPECIAL: dict[tuple[str, str], list[tuple[Values, Forms]]] = {
    (PARTICIPANTS, _PHONE): [(pair, {}) for pair in _PAIRS],
    (PARTICIPANTS, _PROXY): [(pair, {}) for pair in _PAIRS],
    (PARTICIPANTS, _MASK): [({"Identity": "bea", _MASK: "+15017122661"}, {})],
    (PARTICIPANT, _PROXY): [({_PROXY: "null"}, {"Participants": _PAIRS[0]})],
    (PARTICIPANT, _MASK): [
        ({_MASK: word}, {"Participants": {"Identity": "ada", _MASK: "+15017122661"}})
        for word in ("null", "+15017122662")
    ],
    (PARTICIPANT, "Identity"): [
        ({"Identity": "ada"}, {"Participants": {"Identity": "ada", _MASK: "+15017122661"}})
    ],
    (HOOKS, "Configuration.Triggers"): [(_TRIGGER, {})],
    (HOOKS, "Configuration.FlowSid"): [(_STUDIO, {})],
    (HOOKS, "Target"): [(BASES[HOOKS], {}), (_TRIGGER, {}), ({**_STUDIO, "Target": "StuDio"}, {})],
    (WEBHOOK, "Configuration.Triggers"): [
        ({"Configuration.Triggers": ["one", "two"]}, {"Webhooks": _TRIGGER})
    ],
    (WEBHOOK, "Configuration.FlowSid"): [({"Configuration.FlowSid": FLOW}, {"Webhooks": _STUDIO})],
    (ADDRESSES, "AutoCreation.StudioFlowSid"): [(_AUTO_STUDIO, {})],
    (ADDRESSES, "AutoCreation.StudioRetryCount"): [(_AUTO_STUDIO, {})],
    (ADDRESSES, "AutoCreation.Type"): [
        (_AUTO_STUDIO, {}),
        ({**_AUTO_WEBHOOK, "AutoCreation.Type": "WebHook"}, {}),
        ({**BASES[ADDRESSES], "AutoCreation.Type": "default"}, {}),
    ],
    **{
        (ADDRESSES, name): [({**_AUTO_WEBHOOK, name: value}, {})]
        for name, value in (
            ("AutoCreation.WebhookUrl", "https://example.com/other"),
            ("AutoCreation.WebhookMethod", "GeT"),
            ("AutoCreation.WebhookFilters", ["onParticipantAdded", "onMessageAdded"]),
        )
    },
    (ADDRESSES + "/{Sid}", "AutoCreation.StudioRetryCount"): [
        ({"AutoCreation.StudioRetryCount": count}, {"Addresses": _AUTO_STUDIO}) for count in (0, 3)
    ],
    (ADDRESSES + "/{Sid}", "AutoCreation.StudioFlowSid"): [
        ({"AutoCreation.StudioFlowSid": FLOW}, {"Addresses": _AUTO_STUDIO})
    ],
    (ADDRESSES + "/{Sid}", "AutoCreation.Type"): [
        ({"AutoCreation.Type": "STUDIO", "AutoCreation.StudioFlowSid": FLOW}, {}),
        ({"AutoCreation.Type": "default"}, {}),
        ({"AutoCreation.Type": "webhook", "AutoCreation.WebhookUrl": URL}, {}),
    ],
    **{(CREDENTIALS, name): [(_APN, {})] for name in ("Certificate", "PrivateKey", "Sandbox")},
    (CREDENTIALS, "ApiKey"): [({"Type": "gcm", "ApiKey": "key"}, {})],
    (CREDENTIALS, "Secret"): [({"Type": "fcm", "Secret": "secret"}, {})],
    **{
        (CREDENTIALS + "/{Sid}", name): [({name: value}, {"Credentials": _APN})]
        for name, value in (("Certificate", "c"), ("PrivateKey", "k"), ("Sandbox", "FALSE"))
    },
}

# What one value of a parameter needs beside it, by place, name and value.
COMPANY: dict[tuple[str, str, str], Values] = {
    (ADDRESSES, "Type", "email"): {"Address": "desk@example.com"},
    ("POST /Roles", "Type", "service"): {"Permission": ["createConversation"]},
}
_TIMED: Forms = {"Conversations": {"Timers.Inactive": "PT1M", "Timers.Closed": "PT10M"}}
# What the things of a sample must have been like before, by place and sample.
BEFORE: dict[tuple[str, str], Forms] = {
    (PARTICIPANT, "update"): {"Participants": _PAIRS[0]},
    (PARTICIPANT, "updateGmms"): {"Participants": {"Identity": "id", _MASK: "+15017122660"}},
    (WEBHOOK, "update"): {"Webhooks": _TRIGGER},
    ("POST /Conversations/{Sid}", "updateClosedState"): _TIMED,
    ("POST /Users/{UserSid}/Conversations/{ConversationSid}", "update"): _TIMED,
}

# What answers show in another form, or not at all; secrets and such have no field to begin with.
NOT_SHOWN = frozenset(
    {"Timers.Inactive", "Timers.Closed", "Bindings.Email.Address", "Configuration.ReplayAfter"}
)
