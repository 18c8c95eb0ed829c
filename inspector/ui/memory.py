"""What the window remembers between two starts, by the shape of what keeps it."""

from __future__ import annotations

from typing import Protocol


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


class Forgetful:
    """Keeps everything until the program ends: for tests, and where there is no folder to write to."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._recents: list[str] = []

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
