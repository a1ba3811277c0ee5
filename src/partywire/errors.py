"""Every error a client can meet: a class with status and code; its docstring is its message.

::

    ApiError
    ├── BadRequest             400  a parameter is missing, malformed, too long or not allowed now
    │   └── …                       one class for each code of the error dictionary that we raise
    ├── Unauthenticated        401
    ├── Forbidden              403  a user of the chat SDK may not do this
    ├── NotFound               404
    ├── MethodNotAllowed       405
    ├── Conflict               409  the name, identity or resource is taken or in use
    ├── TooLarge               413
    ├── RangeNotSatisfiable    416
    ├── InternalError          500
    ├── NotImplementedYet      501
    └── Unavailable            503

Source: the error dictionary, https://www.twilio.com/docs/api/errors, and the statuses that
clients have met; where no source gives a status it is 400 (decided: decisions/0009). ``known``
says which of these it is.
"""

from collections.abc import Iterable
from typing import ClassVar, Literal

Known = Literal["seen", "documented", "decided"]


class ApiError(Exception):
    """Something went wrong.

    Attributes:
        status: HTTP status.
        code: number in the error dictionary.
        known: ``seen`` where others met code and status on the wire; ``documented`` where the
            dictionary has the code and the status is our choice; ``decided`` where both are.
    """

    status: ClassVar[int] = 500
    code: ClassVar[int] = 20500
    known: ClassVar[Known] = "documented"

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().partition("\n")[0]
        super().__init__(self.message)

    @property
    def more_info(self) -> str:
        """URL of a page about the code."""
        return f"https://www.twilio.com/docs/errors/{self.code}"


class BadRequest(ApiError):
    """Invalid parameter."""

    status = 400
    code = 20001


class BadOrder(BadRequest):
    """Order must be one of asc, desc"""


class BadPushType(BadRequest):
    """Type must be one of apn, gcm, fcm"""


class Unauthenticated(ApiError):
    """Authenticate"""

    status = 401
    code = 20003
    known: ClassVar[Known] = "seen"


class AccessTokenInvalid(Unauthenticated):
    """Invalid Access Token"""

    code = 20101
    known = "documented"


class AccessTokenHeaderInvalid(AccessTokenInvalid):
    """Invalid Access Token header"""

    code = 20102


class AccessTokenIssuerInvalid(AccessTokenInvalid):
    """Invalid Access Token issuer/subject"""

    code = 20103


class AccessTokenExpired(AccessTokenInvalid):
    """Access Token expired or expiration date invalid"""

    code = 20104


class AccessTokenTooEarly(AccessTokenInvalid):
    """Access Token not yet valid"""

    code = 20105


class AccessTokenGrantsInvalid(AccessTokenInvalid):
    """Invalid Access Token grants"""

    code = 20106


class AccessTokenSignatureInvalid(AccessTokenInvalid):
    """Invalid Access Token signature"""

    code = 20107


class AccessTokenTooLong(AccessTokenInvalid):
    """Expiration Time in the Access Token Exceeds Maximum Time Allowed"""

    code = 20157


class Forbidden(ApiError):
    """User not authorized for command"""

    status = 403
    code = 50107


class NotMember(Forbidden):
    """Participant is not a member of the conversation"""

    code = 50430
    known = "seen"


class NotFound(ApiError):
    """The requested resource was not found"""

    status = 404
    code = 20404
    known: ClassVar[Known] = "seen"


class NoChannelMetadata(NotFound):
    """The message has no channel metadata"""

    code = 50530


class MethodNotAllowed(ApiError):
    """Method not allowed

    Args:
        allowed: the methods that are.
    """

    status = 405
    code = 20004

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        super().__init__("Method not allowed")
        self.allowed = ", ".join(allowed)


class Conflict(ApiError):
    """Conflict"""

    status = 409
    code = 20409


class TooLarge(ApiError):
    """The request body is too large"""

    status = 413
    code = 20413


class InternalError(ApiError):
    """Internal server error"""

    status = 500
    code = 20500


