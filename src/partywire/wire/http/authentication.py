"""Basic authentication: an account SID and its auth token, or an API key and its secret."""

import base64
import binascii

from partywire.domain import accounts
from partywire.domain.call import Resources
from partywire.errors import Unauthenticated
from partywire.model.accounts import Credential

CHALLENGE = (b"www-authenticate", b'Basic realm="Twilio API"')


def credentials(header: bytes | None) -> tuple[str, str]:
    """User name and password of an ``Authorization`` header.

    Raises:
        Unauthenticated: there are none.
    """
    if header is None:
        raise Unauthenticated("Authenticate: no credentials provided")
    scheme, _, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        raise Unauthenticated("Authenticate: only basic authentication is accepted")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthenticated from None
    username, _, password = pair.partition(":")
    return username, password


async def authenticate(resources: Resources, header: bytes | None) -> Credential:
    """Whose request this is.

    Raises:
        Unauthenticated: nobody's that we know.
    """
    username, password = credentials(header)
    credential = await accounts.authenticate(resources, username, password)
    if credential is None:
        raise Unauthenticated
    return credential
