"""Basic authentication: an account SID and its auth token, or an API key and its secret."""

import base64
import binascii
from time import monotonic
from typing import Final

from partywire.domain import accounts
from partywire.domain.again import until_done
from partywire.domain.call import Resources
from partywire.errors import Unauthenticated
from partywire.model.accounts import Credential
from partywire.wire.http.remembered import Remembered

CHALLENGE: Final = (b"www-authenticate", b'Basic realm="Twilio API"')


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
    if "\0" in pair:
        raise Unauthenticated  # not every database can be asked for it
    username, _, password = pair.partition(":")
    return username, password


class Authenticator:
    """Lets in whose credentials are right, and remembers them for a tenth of a second.

    That is how long a token that was rotated or a key that was deleted, be it by another
    process, may still be accepted (decided: decisions/0008). A new default service is waited for.

    Args:
        resources: the server's.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._recent: Remembered[bytes, Credential] = Remembered()

    def recent(self, header: bytes | None) -> Credential | None:
        """Whose credentials these are, if they were found right just now."""
        return None if header is None else self._recent.get(header)

    async def verify(self, header: bytes | None) -> Credential:
        """Whose credentials these are.

        Raises:
            Unauthenticated: nobody's that we know.
        """
        username, password = credentials(header)
        started = monotonic()
        authenticate = accounts.authenticate
        credential = await until_done(authenticate, self._resources, username, password)
        if credential is None:
            raise Unauthenticated
        if header is not None:
            self._recent.keep(header, credential, started)
        return credential
