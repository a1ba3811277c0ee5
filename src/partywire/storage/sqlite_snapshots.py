"""One snapshot for all reads of one turn of the event loop.

Each read transaction locks and unlocks the file by system calls, which cost about as much as the
read itself. Reads that run in the same turn share one. None of them can be too old: the turn's
requests had arrived before its snapshot began, and it ends before anything runs that became ready
after it began, such as the answer to a commit.
"""

import asyncio
from typing import Any, Final

import apsw

_BEGIN: Final = "BEGIN"
_END: Final = "COMMIT"


class Snapshots:
    """A connection that only reads.

    Args:
        connection: what it reads from.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._begun = False

    def execute(self, text: str, arguments: tuple[Any, ...] = ()) -> apsw.Cursor:
        """Runs a query in the snapshot of this turn.

        Raises:
            apsw.Error: it failed.
        """
        if not self._begun:
            # First in the queue of the next turn, before what this turn makes ready.
            asyncio.get_running_loop().call_soon(self._end)
            self._connection.execute(_BEGIN)
            self._begun = True
        return self._connection.execute(text, arguments)

    def _end(self) -> None:
        if self._begun:
            self._begun = False
            if self._connection.in_transaction:
                self._connection.execute(_END)

    def close(self) -> None:
        """Ends the snapshot and closes the connection."""
        self._end()
        self._connection.close()
