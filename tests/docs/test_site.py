"""The site builds without a warning, is whole, and needs nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

from contract.table import ROWS
from house.source import ROOT
from partywire import errors

sys.path.append(str(ROOT / "tools" / "docs"))

import error_pages
from links import Broken, mended
from operations import entries

LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
PARTS = (
    "docs",
    "tools/docs",
    "decisions",
    "changes",
    "CHANGELOG.md",
    "README.md",
    "bench",
    "tests",
)


class Reference(NamedTuple):
    """An attribute of an element that names an address."""

    tag: str
    attribute: str
    address: str


class Page(HTMLParser):
    """What a page of the site refers to, and what can be referred to in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.references: list[Reference] = []
        self.anchors = {""}
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name in {"href", "src"} and value:
                self.references.append(Reference(tag, name, value))


def build(project: Path, site: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, project / "tools" / "docs", "--output", site],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("built") / "site"
    done = build(ROOT, made)
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = {file.resolve(): Page(file) for file in site.rglob("*.html")}
    assert len(found) > 30
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the site is made from, to be spoilt."""
    for part in PARTS:
        source, target = ROOT / part, tmp_path / "project" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
            )
        else:
            shutil.copy(source, target)
    return tmp_path / "project"


def test_every_link_within_the_site_leads_to_a_page_and_a_place_in_it(
    pages: dict[Path, Page],
) -> None:
    broken = []
    for file, page in pages.items():
        for reference in page.references:
            parts = urlsplit(reference.address)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            reached = pages[target].anchors if target in pages else {""}
            if not target.is_file() or unquote(parts.fragment) not in reached:
                broken.append(f"{file.name}: {reference.address}")
    assert broken == []


def test_the_site_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    loaded = [
        reference.address
        for page in pages.values()
        for reference in page.references
        if (reference.tag, reference.attribute) in LOADED and urlsplit(reference.address).netloc
    ]
    styles = "".join(file.read_text(encoding="utf-8") for file in site.rglob("*.css"))

    assert loaded == []
    assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", styles) == []


def test_every_row_of_the_table_stands_on_a_page_of_the_reference(site: Path) -> None:
    written = "".join(
        re.sub(r"<[^>]+>", "", file.read_text(encoding="utf-8"))
        for file in (site / "reference").glob("*.html")
        if file.name != "index.html"
    )

    assert [row for row in map(str, ROWS) if row not in written] == []


def test_every_document_of_the_project_stands_in_the_site(site: Path) -> None:
    documents = [file.relative_to(ROOT / "docs") for file in (ROOT / "docs").rglob("*.md")]
    decisions = [file.relative_to(ROOT) for file in (ROOT / "decisions").glob("*.md")]
    wanted = [name for name in (*documents, *decisions) if name.parts[0] != "_data"]

    assert [name for name in wanted if not (site / name.with_suffix(".html")).is_file()] == []


SPOILT = (
    ("docs/tutorial.md", "[gone](how-to/page.md#gone)", "gone"),
    ("docs/how-to/page.md", "[gone](#error-1)", "error-1"),
    ("docs/how-to/forgotten.md", "# Forgotten", "toctree"),
)


def test_a_place_that_is_not_there_and_a_page_that_nothing_leads_to_fail_the_build(
    copy: Path, tmp_path: Path
) -> None:
    for document, words, _ in SPOILT:
        with (copy / document).open("a", encoding="utf-8") as file:
            file.write(f"\n{words}\n")

    done = build(copy, tmp_path / "site")

    assert done.returncode != 0
    for document, _, said in SPOILT:
        [warning] = [line for line in done.stderr.splitlines() if Path(document).name in line]
        assert said in warning


def test_a_file_that_is_not_there_fails_the_build(copy: Path, tmp_path: Path) -> None:
    with (copy / "docs/tutorial.md").open("a", encoding="utf-8") as file:
        file.write("\n[gone](how-to/gone.md)\n")

    done = build(copy, tmp_path / "site")

    assert done.returncode != 0
    assert "there is no how-to/gone.md" in done.stderr


def test_every_error_has_a_cause_and_a_cure_and_nothing_else_has() -> None:
    told = error_pages.explained()

    assert {one.__name__ for one in error_pages.classes()} == set(told)
    assert all(set(words) == {"cause", "cure"} for words in told.values())
    assert all(text.endswith(".") for words in told.values() for text in words.values())


# What any request may meet; no operation names them.
EVERYWHERE = {
    "InternalError",
    "MethodNotAllowed",
    "NotImplementedYet",
    "TooLarge",
    "Unauthenticated",
    "Unavailable",
}


def test_every_error_is_named_by_an_operation_unless_any_request_may_meet_it() -> None:
    named = {name for entry in entries() for name in error_pages.named_by(entry)}

    # The socket has no operations: access tokens are shown there, and roles count there.
    socket = errors.AccessTokenInvalid | errors.Forbidden | errors.NoChannelMetadata
    met = {one for one in error_pages.classes() if not issubclass(one, socket)}
    # Nor have media, which stand beside the API.
    media = {name for name in (one.__name__ for one in met) if name.startswith("Media")}
    beside = media | {"RangeNotSatisfiable"}
    assert {one.__name__ for one in met} - named - beside == EVERYWHERE


def test_every_code_stands_once_on_the_page_of_errors() -> None:
    codes = sorted({one.code for one in error_pages.classes()})

    written = re.findall(r"^## (\d+)", error_pages.page(), re.MULTILINE)

    assert [int(code) for code in written] == codes


def test_a_link_to_what_the_site_does_not_show_becomes_its_words(tmp_path: Path) -> None:
    (tmp_path / "docs" / "in").mkdir(parents=True)
    page, other, script = (
        tmp_path / "docs" / "in" / "a.md",
        tmp_path / "records" / "b.md",
        tmp_path / "c.py",
    )
    other.parent.mkdir()
    for file in (page, other, script):
        file.touch()
    places = {page: Path("in/a.md"), other: Path("kept/b.md")}
    text = "[b](../../records/b.md#x), [c](../../c.py), [d](https://example.com), [e](#e)"

    assert mended(text, page, places) == (
        "[b](../kept/b.md#x), c, [d](https://example.com), [e](#e)"
    )
    with pytest.raises(Broken, match=r"gone\.md"):
        mended("[gone](gone.md)", page, places)


def test_brackets_in_code_are_no_link_and_code_in_brackets_is_none_the_less(
    tmp_path: Path,
) -> None:
    page, other = tmp_path / "a.md", tmp_path / "b.md"
    other.touch()
    code = "```js\nf[0](gone)\n```\n`f[0](gone)` "
    places = {page: Path("a.md"), other: Path("in/b.md")}

    assert mended(f"{code}[`b`](b.md)", page, places) == f"{code}[`b`](in/b.md)"
