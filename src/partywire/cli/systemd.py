"""What the service manager is told, where it asked to be: the protocol of ``sd_notify(3)``."""

import contextlib
import os
import socket
from typing import Final

_SOCKET: Final = "NOTIFY_SOCKET"


def notify(state: str) -> None:
    """Tells systemd, such as ``READY=1``; does nothing where nobody listens.

    Args:
        state: an assignment that ``sd_notify(3)`` knows.
    """
    address = os.environ.get(_SOCKET, "")
    if not address:
        return
    # A name that begins with @ stands in the abstract namespace.
    place = "\0" + address[1:] if address.startswith("@") else address
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as telling,
    ):
        telling.sendto(state.encode(), place)