class NotImplementedYet(ApiError):
    """Partywire does not implement this yet"""

    status = 501
    code = 20501
    known = "decided"

    def __init__(self, message: str | None = None, more_info: str | None = None) -> None:
        super().__init__(message)
        self._more_info = more_info

    @property
    def more_info(self) -> str:
        """Where the fidelity table says what is there; the edge fills in its own address."""
        return self._more_info or super().more_info


class Unavailable(ApiError):
    """The service is unavailable for the moment; please retry

    Args:
        detail: what is the matter, for the operator only.
    """

    status = 503
    code = 20503

    def __init__(self, detail: str = "") -> None:
        super().__init__("The service is unavailable for the moment; please retry")
        self.detail = detail

    def __str__(self) -> str:
        return self.detail or self.message


# --- names, attributes, dates: any resource -------------------------------------------------


class FriendlyNameMissing(BadRequest):
    """FriendlyName is missing"""

    code = 50000


class FriendlyNameTooLong(BadRequest):
    """FriendlyName is longer than 256 characters"""

    code = 50003


class UniqueNameTooLong(BadRequest):
    """UniqueName is longer than 256 characters"""

    code = 50004


class AttributesTooLong(BadRequest):
    """Attributes are too long"""

    code = 50303


class AttributesNotJson(BadRequest):
    """Attributes is not valid JSON"""

    code = 50304


class BadDateCreated(BadRequest):
    """DateCreated is not an ISO 8601 date and time"""

    code = 50308


class BadDateUpdated(BadRequest):
    """DateUpdated is not an ISO 8601 date and time"""

    code = 50309


# --- roles and users ------------------------------------------------------------------------


class RoleNotFound(BadRequest):
    """Role not found"""

    code = 50100


class UnknownPermission(BadRequest):
    """Unknown permission"""

    code = 50104


class BadRoleType(BadRequest):
    """Type must be one of conversation, service"""

    code = 50105


class CreatorRoleNotFound(BadRequest):
    """Conversation creator role not found"""

    code = 50106


class ConversationRoleNotFound(BadRequest):
    """Conversation role not found"""

    code = 50109


class UserAlreadyExists(Conflict):
    """User already exists"""

    code = 50201


class IdentityMissing(BadRequest):
    """Identity not provided"""

    code = 50204
    known = "seen"


class IdentityLooksLikeSid(BadRequest):
    """Identity must not look like a user SID"""

    code = 50206


class IdentityTooLong(BadRequest):
    """Identity is longer than 256 characters"""

    code = 50207


class BadBindingType(BadRequest):
    """BindingType must be one of apn, gcm, fcm, twilsock"""

    code = 50209


class BadNotificationLevel(BadRequest):
    """NotificationLevel must be one of default, muted"""

    code = 50210


class IdentityNotAcceptable(BadRequest):
    """Identity is not acceptable for a participant with this messaging binding"""

    code = 50211


class TooManyConversationsForUser(BadRequest):
    """The user is in too many conversations already"""

    code = 50214


# --- conversations --------------------------------------------------------------------------


class BadMessagingServiceSid(BadRequest):
    """MessagingServiceSid is not a messaging service SID (MG and 32 hexadecimal digits)"""

    code = 50341


class UniqueNameTaken(Conflict):
    """Conversation with provided unique name already exists"""

    code = 50353
    known = "seen"


class StateEmpty(BadRequest):
    """State cannot be emptied"""

    code = 50374


class InactiveTimerTooShort(BadRequest):
    """Timers.Inactive must be at least 1 minute"""

    code = 50375


class ClosedTimerTooShort(BadRequest):
    """Timers.Closed must be at least 10 minutes"""

    code = 50376


class ConversationClosed(BadRequest):
    """Can't update conversation as it's in final closed state"""

    code = 50377
    known = "seen"


class BadState(BadRequest):
    """State must be one of active, inactive, closed"""

    code = 50378


