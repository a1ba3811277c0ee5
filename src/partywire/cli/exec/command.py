"""``partywire exec``: the command line."""

import functools
import urllib.parse

import click


def _server_url(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    """Checks the URL; bytes are passed on verbatim, so that there is no room for a path."""
    if value is None:
        return None
    try:
        parts = urllib.parse.urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise click.BadParameter("must look like http://127.0.0.1:8080")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise click.BadParameter("must have a scheme, a host and a port, and nothing else")
    return f"{parts.scheme}://{parts.netloc}"


@click.command(
    "exec",
    # Whatever follows the command's name is the command's, dashes or none.
    context_settings={
        "help_option_names": ["-h", "--help"],
        "ignore_unknown_options": True,
        "allow_interspersed_args": False,
    },
)
@click.option(
    "--url",
    callback=_server_url,
    help="A running server, such as http://127.0.0.1:8080. Without it, a fresh one is started "
    "for the command and stopped after it.",
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
@click.pass_context
def exec_command(context: click.Context, url: str | None, command: tuple[str, ...]) -> None:
    """Run COMMAND so that its Twilio client reaches Partywire, with no change to its code.

    \b
      partywire exec -- pytest
      partywire exec --url http://127.0.0.1:8080 -- node app.js

    COMMAND gets TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN where they are unset, PARTYWIRE_URL, and
    the variables by which Python, Node, Java, Go, Ruby, PHP, .NET and curl find a local proxy and
    trust its authority, which is made for this run alone. The proxy hands requests for
    conversations.twilio.com to Partywire, refuses those for any other host of twilio.com, and
    passes everything else on.

    Exits with COMMAND's own code; 128 and the signal's number where a signal ended it, 127 where
    there is no such command, 126 where it cannot be run, 70 where no server could be started.
    """  # noqa: D301 - the marks are click's, for lines to be kept as they are
    # asyncio and cryptography take a while to import, and `partywire --help` need not wait.
    from partywire.cli.exec.run import run  # noqa: PLC0415

    context.exit(run(command, url, functools.partial(click.echo, err=True)))
