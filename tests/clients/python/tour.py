"""Plays every scenario with the official Python library; prints what it showed, a JSON line each.

The lines between are the library's own log: from it one can tell which requests it sent.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

import addressed
import configuration
import conversations
import lists
import messages
import names
import participants
import place
import refusals
import roles
import services
import user_conversations
import users
import webhooks

AT_BOTH_DOORS = [
    *user_conversations.SCENARIOS,
    *lists.SCENARIOS,
    *users.SCENARIOS,
    *conversations.SCENARIOS,
    *participants.SCENARIOS,
    *addressed.SCENARIOS,
    *messages.SCENARIOS,
    *webhooks.SCENARIOS,
    *roles.SCENARIOS,
    *names.SCENARIOS,
    *refusals.SCENARIOS,
]


def shown(value):
    """What JSON has no word for: a date is marked as one, so that a text does not pass for it."""
    if isinstance(value, datetime):
        return {"$date": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
    return {name: field for name, field in vars(value).items() if not name.startswith("_")}


def play(scenario, door):
    line = {"scenario": scenario.__name__, "door": door}
    try:
        line["saw"] = scenario(place.Place(door))
    except Exception:
        line["error"] = traceback.format_exc()
    print(json.dumps(line, default=shown), flush=True)


def main():
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    for scenario in AT_BOTH_DOORS:
        play(scenario, "account")
        play(scenario, "service")
    for scenario in [*services.SCENARIOS, *configuration.SCENARIOS]:
        play(scenario, "account")


main()
