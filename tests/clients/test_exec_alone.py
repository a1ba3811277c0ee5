"""``partywire exec`` without a server, an account or an address: it brings all three."""

import json
import re

from clients.conftest import Program
from clients.runs import run


def test_a_program_works_with_nothing_set_up(program: Program) -> None:
    done = run([*program("sign_in"), "lunch"], "through exec", None)
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    assert (saw["refused"], saw["names"]) == (None, ["lunch"])
    assert re.fullmatch(r"AC[0-9a-f]{32}", saw["account_sid"])


def test_curl_works_with_nothing_set_up(curl: str) -> None:
    request = (
        f'{curl} --silent --show-error --user "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" '
        "--data-urlencode UniqueName=lunch https://conversations.twilio.com/v1/Conversations"
    )
    done = run(["bash", "-c", request], "through exec", None)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unique_name"] == "lunch"
