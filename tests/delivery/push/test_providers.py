"""Each type of device has its push service."""

import subprocess
import sys

import pytest

from partywire.delivery.push.deciding import SENT_TO
from partywire.delivery.push.providers import provider
from partywire.domain.call import Call


async def test_every_type_that_is_sent_to_has_one(call: Call) -> None:
    names = []
    for kind in SENT_TO:
        made = provider(call.resources, kind)
        names.append(type(made).__name__)
        await made.close()
    assert names == ["Apns", "Fcm", "Fcm", "WebPush"]


async def test_another_type_has_none(call: Call) -> None:
    with pytest.raises(ValueError, match="twilsock"):
        provider(call.resources, "twilsock")


def test_a_server_starts_without_what_only_pushing_needs() -> None:
    only = {"http_ece", *(f"partywire.delivery.push.{name}" for name in ("apns", "fcm", "webpush"))}
    asked = f"import sys, partywire.app; print({only} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"
