"""The tutorial and the how-tos do what they say, block by block."""

from pathlib import Path

import pytest

from docs.pages import ROOT, blocks, follow, server_arguments

DOCUMENTS = [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
RUN = {"bash", "python", "console"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_who_follows_a_page_sees_what_it_shows(document: Path, tmp_path: Path) -> None:
    seen = 0
    for shown, said in follow(document, tmp_path):
        assert said.rstrip("\n") == shown.rstrip("\n")
        seen += 1
    assert seen or not RUN & {block.language for block in blocks(document)}


def test_a_page_that_shows_something_else_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\necho one\n```\n\n```text\ntwo\n```\n", encoding="utf-8")
    (tmp_path / "followed").mkdir()

    assert list(follow(page, tmp_path / "followed")) == [("two\n", "one\n")]


def test_a_command_that_fails_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```bash\nfalse\necho one\n```\n", encoding="utf-8")
    (tmp_path / "followed").mkdir()

    with pytest.raises(AssertionError, match="false"):
        list(follow(page, tmp_path / "followed"))


def test_make_run_is_the_command_of_the_makefile() -> None:
    assert server_arguments("make run") == ["dev", "--demo", "--demo-page", "build/demo"]
