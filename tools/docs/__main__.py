"""Builds the site: ``python tools/docs [--output DIRECTORY]``.

Lays out the sources in one place (the documents, the decisions and the changes, with the pages that
are made from the tables), and has Sphinx build them. Warnings are errors. Needs no network.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path, PurePosixPath

import error_pages
import event_pages
from links import Broken, mended
from operations import ROOT
from reference import reference
from sphinx.cmd.build import build_main

DOCS = ROOT / "docs"
DECISIONS = """(decisions)=
# Decisions

Choosing between real alternatives leaves a record: what was chosen, instead of what, what follows.

```{toctree}
:glob:

0*
```
"""
CHANGES = """# Changes

What users notice.

## Not released yet

{fragments}

{released}
"""


def shown() -> dict[Path, PurePosixPath]:
    """Each document that the site shows, to its place there."""
    documents = [path for path in DOCS.rglob("*.md") if path.parent.name != "_data"]
    places = {path: PurePosixPath(path.relative_to(DOCS).as_posix()) for path in documents}
    for path in (ROOT / "decisions").glob("*.md"):
        places[path] = PurePosixPath("decisions", path.name)
    places[ROOT / "CHANGELOG.md"] = PurePosixPath("changes.md")
    return places


def changes() -> str:
    """What was released, and what was not yet."""
    released = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("-->")[2].strip()
    fragments = sorted((ROOT / "changes").glob("*.md"))
    said = [f"- {path.read_text(encoding='utf-8').strip()}" for path in fragments]
    return CHANGES.format(
        released=released or "Nothing was released yet.",
        fragments="\n".join(said) or "Nothing.",
    )


def lay_out(target: Path) -> None:
    """Writes the sources of the site.

    Raises:
        Broken: a document links to what is not there.
    """
    places = shown()
    pages = {
        place: mended(file.read_text(encoding="utf-8"), file, places)
        for file, place in places.items()
    }
    pages[PurePosixPath("changes.md")] = changes()
    pages[PurePosixPath("decisions", "index.md")] = DECISIONS
    pages[PurePosixPath("errors.md")] = error_pages.page()
    pages[PurePosixPath("events.md")] = event_pages.page()
    for name, text in reference().items():
        pages[PurePosixPath("reference", f"{name}.md")] = text
    for place, text in pages.items():
        file = target / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tools/docs", description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "site")
    output = parser.parse_args(arguments).output
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="partywire-docs-") as folder:
        sources = Path(folder, "sources")
        try:
            lay_out(sources)
        except Broken as error:
            print(error, file=sys.stderr)
            return 1
        strict = ["--fail-on-warning", "--keep-going", "--quiet", "--conf-dir", str(DOCS)]
        doctrees = ["--doctree-dir", str(Path(folder, "doctrees"))]
        return build_main([*strict, *doctrees, "--builder", "html", str(sources), str(output)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
