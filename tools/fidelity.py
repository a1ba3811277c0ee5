"""Writes docs/fidelity.md from the doors table; with ``--check``, says whether it is up to date."""

import sys
from pathlib import Path

from partywire.wire.http.about import fidelity

TARGET = Path(__file__).parent.parent / "docs" / "fidelity.md"
HEAD = """# Fidelity

Each documented operation of the API, and whether it is there. Generated from the doors table by
`make fidelity`; a running server shows the same table at `/_partywire/fidelity`. How the built ones
behave where no source settles it stands in
[decisions/0009](../decisions/0009-where-no-source-settles.md).

"""


def main() -> int:
    """Writes or checks; the exit code."""
    text = HEAD + fidelity()
    if "--check" in sys.argv:
        return 0 if TARGET.read_text(encoding="utf-8") == text else 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
