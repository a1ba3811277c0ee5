"""Options of media: where they lie, and what may be sent up."""

import re
from typing import Any, Final

import click
from msgspec.structs import replace

from partywire.cli.options import together
from partywire.config import Config, Limits

_DEFAULTS: Final = Config(database="", key_file="")
_MEGABYTE: Final = 1024 * 1024
_TYPE: Final = re.compile(r"[a-z0-9.+-]+/([a-z0-9.+-]+|\*)")
_BUCKET: Final = re.compile(r"s3://[^/]+(/.*)?")


def _types(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """The content types in lower case.

    Raises:
        BadParameter: one of them is none.
    """
    types = tuple(each.lower() for each in given)
    for each in types:
        if not _TYPE.fullmatch(each):
            raise click.BadParameter(f"{each} is not a content type such as image/png or image/*")
    return types


def _place(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """Where media lie, as it was given.

    Raises:
        BadParameter: it is a URL, and not of a bucket.
    """
    if given is not None and "://" in given and not _BUCKET.fullmatch(given):
        raise click.BadParameter("it must be a folder, or s3://BUCKET/PREFIX")
    return given


_OPTIONS: Final = (
    click.option(
        "--media",
        envvar="PARTYWIRE_MEDIA",
        metavar="PLACE",
        callback=_place,
        help="Where the bytes of media lie: a folder, or s3://BUCKET/PREFIX, with endpoint and "
        "credentials from the environment variables of AWS. All nodes need the same. [default: "
        "the database file and .media; for PostgreSQL partywire-media]",
    ),
    click.option(
        "--media-megabytes",
        type=click.IntRange(1),
        default=Limits().media_bytes // _MEGABYTE,
        show_default=True,
        help="How large a file may be.",
    ),
    click.option(
        "--media-type",
        multiple=True,
        metavar="TYPE",
        callback=_types,
        help="A content type that may be sent up, such as image/png or image/*; can be given "
        "several times. [default: all]",
    ),
    click.option(
        "--media-link-seconds",
        type=click.IntRange(1),
        default=_DEFAULTS.media_link_seconds,
        show_default=True,
        help="For how long a link to a file's content can be used.",
    ),
)


class Settings:
    """What was said of media.

    Args:
        place: where they lie; None if that was not said.
        megabytes: of the largest.
        types: the content types that may be sent up.
        link_seconds: for how long links can be used.
    """

    def __init__(
        self, place: str | None, megabytes: int, types: tuple[str, ...], link_seconds: int
    ) -> None:
        self._bytes = megabytes * _MEGABYTE
        self._settings: dict[str, Any] = {
            "media": place,
            "media_types": types,
            "media_link_seconds": link_seconds,
        }

    def of(self, config: Config) -> Config:
        """The configuration with these settings."""
        limits = replace(config.limits, media_bytes=self._bytes)
        return replace(config, limits=limits, **self._settings)


def _settings(values: dict[str, Any]) -> Settings:
    return Settings(
        values.pop("media"),
        values.pop("media_megabytes"),
        values.pop("media_type"),
        values.pop("media_link_seconds"),
    )


# These options; the command takes them together, as ``Settings``: ``media``.
media_options: Final = together("media", _OPTIONS, _settings)
