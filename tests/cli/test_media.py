"""What the server is told of media: where they lie, and what may be sent up."""

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
from click.testing import CliRunner

from buckets import bucket
from cli.commands import assert_fails, run, serving
from harness import (
    STARTING_SECONDS,
    Client,
    Server,
    account,
    assert_refused,
    assert_unavailable,
    dev_server,
    serve_account,
)
from partywire.cli.media import Settings, media_options
from partywire.config import Config, Limits
from wire.http.uploads import PNG, Media, nobody

MEGABYTE = 1024 * 1024
PLAIN = Config(database="", key_file="", limits=Limits(conversations_per_user=3))


def configured(*arguments: str) -> Config:
    """The configuration that these arguments make of a plain one."""
    found: list[Config] = []

    @click.command()
    @media_options
    def command(media: Settings) -> None:
        found.append(media.of(PLAIN))

    assert CliRunner().invoke(command, arguments).exit_code == 0
    return found[0]


def test_without_a_word_the_settings_are_those_of_the_table() -> None:
    assert configured() == PLAIN


def test_what_is_given_becomes_a_setting() -> None:
    config = configured(
        *("--media", "s3://bucket/prefix", "--media-megabytes", "2"),
        *("--media-type", "IMAGE/*", "--media-type", "text/plain", "--media-link-seconds", "60"),
    )
    assert config.media == "s3://bucket/prefix"
    assert config.limits == Limits(conversations_per_user=3, media_bytes=2 * MEGABYTE)
    assert config.media_types == ("image/*", "text/plain")
    assert config.media_link_seconds == 60
    assert configured("--media", "a/folder").media == "a/folder"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--media", "https://bucket.example"),
        ("--media", "s3://"),
        ("--media-megabytes", "0"),
        ("--media-type", "image"),
        ("--media-type", "*/*"),
        ("--media-link-seconds", "0"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(arguments: tuple[str, ...]) -> None:
    assert run("serve", *arguments).exit_code == 2


def test_a_server_that_cannot_store_media_does_not_start(tmp_path: Path) -> None:
    database = tmp_path / "party.db"
    serve_account(database)
    (tmp_path / "file").write_text("")
    result = run(
        *("serve", "--port", "0", "--database", f"sqlite:///{database}"),
        *("--media", f"{tmp_path}/file/media"),
    )
    assert_fails(result, 74, "Media cannot be stored", f"{tmp_path}/file is not a directory")


def test_files_outlive_the_server(tmp_path: Path) -> None:
    database = tmp_path / "party.db"
    credentials = serve_account(database)
    with serving(database) as server, Client(server.url, credentials) as client:
        made = Media(client).sent(b"abc")
    assert (tmp_path / "party.db.media").stat().st_mode & 0o077 == 0
    with serving(database) as server, Client(server.url, credentials) as client:
        found = Media(client).ask("GET", f"/Media/{made['sid']}/Content")
        assert found.content == b"abc"


def test_the_log_says_nothing_of_names_links_and_contents() -> None:
    with dev_server("--access-log") as server, Client(server.url, account()) as client:
        media = Media(client)
        made = media.sent(b"the-content", Filename="the-name.png")
        link = made["links"]["content_direct_temporary"]
        assert nobody(client, "GET", link).status_code == 200
        server.stop()
    log = server.stderr()
    assert "/Media/{Sid}/Content" in log
    for secret in ("the-name", "the-content", "Signature", link.partition("Signature=")[2]):
        assert secret not in log


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Media, Path]]:
    """A bench that takes no more than 6 MB, and where its files lie."""
    folder = tmp_path_factory.mktemp("media")
    options = ("--media", str(folder), "--media-megabytes", "6")
    with dev_server(*options) as server, Client(server.url, account()) as client:
        yield Media(client), folder


def in_pieces(size: int) -> Iterator[bytes]:
    """So many bytes, of which nobody says how many they are."""
    for _ in range(0, size, MEGABYTE // 4):
        yield b"x" * (MEGABYTE // 4)


def files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_a_file_of_the_largest_size_comes_and_goes(narrow: tuple[Media, Path]) -> None:
    media, folder = narrow
    content = hashlib.shake_256(b"x").digest(6 * MEGABYTE)
    made = media.sent(content)
    assert media.ask("GET", made["links"]["content"]).content == content
    part = media.ask("GET", made["links"]["content"], headers={"Range": "bytes=5000000-"})
    assert part.content == content[5_000_000:]
    assert len(files(folder)) == 1
    assert media.ask("DELETE", f"/Media/{made['sid']}").status_code == 204
    assert files(folder) == []


@pytest.mark.parametrize("way", ["declared", "in pieces", "form"])
def test_of_what_is_too_large_nothing_is_kept(narrow: tuple[Media, Path], way: str) -> None:
    media, folder = narrow
    size = 6 * MEGABYTE + 1
    bodies: dict[str, dict[str, Any]] = {
        "declared": {"content": b"x" * size, "headers": PNG},
        "in pieces": {"content": in_pieces(size), "headers": PNG},
        "form": {"files": {"file": ("a.png", b"x" * size, "image/png")}},
    }
    answer = media.ask("POST", "/Media", **bodies[way])
    assert_refused(answer, 413, 50512)
    assert files(folder) == []


def test_of_what_breaks_off_nothing_is_kept(narrow: tuple[Media, Path]) -> None:
    media, folder = narrow

    def broken() -> Iterator[bytes]:
        yield from in_pieces(5 * MEGABYTE + MEGABYTE // 2)
        raise httpx.WriteError("the cable")

    with pytest.raises(httpx.WriteError):
        media.ask("POST", "/Media", content=broken(), headers=PNG)
    deadline = time.monotonic() + STARTING_SECONDS
    while files(folder):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert media.sent(b"abc")["size"] == 3


def test_files_lie_in_a_bucket_where_that_was_said() -> None:
    with bucket() as there:
        arguments = ["dev", "--port", "0", "--media", "s3://files/party"]
        server = Server(arguments, there.environment)
        try:
            with Client(server.url, account()) as client:
                media = Media(client)
                made = media.sent(b"abc" * 2_000_000)
                name = f"party/{media.service}/{made['sid']}"
                assert there.objects == {name: b"abc" * 2_000_000}
                link = made["links"]["content_direct_temporary"]
                part = nobody(client, "GET", link, Range="bytes=5999999-")
                assert (part.status_code, part.content) == (206, b"c")
                there.fails = True
                assert_unavailable(media.send())
                assert_unavailable(nobody(client, "GET", link))
                there.fails = False
                assert media.ask("DELETE", f"/Media/{made['sid']}").status_code == 204
                assert there.objects == {}
        finally:
            server.stop()


def test_a_server_whose_bucket_is_not_there_does_not_start(tmp_path: Path) -> None:
    database = tmp_path / "party.db"
    serve_account(database)
    with bucket() as there:
        result = run(
            *("serve", "--port", "0", "--database", f"sqlite:///{database}"),
            *("--media", "s3://other"),
            environment=there.environment,
        )
    assert_fails(result, 74, "Media cannot be stored: the media store s3://other")
