"""What every use-case is handed first."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from partywire.clock import Clock
from partywire.config import Config, Limits
from partywire.domain.gates import OPEN, Gate
from partywire.model.scope import Scope
from partywire.sids import Mint
from partywire.storage.database import Database
from partywire.storage.objects import Objects
from partywire.storage.vault import Vault


class Resources(Struct, frozen=True):
    """What all calls of one server share."""

    config: Config
    database: Database
    vault: Vault
    clock: Clock
    mint: Mint
    gate: Gate = OPEN
    objects: Objects = Objects("partywire-media")


class Call(Struct, frozen=True):
    """One request on its way through the domain.

    Attributes:
        resources: the server's database, clock and so on.
        scope: whose data it may touch.
        now: when it was there, in milliseconds since 1970-01-01T00:00:00Z; see ``resumed``.
        webhooks: whether webhooks are to be called.
        source: who asks, as webhooks are told: ``API``, ``SDK``, or the channel by which a message
            came, such as ``SMS``.
        client_identity: the user who asks, if it is one by the SDK.
        answers: what the gate was answered, and what it was asked about; so that nobody is asked
            twice if the request has to be done again. None remembers nothing.
    """

    resources: Resources
    scope: Scope
    now: int
    webhooks: bool = False
    source: str = "API"
    client_identity: str | None = None
    answers: dict[Any, dict[str, str]] | None = None

    @property
    def database(self) -> Database:
        """Committed data, and transactions."""
        return self.resources.database

    @property
    def service_sid(self) -> str:
        """The service in question."""
        return self.scope.service_sid

    @property
    def limits(self) -> Limits:
        """Bounds on what may be stored."""
        return self.resources.config.limits

    def resumed(self) -> "Call":
        """The same request after it had to wait: for its body, an answer of the gate, or a row.

        What ended meanwhile has ended for it, and timers that it starts run from now on.
        """
        now = self.resources.clock.now()
        return self if now <= self.now else replace(self, now=now)

    def sid(self, prefix: str) -> str:
        """A new SID."""
        return self.resources.mint.sid(prefix)

    def sid_to_ask_about(self, prefix: str) -> str:
        """The SID of what the gate is asked about before it is there.

        It stays the same if the request has to be done again: what was answered holds for it.
        """
        if self.answers is None:
            return self.sid(prefix)
        return self.answers.setdefault(prefix, {"sid": self.sid(prefix)})["sid"]
