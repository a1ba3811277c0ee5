"""What a webhook's receiver heard: checked by the official validator, and written down by name."""

from twilio.request_validator import RequestValidator

from delivery.webhooks.signing import Form
from receivers import Received, Receiver


def heard(receiver: Receiver, received: Received, token: str) -> dict[str, str]:
    """The event's parameters, each of which stands there once; its signature is the account's."""
    form = Form(received.pairs if received.method == "POST" else [])
    signed = received.headers["x-twilio-signature"]
    url = receiver.url + received.target
    assert RequestValidator(token).validate(url, form, signed), url
    assert not RequestValidator(token[::-1]).validate(url, form, signed)
    return received.parameters
