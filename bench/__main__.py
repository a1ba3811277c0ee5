"""`make bench`, or ``python -m bench --only PART …``: runs the parts and prints their tables."""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import budget, growth, limits, machine, memory, processes, webhooks
from bench.peers import comparison
from bench.sockets import idle, live
from bench.tables import Row, Table, pasted
from bench.track import Pace, Track, say

PARTS: dict[str, Callable[[Track], Iterator[Table]]] = {
    "budget": budget.tables,
    "limits": limits.tables,
    "peers": comparison.tables,
    "growth": growth.tables,
    "memory": memory.tables,
    "processes": processes.tables,
    "webhooks": webhooks.tables,
    "sockets": idle.tables,
    "live": live.tables,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated")
    parser.add_argument("--rounds", type=int, default=Pace().rounds, help="rounds of each figure")
    parser.add_argument("--seconds", type=int, default=Pace().seconds, help="length of a round")
    parser.add_argument("--output", type=Path, default=Path("build/bench.md"))
    parser.add_argument("--page", type=Path, help="a page whose figures are replaced by these")
    return parser.parse_args()


def _run(name: str, track: Track) -> Iterator[Table]:
    """A part's tables; one that breaks takes no other part with it."""
    began = time.monotonic()
    try:
        yield from PARTS[name](track)
    except Exception as error:
        traceback.print_exc()
        why = f"broke off: {type(error).__name__}: {' '.join(str(error).split())}"
        yield Table(name.capitalize(), ("part", "result"), (Row((name, why), met=False),))
    say(f"{name} took {time.monotonic() - began:.0f} s")


def main() -> int:
    """Prints all tables, and keeps them in a file; 1 if a bound is not met."""
    chosen = _arguments()
    pace, missed = Pace(chosen.rounds, chosen.seconds), 0
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    with (
        machine.awake() as is_awake,
        tempfile.TemporaryDirectory(prefix="partywire-bench-") as name,
    ):
        sections = [machine.described(pace, is_awake=is_awake)]
        print(sections[0], flush=True)
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        with Track(folder, pace) as track:
            for part in chosen.only or PARTS:
                for table in _run(part, track):
                    print(f"\n{table.markdown()}", flush=True)
                    sections.append(table.markdown())
                    missed += sum(row.met is False for row in table.rows)
                    chosen.output.write_text("\n".join(sections), encoding="utf-8")
    if chosen.page is not None:
        text = chosen.page.read_text(encoding="utf-8")
        chosen.page.write_text(pasted(text, "\n".join(sections)), encoding="utf-8")
    say(f"{missed} missed; the tables are in {chosen.output}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
