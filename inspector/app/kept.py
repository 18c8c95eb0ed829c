"""The window's memory in the settings file."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from inspector.domain.errors import UserError
from inspector.store.settings import SavedConnection, Settings
from inspector.ui.memory import SavedServer


class Kept:
    """What cannot be lost is written at once, the rest at the end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, name: str) -> str | None:
        """The value, or None."""
        return self._settings.windows.get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a value."""
        self._settings.windows[name] = value

    def recents(self) -> list[str]:
        """The newest first."""
        return list(self._settings.recents)

    def remember(self, path: str) -> None:
        """A file was opened."""
        self._settings.add_recent(Path(path))
        save(self._settings)

    def servers(self) -> Sequence[SavedServer]:
        """The newest first."""
        return [SavedServer(**asdict(saved)) for saved in self._settings.connections]

    def keep_server(self, server: SavedServer) -> None:
        """To the front, without what may be secret in its address."""
        self._settings.keep_connection(SavedConnection(**asdict(server)))
        save(self._settings)

    def forget_server(self, base_url: str) -> None:
        """Drop it."""
        self._settings.connections = [one for one in self._settings.connections if one.base_url != base_url]
        save(self._settings)


def save(settings: Settings) -> None:
    """A disk that takes no settings is no reason to fail at anything else."""
    with suppress(UserError):
        settings.save()
