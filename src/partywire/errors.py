"""Every error a client can meet: a class with status and code; its docstring is its message.

::

    ApiError
    ├── BadRequest             400  a parameter is missing, malformed, too long or not allowed now
    │   └── …                       one class for each code of the error dictionary that we raise
    ├── Unauthenticated        401
    ├── NotFound               404
    ├── MethodNotAllowed       405
    ├── Conflict               409  the name, identity or resource is taken or in use
    ├── TooLarge               413
    ├── InternalError          500
    ├── NotImplementedYet      501
    └── Unavailable            503

Source: the error dictionary, https://www.twilio.com/docs/api/errors, and the statuses that
clients have met; where no source gives a status it is 400 (decided: decisions/0009).
"""

from collections.abc import Iterable
from typing import ClassVar


class ApiError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    code: ClassVar[int] = 20500

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
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


class Unauthenticated(ApiError):
    """Authenticate"""

    status = 401
    code = 20003


class NotFound(ApiError):
    """The requested resource was not found"""

    status = 404
    code = 20404


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


class ConversationRoleNotFound(BadRequest):
    """Conversation role not found"""

    code = 50109


class UserAlreadyExists(Conflict):
    """User already exists"""

    code = 50201


class IdentityMissing(BadRequest):
    """Identity not provided"""

    code = 50204


class IdentityLooksLikeSid(BadRequest):
    """Identity must not look like a user SID"""

    code = 50206


class IdentityTooLong(BadRequest):
    """Identity is longer than 256 characters"""

    code = 50207


class BadNotificationLevel(BadRequest):
    """NotificationLevel must be one of default, muted"""

    code = 50210


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


class ParticipantAlreadyExists(Conflict):
    """Participant already exists"""

    code = 50433


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
