"""Tables in Markdown, and the links that stand in them."""

from collections.abc import Iterable, Iterator

from partywire.errors import ApiError


def table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """A table's lines; none where there are no rows."""
    lines = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    if lines:
        for line in [head, ["---"] * len(head), *lines]:
            yield f"| {' | '.join(line)} |"
        yield ""


def code(error: type[ApiError]) -> str:
    """A link from an error's code to what is said about it."""
    return f"[{error.code}](#error-{error.code})"
