"""What a pre-event webhook's answer wants to be different.

Source: the webhooks page of the Conversations docs for the names; the rest is decided:
decisions/0027.
"""

from typing import Any, Final

import msgspec
from msgspec import Raw

from partywire.delivery.outgoing import Answer
from partywire.errors import BadWebhookAnswer

_NOTHING: Final = frozenset({b"", b"null"})
# As in a form, where a blank one counts as not sent (decided: decisions/0009).
_KEPT_IF_BLANK: Final = frozenset({"friendly_name"})
_BLANK: Final = {"attributes": "{}"}

_object = msgspec.json.Decoder(dict[str, Raw]).decode
_text = msgspec.json.Decoder(str).decode


def changes(answer: Answer, names: tuple[str, ...]) -> dict[str, str]:
    """What is to be different, by name; nothing if the answer is empty, or no JSON at all.

    Args:
        answer: of a webhook that lets the event through.
        names: what may be different; other names of the answer are ignored.

    Raises:
        BadWebhookAnswer: it is JSON of another shape, or a value is of another type.
    """
    body = answer.body.strip()
    if body in _NOTHING or not _is_json(answer, body):
        return {}
    given: dict[str, Raw] = _read(_object, body, "it is no JSON object")
    found: dict[str, str] = {}
    for name in names:
        value = bytes(given.get(name, b"")).strip()
        if value not in _NOTHING:
            text = _value(name, value)
            if text or name not in _KEPT_IF_BLANK:
                found[name] = text or _BLANK.get(name, "")
    return found


def _is_json(answer: Answer, body: bytes) -> bool:
    """Whether it is meant as JSON: frameworks answer ``OK``, or a page, of their own accord."""
    return "json" in (answer.header("content-type") or "").lower() or body.startswith(b"{")


def _value(name: str, value: bytes) -> str:
    if name == "attributes" and value[:1] in {b"{", b"["}:
        return value.decode()
    text: str = _read(_text, value, f"its {name} is no text")
    if "\0" in text:
        raise BadWebhookAnswer(f"{BadWebhookAnswer.__doc__}: its {name} has a NUL character")
    return text


def _read(decode: Any, data: bytes, problem: str) -> Any:
    try:
        return decode(data.decode())
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise BadWebhookAnswer(f"{BadWebhookAnswer.__doc__}: {problem}") from None
