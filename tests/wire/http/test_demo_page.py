"""The page to try a bench with, as it is served."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from harness import assert_refused
from partywire.domain.call import Resources
from partywire.wire.http.about import about
from partywire.wire.http.demo_page import WORD, routes

FILES = {
    "index.html": "<!doctype html>",
    "page.js": "let page;",
    "page.css": "main {}",
    "page.js.LEGAL.txt": "MIT",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the page is to be; beside it, what is nobody's business."""
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path / "demo"


@pytest.fixture
def built(folder: Path) -> Path:
    """The page, built."""
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "index.html").write_text("inner")
    (folder / ".hidden").write_text("hidden")
    (folder / "link.js").symlink_to("../secret.txt")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
async def http(resources: Resources, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a bench with that folder."""
    config = replace(resources.config, demo_page=str(folder))
    transport = httpx.ASGITransport(about(replace(resources, config=config)))
    async with httpx.AsyncClient(transport=transport, base_url="http://bench") as made:
        yield made


async def test_a_bench_without_a_folder_has_no_page(resources: Resources) -> None:
    assert routes(resources) == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/demo", "text/html; charset=utf-8"),
        ("/demo/index.html", "text/html; charset=utf-8"),
        ("/demo/page.js", "text/javascript; charset=utf-8"),
        ("/demo/page.css", "text/css; charset=utf-8"),
        ("/demo/page.js.LEGAL.txt", "text/plain; charset=utf-8"),
    ],
)
async def test_the_files_of_the_page_are_served(
    http: httpx.AsyncClient, built: Path, path: str, kind: str
) -> None:
    answer = await http.get(path)
    name = path.removeprefix("/demo").lstrip("/") or "index.html"
    assert (answer.status_code, answer.text) == (200, FILES[name])
    assert answer.headers["content-type"] == kind
    head = await http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))


async def test_the_page_may_load_nothing_from_elsewhere(
    http: httpx.AsyncClient, built: Path
) -> None:
    for path in ("/demo", "/demo/page.js"):
        headers = (await http.get(path)).headers
        policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "unsafe" not in str(policy)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_what_has_not_changed_is_not_sent_again(http: httpx.AsyncClient, built: Path) -> None:
    first = await http.get("/demo/page.js")
    assert first.headers["cache-control"] == "no-cache"
    seen = {"If-None-Match": first.headers["etag"]}
    again = await http.get("/demo/page.js", headers=seen)
    assert (again.status_code, again.content) == (304, b"")
    (built / "page.js").write_text("let other;")
    assert (await http.get("/demo/page.js", headers=seen)).text == "let other;"


@pytest.mark.parametrize(
    "name",
    [
        "nobody.js",
        "inner",
        "inner/index.html",
        ".hidden",
        "..",
        "link.js",
        "%2e%2e%2fsecret.txt",
        "..%2fsecret.txt",
        "..%5csecret.txt",
        "%2fetc%2fpasswd",
        "page.js%00",
        "p" * 300,
    ],
)
async def test_nothing_else_is(http: httpx.AsyncClient, built: Path, name: str) -> None:
    assert_refused(await http.get(httpx.URL(f"http://bench/demo/{name}")), 404, 20404)


async def test_a_slash_too_many_is_no_mistake(http: httpx.AsyncClient, built: Path) -> None:
    answer = await http.get("/demo/", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, "/demo")


async def test_it_can_only_be_read(http: httpx.AsyncClient, built: Path) -> None:
    assert_refused(await http.post("/demo"), 405, 20004)
    assert_refused(await http.delete("/demo/page.js"), 405, 20004)


async def test_a_page_that_is_not_built_says_so(http: httpx.AsyncClient, folder: Path) -> None:
    answer = await http.get("/demo")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "npm" in answer.text
    assert "make run" in answer.text
    # A browser looks again by itself.
    assert answer.headers["refresh"] == answer.headers["retry-after"] == "3"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert_refused(await http.get("/demo/page.js"), 404, 20404)
    head = await http.head("/demo")
    assert (head.status_code, head.content) == (503, b"")


async def test_the_builder_s_word_is_passed_on_until_there_is_a_page(
    http: httpx.AsyncClient, built: Path
) -> None:
    (built / "index.html").unlink()
    (built / WORD).write_text("It is too late <b>today</b>.\n")
    answer = await http.get("/demo")
    assert (answer.status_code, answer.text) == (503, "It is too late <b>today</b>.\n")
    (built / WORD).write_bytes(b"\xff")
    assert "make run" in (await http.get("/demo")).text
    (built / "index.html").write_text("here")
    assert (await http.get("/demo")).text == "here"
