"""The Node library accepts what is signed; Python's is asked in tests/delivery/webhooks."""

import json
import subprocess
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clients import node_runtime
from delivery.webhooks.signing import PAIRS, TOKEN, URLS, Form
from partywire.delivery.webhooks.signature import Pairs, signature


def cases() -> list[dict[str, Any]]:
    """Requests of all kinds, each with its signature."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=500,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(URLS, PAIRS | st.just([]))
    def collect(url: str, pairs: Pairs) -> None:
        signed = signature(TOKEN, url, pairs)
        found.append({"token": TOKEN, "signature": signed, "url": url, "form": dict(Form(pairs))})

    collect()
    return found


def said(node: str, asked: list[dict[str, Any]]) -> list[bool]:
    """What the library says of each."""
    done = subprocess.run(
        [node, str(node_runtime.PROGRAMS / "signatures.js")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_whatever_is_signed_is_accepted(node: str) -> None:
    asked = cases()
    assert len(asked) > 100
    answers = said(node, asked)
    assert [one for one, answer in zip(asked, answers, strict=True) if not answer] == []


def test_what_was_changed_on_the_way_is_not(node: str) -> None:
    asked = [{**one, "form": {**one["form"], "More": "x"}} for one in cases()[:20]]
    assert said(node, asked) == [False] * len(asked)
