"""What the window remembers between two starts, by the shape of what keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SavedServer:
    """A server that was connected to before, without its secrets.

    ``variables`` maps header names to the environment variables that hold their values. ``has_key``: the keychain of
    the system keeps its key. ``limits``: the thresholds that were set for it, in seconds by their names.
    """

    base_url: str
    protocol: str | None = None
    name: str = ""
    query: tuple[tuple[str, str], ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    has_key: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)


class Memory(Protocol):
    """Small values by name. Keeping them is somebody else's job; a value that is not there is None."""

    def get(self, name: str) -> str | None:
        """The value, or None."""
        ...

    def put(self, name: str, value: str) -> None:
        """Keep a value."""
        ...

    def recents(self) -> list[str]:
        """Paths of the files that were opened last, the newest first."""
        ...

    def remember(self, path: str) -> None:
        """A file was opened."""
        ...

    def servers(self) -> Sequence[SavedServer]:
        """The servers that were connected to, the newest first."""
        ...

    def keep_server(self, server: SavedServer) -> None:
        """A server was connected to."""
        ...

    def forget_server(self, base_url: str) -> None:
        """It shall not be offered any more."""
        ...


class Keys(Protocol):
    """Where keys of servers are kept. Asking may take long, or wait for a dialog of the system."""

    async def available(self) -> bool:
        """Whether keys can be kept at all."""
        ...

    async def get(self, base_url: str) -> str | None:
        """The key of a server; UserError where it is locked or refuses."""
        ...

    async def keep(self, base_url: str, key: str) -> None:
        """Keep a key; UserError where it is locked or refuses."""
        ...

    async def forget(self, base_url: str) -> None:
        """Keep it no longer; UserError where it is locked or refuses."""
        ...

    def variable(self, name: str) -> str | None:
        """The value of an environment variable, which may be a secret, too."""
        ...


class Forgetful:
    """Keeps everything until the program ends: for tests, and where there is no folder to write to."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._recents: list[str] = []
        self._servers: list[SavedServer] = []

    def get(self, name: str) -> str | None:
        """The value, or None."""
        return self._values.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a value."""
        self._values[name] = value

    def recents(self) -> list[str]:
        """The newest first."""
        return list(self._recents)

    def remember(self, path: str) -> None:
        """To the front."""
        self._recents = [path, *(known for known in self._recents if known != path)][:10]

    def servers(self) -> Sequence[SavedServer]:
        """The newest first."""
        return list(self._servers)

    def keep_server(self, server: SavedServer) -> None:
        """To the front, in place of the same one."""
        self.forget_server(server.base_url)
        self._servers.insert(0, server)

    def forget_server(self, base_url: str) -> None:
        """Drop it."""
        self._servers = [known for known in self._servers if known.base_url != base_url]


class NoKeys:
    """Where there is no keychain."""

    async def available(self) -> bool:
        """It is not."""
        return False

    async def get(self, base_url: str) -> str | None:
        """Nothing."""
        return None

    async def keep(self, base_url: str, key: str) -> None:
        """Nothing is kept."""

    async def forget(self, base_url: str) -> None:
        """Nothing was kept."""

    def variable(self, name: str) -> str | None:
        """Nothing is set."""
        return None
