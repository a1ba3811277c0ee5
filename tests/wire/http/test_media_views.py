"""Media as the wire shows them, and signed links."""

from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace

from domain.files import sent
from partywire import errors
from partywire.clock import FrozenClock
from partywire.domain.call import Call
from partywire.wire.http import forms
from partywire.wire.http.media_views import is_signed, linked, view


async def test_a_link_leads_to_the_file_for_a_while(call: Call) -> None:
    file = await sent(call)
    query = forms.parse(urlsplit(view(call, file).links.content_direct_temporary).query.encode())
    assert is_signed(query)
    assert await linked(call.resources, call.service_sid, file.sid, query) == (file, 300)
    for later, left in ((299_000, 1), (299_999, 1), (300_000, 0)):
        resources = replace(call.resources, clock=FrozenClock(call.now + later))
        if left:
            assert await linked(resources, call.service_sid, file.sid, query) == (file, left)
            continue
        with pytest.raises(errors.MediaLinkInvalid):
            await linked(resources, call.service_sid, file.sid, query)


@pytest.mark.parametrize(
    "query", [b"Signature=x", b"Expires=1", b"Signature=x&Expires=-1", b"Expires=%C2%B2"]
)
async def test_a_query_that_makes_no_sense_is_a_wrong_link(call: Call, query: bytes) -> None:
    file = await sent(call)
    parameters = forms.parse(query)
    assert is_signed(parameters)
    with pytest.raises(errors.MediaLinkInvalid):
        await linked(call.resources, call.service_sid, file.sid, parameters)


def test_any_other_query_is_none() -> None:
    assert not is_signed(forms.parse(b"a=b"))
