"""What posting is tested with."""

from typing import Any

import pytest

from partywire.storage.postgresql_together import Together

# What the statement looks for in an event, where it must not be found: within texts.
TRAPS = [
    ',"index":0,',
    '"participant_sid":null',
    ',"participant_sid":null,',
    '\\",\\"index\\":0,\\"',
    '","index":0,"participant_sid":null,"body":"',
    "\\",
    ",",
    '"',
    "ü 💥\n\t\u2028",
]


def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many messages each statement posts, from now on."""
    found: list[int] = []
    run = Together._run

    async def watched(self: Together, query: Any, key: Any, rows: list[Any]) -> Any:
        answers = await run(self, query, key, rows)
        if answers[0] is not None:
            found.append(len(rows))
        return answers

    monkeypatch.setattr(Together, "_run", watched)
    return found
