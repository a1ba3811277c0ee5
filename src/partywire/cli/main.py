"""The tree of commands."""

import click

from partywire import __version__
from partywire.cli.accounts import account_commands, key_commands
from partywire.cli.backup import backup_command
from partywire.cli.copy import copy_command
from partywire.cli.dev import dev_command
from partywire.cli.exec.command import exec_command
from partywire.cli.push import push_commands
from partywire.cli.serve import serve_command
from partywire.cli.tokens import token_command
from partywire.cli.webhooks import webhook_commands


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "PARTYWIRE"},
    epilog="Exit codes: 0 done, 1 no such thing, 2 wrong usage, 69 the address cannot be "
    "listened on, 70 a mistake of ours, 74 the database or the store of media cannot be used, "
    "78 unsafe or unfit settings.",
)
@click.version_option(__version__, prog_name="partywire")
def main() -> None:
    """A self-hosted server that speaks the Twilio Conversations v1 wire format.

    Each option can also be set by an environment variable, such as PARTYWIRE_DEV_PORT.
    """


main.add_command(dev_command)
main.add_command(serve_command)
main.add_command(account_commands)
main.add_command(key_commands)
main.add_command(webhook_commands)
main.add_command(exec_command)
main.add_command(copy_command)
main.add_command(backup_command)
main.add_command(push_commands)
main.add_command(token_command)
