"""The chapters of the story: see `story` for how they are told."""

from typing import Literal

from clients.cli.story import NOBODY, Chapter, Form, Listed, Step

Door = Literal["account", "service"]
DOORS: tuple[Door, ...] = ("account", "service")

ROOMS = [f"room {number:02}" for number in range(1, 20)]
SEATED = ROOMS[:4]
PHONE, SECOND_PHONE, DESK = "+15557770001", "+15557770002", "+15557770003"
DEFAULT_SERVICE = "Default Conversations Service"
DEFAULT_ROLES = ["channel admin", "channel user", "service admin", "service user"]
HOOK = "https://example.com/hook"


def story(door: Door) -> list[Step]:
    """All of it at one door, and what there is only there."""
    root, at = ("/v1", ()) if door == "account" else ("/v1/Services/{ChatServiceSid}", ("<shop>",))
    shop = Chapter("services", "/v1/Services").make("shop", {"FriendlyName": "Shop"})
    twins = [_users, _roles, _conversations, _participants, _messages, _webhooks]
    twins += [_user_conversations, _participant_conversations, _conversation_with_participants]
    twins.append(_receipts)  # by now what was said has reached the phone
    told = [step for chapter in twins for step in chapter(root, *at)]
    rest = _of_the_account() if door == "account" else _of_the_service(root, *at)
    return [shop, *told, *rest, *_endings(root, *at)]


def _users(root: str, *at: str) -> list[Step]:
    users = Chapter("users", f"{root}/Users", *at)
    ann = {"Identity": "ann", "FriendlyName": "Ann", "Attributes": '{"vip": true}'}
    return [
        *users.life("ann", ann, {"FriendlyName": "Ann & Co", "Attributes": '{"vip": false}'}),
        *users.life("jörg", {"Identity": "jörg/lee"}, {"FriendlyName": "J"}, key="jörg/lee"),
        users.make("ben", {"Identity": "ben", "X-Twilio-Webhook-Enabled": "true"}),
        users.every("users", "identity", ["ann", "ben", "jörg/lee"], pages=2, PageSize=2),
    ]


def _roles(root: str, *at: str) -> list[Step]:
    roles = Chapter("roles", f"{root}/Roles", *at)
    few = ["sendMessage", "leaveConversation"]
    captain = {"FriendlyName": "captain", "Type": "conversation", "Permission": few}
    clerk = {"FriendlyName": "clerk", "Type": "service", "Permission": ["joinConversation"]}
    names = [*DEFAULT_ROLES, "captain", "clerk", "spare"]
    return [
        *roles.life("captain", captain, {"Permission": [*few, "editOwnMessage"]}),
        roles.make("clerk", clerk),
        roles.make("spare", clerk | {"FriendlyName": "spare"}),
        roles.every("roles", "friendly_name", names, pages=2, PageSize=4),
        Chapter("roles", f"{root}/Users", *at).one(
            "ann is a clerk", "POST", "ann", {"RoleSid": "<clerk>"}, {"role_sid": "<clerk>"}
        ),
    ]


def _conversations(root: str, *at: str) -> list[Step]:
    conversations = Chapter("conversations", f"{root}/Conversations", *at)
    lunch = {"UniqueName": "team lunch", "FriendlyName": "Lunch", "Timers.Inactive": "PT2H"}
    change = {"FriendlyName": "Lunch, 12 o'clock", "Attributes": '{"table": [1, "ü"]}'}
    made = [
        conversations.make(
            name,
            {"UniqueName": name, "Attributes": f'{{"number": {number}}}'}
            | ({"State": "inactive"} if number == 1 else {}),
        )
        for number, name in enumerate(ROOMS)
    ]
    every = ["team lunch", *ROOMS]
    return [
        *conversations.life("lunch", lunch, change, key="team lunch"),
        *made,
        conversations.every("conversations", "unique_name", every, pages=4, PageSize=6),
        conversations.every("sleeping", "unique_name", [ROOMS[1]], State="inactive"),
    ]


def _participants(root: str, *at: str) -> list[Step]:
    path = f"{root}/Conversations/{{ConversationSid}}/Participants"
    lunch = Chapter("participants", path, *at, "team lunch")
    ann = {"Identity": "ann", "Attributes": '{"seat": 1}'}
    phone = {"MessagingBinding.Address": PHONE, "MessagingBinding.ProxyAddress": DESK}
    hers = {"Attributes": '{"seat": 2}', "RoleSid": "<captain>", "LastReadMessageIndex": 0}
    seats = [
        Chapter("participants", path, *at, room).make(f"seat in {room}", {"Identity": "ann"})
        for room in SEATED
    ]
    everyone = ["ann", "jörg/lee", None]
    return [
        *lunch.life("ann in it", ann, hers),
        lunch.one("ann by name", "GET", "ann", {}, {"identity": "ann", "sid": "<ann in it>"}),
        lunch.make("jörg in it", {"Identity": "jörg/lee"}, messaging_binding=None),
        *lunch.life("phone in it", phone, {"Attributes": '{"by": "text"}'}, identity=None),
        lunch.every("participants", "identity", everyone, pages=2, PageSize=2),
        *seats,
    ]


