"""Links of a document as it stands in the project, made to lead somewhere within the site.

A link to another page of the site is kept. One to a file that the site does not show (a test, a
script) becomes its words alone. One to nothing at all is an error: it is broken in the project too.
"""

import os
import re
from pathlib import Path, PurePosixPath

# Code first, so that brackets in it are nobody's link.
LINK = re.compile(
    r"```.*?```|``.*?``|`[^`]*`"
    r"|(?<!!)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)",
    re.DOTALL,
)


class Broken(Exception):
    """A document links to what is not there."""


def mended(text: str, document: Path, shown: dict[Path, PurePosixPath]) -> str:
    """The text with its links as they must be within the site.

    Args:
        text: of the document.
        document: where it stands in the project.
        shown: each document that the site shows, to its place there.

    Raises:
        Broken: a link leads nowhere.
    """
    here = shown[document].parent

    def mend(link: re.Match[str]) -> str:
        words, target, anchor = link[1], link[2], link[3] or ""
        if target is None:
            return link[0]
        file = (document.parent / target).resolve()
        if not file.exists():
            raise Broken(f"{document}: there is no {target}")
        if file not in shown:
            return words
        return f"[{words}]({os.path.relpath(shown[file], here)}{anchor})"

    return LINK.sub(mend, text)
