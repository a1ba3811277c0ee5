"""Options of ``partywire serve`` for webhooks: where they may be, and how long they are tried."""

from ipaddress import ip_network
from typing import Any, Final

import click

from partywire.cli.options import together
from partywire.config import Config

_DEFAULTS: Final = Config(database="", key_file="")


def _networks(
    _context: click.Context, _option: click.Parameter, given: tuple[str, ...]
) -> tuple[str, ...]:
    """The networks as they were given.

    Raises:
        BadParameter: one of them is none.
    """
    for each in given:
        try:
            ip_network(each)
        except ValueError as error:
            raise click.BadParameter(f"{error}; a network is, for example, 10.1.0.0/16") from error
    return given


_OPTIONS: Final = (
    click.option(
        "--allow-target",
        multiple=True,
        metavar="NETWORK",
        callback=_networks,
        help="A network, such as 10.1.0.0/16, that outgoing requests may reach although it is "
        "not public; can be given several times.",
    ),
    click.option(
        "--webhook-patience",
        type=click.FloatRange(0),
        default=_DEFAULTS.webhook_patience,
        show_default=True,
        metavar="HOURS",
        help="For how many hours a webhook that fails is tried, until a delivery is given up.",
    ),
    click.option(
        "--webhook-first-pause",
        type=click.FloatRange(0.001),
        default=_DEFAULTS.webhook_first_pause,
        show_default=True,
        metavar="SECONDS",
        help="Seconds after a webhook's first failure; each further one doubles them.",
    ),
    click.option(
        "--webhook-longest-pause",
        type=click.FloatRange(0.001),
        default=_DEFAULTS.webhook_longest_pause,
        show_default=True,
        metavar="SECONDS",
        help="Seconds between two attempts at most, where a webhook does not ask for more.",
    ),
)
_SETTINGS: Final = {
    "allow_target": "allowed_targets",
    "webhook_patience": "webhook_patience",
    "webhook_first_pause": "webhook_first_pause",
    "webhook_longest_pause": "webhook_longest_pause",
}


def _outgoing(values: dict[str, Any]) -> dict[str, Any]:
    return {setting: values.pop(name) for name, setting in _SETTINGS.items()}


# These options; the command takes them together, as settings of ``Config``: ``outgoing``.
outgoing_options: Final = together("outgoing", _OPTIONS, _outgoing)
