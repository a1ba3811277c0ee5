"""How often things are killed: a few times in `make test`, often in `make crash`."""

import os
from collections.abc import Mapping

KILLS = int(os.environ.get("PARTYWIRE_KILLS", "10"))  # of a server that is alone
NODE_KILLS = max(6, KILLS * 3 // 10)
RESTARTS = max(1, KILLS // 40)  # of PostgreSQL, in each way
AT_LENGTH = KILLS >= 100


def tell(figures: Mapping[str, object]) -> None:
    """What `make crash` shows of a test that went well."""
    print(", ".join(f"{name}: {value}" for name, value in figures.items()))
