"""Which push service reaches which devices.

Each is imported when the first device needs it: they are no part of what a server starts with.
"""

from partywire.delivery.push.verdicts import Provider
from partywire.domain.call import Resources


def provider(resources: Resources, binding_type: str) -> Provider:
    """What speaks to the push service for devices of this type.

    Raises:
        ValueError: none does.
    """
    # ruff: noqa: PLC0415
    if binding_type == "apn":
        from partywire.delivery.push.apns import Apns

        return Apns(resources)
    if binding_type in {"fcm", "gcm"}:
        from partywire.delivery.push.fcm import Fcm

        return Fcm(resources)
    if binding_type == "webpush":
        from partywire.delivery.push.webpush import WebPush

        return WebPush(resources)
    raise ValueError(binding_type)
