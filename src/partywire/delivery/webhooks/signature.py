"""The signature by which a receiver knows that a request is ours, and that nobody changed it.

Source: the "Webhooks Security" page of the official documentation, and the validators of the
official libraries.
"""

import base64
import hmac

Pairs = list[tuple[str, str]]


def signed_string(url: str, pairs: Pairs) -> str:
    """What is signed of a request: its URL, then each key with each of its values.

    Keys are in the order of their code points, and so are the values of one key, each of which
    counts once. That is the order of the Python library. The Node library compares units of
    UTF-16 instead, which differs for several values of one key that lie beyond U+D7FF.

    Args:
        url: as the receiver sees it, with its query.
        pairs: the form in the body; of a GET, nothing: its parameters are in the URL.
    """
    return url + "".join(key + value for key, value in sorted(set(pairs)))


def signature(token: str, url: str, pairs: Pairs) -> str:
    """The value of ``X-Twilio-Signature``.

    Args:
        token: the account's auth token.
        url: as for ``signed_string``.
        pairs: as for ``signed_string``.
    """
    signed = signed_string(url, pairs).encode()
    return base64.b64encode(hmac.digest(token.encode(), signed, "sha1")).decode()