class BadInactiveTimer(BadRequest):
    """Timers.Inactive is not an ISO 8601 duration such as PT10M or P1D"""

    code = 50379


class BadClosedTimer(BadRequest):
    """Timers.Closed is not an ISO 8601 duration such as PT10M or P1D"""

    code = 50380


class CreatedClosed(BadRequest):
    """A conversation cannot be created in closed state"""

    code = 50384


class UniqueNameLooksLikeSid(BadRequest):
    """UniqueName must not look like a conversation SID"""

    code = 50390


# --- webhooks and configuration -------------------------------------------------------------


class ServiceNotFound(BadRequest):
    """DefaultChatServiceSid is not a service of this account"""

    code = 50050


class BadWebhookMethod(BadRequest):
    """The webhook's method must be one of GET, POST"""

    code = 50055


class RefusedByWebhook(BadRequest):
    """A pre-event webhook refused it"""

    code = 50056


class BadWebhookAnswer(BadRequest):
    """A pre-event webhook answered with what cannot be used"""

    code = 50057


class WebhookUnreachable(BadRequest):
    """A pre-event webhook has a URL that cannot be called from here"""

    code = 50077


class TemplateTooLong(BadRequest):
    """The notification template is too long"""

    code = 50058


class SoundTooLong(BadRequest):
    """The notification sound is too long"""

    code = 50059


class TooManyWebhooks(BadRequest):
    """The conversation has 5 webhooks already"""

    code = 50361


class TooManyTriggers(BadRequest):
    """A webhook has at most 5 triggers"""

    code = 50362


class BadWebhookTarget(BadRequest):
    """Target must be one of webhook, trigger, studio"""

    code = 50364


class BadWebhookFilter(BadRequest):
    """A webhook's filters must be names of events"""

    code = 50365


class BadWebhookTrigger(BadRequest):
    """A webhook's trigger must have 1 to 248 characters"""

    code = 50366


class BadFlowSid(BadRequest):
    """The flow is not a Studio flow SID (FW and 32 hexadecimal digits)"""

    code = 50367


class WebhookTargetMissing(BadRequest):
    """Target is missing"""

    code = 50368


class WebhookUrlMissing(BadRequest):
    """The webhook's URL is missing"""

    code = 50369


class WebhookFiltersMissing(BadRequest):
    """The webhook's filters are missing"""

    code = 50370


class WebhookTriggersMissing(BadRequest):
    """The webhook's triggers are missing"""

    code = 50371


class WebhookUrlTooLong(BadRequest):
    """The webhook's URL is longer than 512 characters"""

    code = 50372


class BadWebhookUrl(BadRequest):
    """The webhook's URL is not an absolute http or https URL"""

    code = 50054


# --- participants ---------------------------------------------------------------------------


class BadLastReadTimestamp(BadRequest):
    """LastReadTimestamp is not an ISO 8601 date and time"""

    code = 50405


class TooManyParticipants(BadRequest):
    """The conversation has too many participants already"""

    code = 50417


class BadLastReadMessageIndex(BadRequest):
    """LastReadMessageIndex must be a whole number of 0 or more, or empty"""

    code = 50421


class TooManyAddresses(BadRequest):
    """The conversation has too many participants with a messaging address already"""

    code = 50422


class ParticipantAlreadyExists(Conflict):
    """Participant already exists"""

    code = 50433
    known = "seen"


class TooManyInRequest(BadRequest):
    """At most 10 participants can be added with a conversation"""

    code = 50426


class TooManyInGroup(BadRequest):
    """A Group MMS has at most 10 participants"""

    code = 50436


class IdentityAndAddress(BadRequest):
    """Give either Identity or Address, not both"""

    code = 50451


# --- addresses of participants --------------------------------------------------------------


class BadAddress(BadRequest):
    """MessagingBinding.Address is not an address of a known kind"""

    code = 50407


class BadProxyAddress(BadRequest):
    """MessagingBinding.ProxyAddress is not an address of a known kind"""

    code = 50408


