"""What signatures are tried on, and what the official libraries take parameters in."""

from typing import Any

from hypothesis import strategies as st

TOKEN = "0123456789abcdef0123456789abcdef"


class Form(dict[str, Any]):
    """A form as web frameworks hand it on: each key may have several values."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        for key, value in pairs:
            self.setdefault(key, []).append(value)

    def getlist(self, key: str) -> list[str]:
        """The key's values."""
        found: list[str] = self[key]
        return found


# Beyond U+D7FF the two libraries order several values of one key differently.
TEXTS = st.text(st.characters(max_codepoint=0xD7FF) | st.sampled_from("ß東é&=+% ?#\x00\n"))
ASTRAL = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.sampled_from(
    ["Body", "body", "Body.Text", "EventType", "MessagingBinding.Address", "Ключ", "a", "A", ""]
)
PAIRS = st.lists(st.tuples(KEYS, TEXTS), max_size=12)
URLS = st.builds(
    "{}://{}{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["chat.example.com", "127.0.0.1", "xn--mnchen-3ya.example"]),
    st.sampled_from(["", ":80", ":443", ":8080", ":65535"]),
    st.sampled_from(["/", "/hooks", "/a/b%20c/%C3%BC", "/hooks/"]),
    st.sampled_from(["", "?a=b", "?a=b&a=c&d=", "?x=%26%3D%2B+%20&y=%E6%9D%B1", "?flag"]),
)