def _messages(root: str, *at: str) -> list[Step]:
    path = f"{root}/Conversations/{{ConversationSid}}/Messages"
    messages = Chapter("messages", path, *at, "team lunch")
    soup = {"Author": "ann", "Body": "Soup?", "Attributes": '{"mood": "good"}'}
    change = {"Body": "Soup & bread, 100 %?", "Attributes": "{}"}
    others = [
        messages.make(f"message {number}", {"Author": "jörg/lee", "Body": f"+{number}"})
        for number in range(1, 5)
    ]
    newest_first = Listed("index", [4, 3, 2, 1, 0], 3, ordered=True)
    return [
        *messages.life("soup", soup, change, index=0, participant_sid="<ann in it>"),
        *others,
        messages.every("messages", "index", [], Order="desc", PageSize=2)._replace(
            listed=newest_first
        ),
    ]


def _receipts(root: str, *at: str) -> list[Step]:
    path = f"{root}/Conversations/{{ConversationSid}}/Messages/{{MessageSid}}/Receipts"
    receipts = Chapter("receipts", path, *at, "team lunch", "<soup>")
    return [
        receipts.every("receipts", "status", ["delivered"]),
        receipts.missing("no such receipt", "GET", f"DY{NOBODY}"),
    ]


def _webhooks(root: str, *at: str) -> list[Step]:
    path = f"{root}/Conversations/{{ConversationSid}}/Webhooks"
    webhooks = Chapter("webhooks", path, *at, "team lunch")
    calls = {"Target": "webhook", "Configuration.Url": HOOK, "Configuration.Method": "post"}
    events = {"Configuration.Filters": ["onMessageAdded", "onParticipantAdded"]}
    words = {"Target": "trigger", "Configuration.Url": HOOK, "Configuration.Triggers": ["help"]}
    flow = {"Target": "studio", "Configuration.FlowSid": f"FW{NOBODY}"}
    change = {"Configuration.Url": f"{HOOK}?a=b", "Configuration.Method": "get"}
    return [
        *webhooks.life("hook", calls | events, change),
        webhooks.make("words", words),
        webhooks.make("flow", flow),
        webhooks.every("webhooks", "target", ["studio", "trigger", "webhook"], 2, PageSize=2),
    ]


def _user_conversations(root: str, *at: str) -> list[Step]:
    anns = Chapter("user conversations", f"{root}/Users/{{UserSid}}/Conversations", *at, "ann")
    muted = {"NotificationLevel": "muted", "LastReadMessageIndex": 1}
    hers = {"unique_name": "team lunch", "participant_sid": "<ann in it>"}
    read = hers | {"notification_level": "muted", "unread_messages_count": 3}
    return [
        anns.every("anns", "unique_name", ["team lunch", *SEATED], pages=3, PageSize=2),
        anns.one("anns lunch", "GET", "team lunch", {}, hers | {"unread_messages_count": 4}),
        anns.one("muted", "POST", "team lunch", muted, read),
        anns.one("muted is read", "GET", "<lunch>", {}, read | {"last_read_message_index": 1}),
        *anns.end("ann in a room", SEATED[-1]),
    ]


def _participant_conversations(root: str, *at: str) -> list[Step]:
    where = Chapter("participant conversations", f"{root}/ParticipantConversations", *at)
    hers = ["team lunch", *SEATED[:-1]]
    name = "conversation_unique_name"
    return [
        where.every("by identity", name, hers, pages=2, Identity="ann", PageSize=3),
        where.every("by address", name, ["team lunch"], Address=PHONE),
    ]


def _conversation_with_participants(root: str, *at: str) -> list[Step]:
    path = f"{root}/ConversationWithParticipants"
    crew = Chapter("conversation with participants", path, *at)
    phone = f'{{"messaging_binding": {{"address": "{SECOND_PHONE}", "proxy_address": "{DESK}"}}}}'
    both = {"UniqueName": "crew", "Participant": ['{"identity": "ben"}', phone]}
    made = Chapter("conversation with participants", f"{root}/Conversations", *at)
    theirs = f"{root}/Conversations/{{ConversationSid}}/Participants"
    seats = Chapter("conversation with participants", theirs, *at, "crew")
    return [
        crew.make("crew", both, 202, state="initializing"),
        made.one("crew is read", "GET", "<crew>", {}, {"unique_name": "crew", "state": "active"}),
        seats.every("the crew", "identity", ["ben", None]),
        crew.make("nobody yet", {"UniqueName": "empty"}, state="active"),
    ]