class AddressEqualsProxy(BadRequest):
    """MessagingBinding.Address and MessagingBinding.ProxyAddress must differ"""

    code = 50409


class AddressMissing(BadRequest):
    """MessagingBinding.Address is missing"""

    code = 50411


class ProxyAddressMissing(BadRequest):
    """MessagingBinding.ProxyAddress is missing"""

    code = 50412


class AddressKindsDiffer(BadRequest):
    """MessagingBinding.Address and MessagingBinding.ProxyAddress are of different kinds"""

    code = 50414


class PairTaken(Conflict):
    """A binding for this participant and proxy address already exists

    Args:
        conversation_sid: the open conversation that has it.
    """

    code = 50416
    known = "seen"

    def __init__(self, conversation_sid: str | None = None) -> None:
        self.holder = conversation_sid
        message = "A binding for this participant and proxy address already exists"
        super().__init__(
            message + (f" in Conversation {conversation_sid}" if conversation_sid else "")
        )


class BindingNotSupported(BadRequest):
    """These MessagingBinding parameters cannot be combined"""

    code = 50420


class GroupParticipantExists(Conflict):
    """The number is in this Group MMS already"""

    code = 50437


class GroupTaken(Conflict):
    """Group MMS with given participant list already exists

    Args:
        conversation_sid: the open conversation that has it.
    """

    code = 50438

    def __init__(self, conversation_sid: str | None = None) -> None:
        self.holder = conversation_sid
        message = "Group MMS with given participant list already exists"
        super().__init__(
            message + (f" as Conversation {conversation_sid}" if conversation_sid else "")
        )


class ProxyAddressNotRemovable(BadRequest):
    """The participant has no proxy address that could be removed"""

    code = 50440


class ProxyAddressNotSettable(BadRequest):
    """Failed to add a proxy address to a participant"""

    code = 50441
    known = "seen"


class ProjectedAddressNotRemovable(BadRequest):
    """The participant has no projected address that could be removed"""

    code = 50442


class ProjectedAddressNotSettable(BadRequest):
    """Failed to add a projected address to a participant"""

    code = 50443


class IdentityNotSettable(BadRequest):
    """An identity can be added only to a participant with a projected address"""

    code = 50444


# --- messages -------------------------------------------------------------------------------


class AuthorTooLong(BadRequest):
    """Author is longer than 256 characters"""

    code = 50310


class SubjectTooLong(BadRequest):
    """Subject is longer than 256 characters"""


class BodyMissing(BadRequest):
    """Message body is missing"""

    code = 50503


class BodyTooLong(BadRequest):
    """Message body is too long"""

    code = 50504


class AuthorNotInGroup(BadRequest):
    """Author must be among the participants of the Group MMS"""

    code = 50513


# --- media ----------------------------------------------------------------------------------


class MediaSidMissing(BadRequest):
    """Media SID is missing"""

    code = 50506


class MediaNotFound(NotFound):
    """Media not found"""

    code = 50507
    known = "documented"


class MediaAlreadyUsed(BadRequest):
    """Media belongs to a message already"""

    code = 50508


class MediaBodyNotUpdatable(BadRequest):
    """The body of a message with media cannot be changed"""

    code = 50509


class MediaInvalid(BadRequest):
    """Media is invalid"""

    code = 50510


class MediaTypeInvalid(BadRequest):
    """The content type of the media is invalid"""

    code = 50511


class MediaTooLarge(TooLarge):
    """The media is too large"""

    code = 50512


class TooManyMedia(BadRequest):
    """Too many media in one message"""


class TwoMediaForOne(BadRequest):
    """A message has one body and one history in each format"""


class MediaLinkInvalid(Forbidden):
    """The link to the media has expired, or was changed: ask for a new one"""

    code = 20403
    known = "decided"


class RangeNotSatisfiable(ApiError):
    """The media has no such range of bytes

    Args:
        size: how many bytes there are.
    """

    status = 416
    code = 20416
    known = "decided"

    def __init__(self, size: int = 0) -> None:
        super().__init__()
        self.size = size
