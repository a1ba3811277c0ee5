"""How long a process has spent with its database: two sums, kept by the engine itself."""

from msgspec import Struct


class Timings(Struct):
    """What all reads and all transactions took since the database was opened.

    Attributes:
        reads: queries outside of a transaction.
        read_seconds: from asking to the last row.
        transactions: those that ended, well or not.
        transaction_seconds: from asking for a turn or a connection to the durable commit.
    """

    reads: int = 0
    read_seconds: float = 0.0
    transactions: int = 0
    transaction_seconds: float = 0.0

    def read(self, seconds: float) -> None:
        """Takes down a query."""
        self.reads += 1
        self.read_seconds += seconds

    def transaction(self, seconds: float) -> None:
        """Takes down a transaction."""
        self.transactions += 1
        self.transaction_seconds += seconds