def _of_the_account() -> list[Step]:
    services = Chapter("services", "/v1/Services")
    account = Chapter("configuration", "/v1/Configuration")
    timers = {"DefaultInactiveTimer": "PT1H", "DefaultClosedTimer": "P1D"}
    return [
        services.one("shop is read", "GET", "<shop>", {}, {"friendly_name": "Shop"}),
        services.every("services", "friendly_name", [DEFAULT_SERVICE, "Shop"], pages=2, PageSize=1),
        *_addresses(),
        *_credentials(),
        *account.kept("timers", timers),
        *_calls("/v1", {"Target": "webhook"}),
        *services.end("shop"),
    ]


def _addresses() -> list[Step]:
    addresses = Chapter("addresses", "/v1/Configuration/Addresses")
    creation = {"Enabled": True, "Type": "webhook", "WebhookUrl": HOOK, "WebhookMethod": "post"}
    creation |= {"WebhookFilters": ["onMessageAdded"]}
    desk = {"Type": "sms", "Address": DESK, "FriendlyName": "Desk"}
    change = {"FriendlyName": "Front desk", "AutoCreation.Enabled": False}
    desk |= {f"AutoCreation.{key}": value for key, value in creation.items()}
    return [
        *addresses.life("desk", desk, change, auto_creation={"webhook_method": "POST"}),
        addresses.every("addresses", "address", [DESK], Type="sms"),
        *addresses.end("desk"),
    ]


def _credentials() -> list[Step]:
    credentials = Chapter("credentials", "/v1/Credentials")
    apple = {"Type": "apn", "FriendlyName": "Apples", "Certificate": "c", "PrivateKey": "k"}
    droid = {"Type": "fcm", "FriendlyName": "Droids", "Secret": "s"}
    return [
        *credentials.life("apples", apple, {"FriendlyName": "Pears"}, sandbox="False"),
        credentials.make("droids", droid),
        credentials.every("credentials", "type", ["apn", "fcm"], pages=2, PageSize=1),
        *credentials.end("droids"),
    ]


def _of_the_service(root: str, *at: str) -> list[Step]:
    configuration = Chapter("configuration", f"{root}/Configuration", *at)
    notifications = Chapter("notifications", f"{root}/Configuration/Notifications", *at)
    bindings = Chapter("bindings", f"{root}/Bindings", *at)
    roles = {"DefaultConversationRoleSid": "<captain>", "DefaultChatServiceRoleSid": "<clerk>"}
    new = {"Enabled": True, "Template": "Psst: ${MESSAGE}", "BadgeCountEnabled": True}
    told = {f"NewMessage.{key}": value for key, value in new.items()} | {"LogEnabled": True}
    told |= {"AddedToConversation.Enabled": False, "RemovedFromConversation.Sound": "bye"}
    devices = {"BindingType": ["apn", "fcm"], "Identity": ["ann", "jörg/lee"]}
    return [
        *configuration.kept("defaults", roles | {"ReachabilityEnabled": True}),
        *notifications.kept("told", told),
        *_calls(root, {}, *at),
        bindings.every("bindings", "endpoint", [], **devices),
        bindings.missing("no such binding", "GET", f"BS{NOBODY}"),
        bindings.missing("no binding to remove", "DELETE", f"BS{NOBODY}"),
    ]


def _calls(root: str, more: Form, *at: str) -> list[Step]:
    calls = {"PreWebhookUrl": HOOK, "PostWebhookUrl": f"{HOOK}?after", "Method": "POST"}
    calls |= {"Filters": ["onMessageAdd", "onMessageAdded"]}
    hooks = Chapter("configuration webhooks", f"{root}/Configuration/Webhooks", *at)
    return hooks.kept("calls", calls | more)


def _endings(root: str, *at: str) -> list[Step]:
    conversations = f"{root}/Conversations"
    lunch = f"{conversations}/{{ConversationSid}}"
    return [
        *Chapter("webhooks", f"{lunch}/Webhooks", *at, "team lunch").end("hook"),
        *Chapter("messages", f"{lunch}/Messages", *at, "team lunch").end("soup"),
        *Chapter("participants", f"{lunch}/Participants", *at, "team lunch").end("phone in it"),
        *Chapter("conversations", conversations, *at).end("lunch"),
        *Chapter("users", f"{root}/Users", *at).end("jörg", key="jörg/lee"),
        *Chapter("roles", f"{root}/Roles", *at).end("spare"),
    ]
