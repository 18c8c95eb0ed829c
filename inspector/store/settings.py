"""What the program remembers between its starts: recent files, connections without their secrets, windows, preferences.

One JSON file in the settings folder of the system, or in the one that ``STREAM_INSPECTOR_HOME`` names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

import platformdirs

from inspector.domain.errors import UserError
from inspector.store.atomic import replacing

APP = "stream-inspector"
HOME = "STREAM_INSPECTOR_HOME"
RECENTS = 20
PATTERNS = "secrets.patterns"


def settings_folder() -> Path:
    """Where the settings are."""
    home = os.environ.get(HOME)
    return Path(home) if home else platformdirs.user_config_path(APP, appauthor=False)


def sessions_folder() -> Path:
    """Where sessions are recorded unless a person says otherwise."""
    home = os.environ.get(HOME)
    return (Path(home) if home else platformdirs.user_data_path(APP, appauthor=False)) / "sessions"


def run_folder() -> Path:
    """Where what runs now says how it is reached; for this user alone."""
    return sessions_folder().parent / "run"


@dataclass(frozen=True, slots=True)
class SavedConnection:
    """A server to connect to again. ``variables`` maps header names to environment variables that hold their values.

    ``has_key``: the system's keychain was given a secret for ``base_url``. ``limits``: its thresholds in seconds, by
    name, where they are not the usual ones.
    """

    base_url: str
    protocol: str | None = None
    name: str = ""
    query: tuple[tuple[str, str], ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    has_key: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Settings:
    """The settings in memory. Change them, then :meth:`save`.

    ``windows`` holds what Qt gives to restore a window (geometry, docks) in base64; ``preferences`` are JSON values.
    ``note`` is a sentence about a file that could not be read.
    """

    path: Path
    recents: list[str] = field(default_factory=list)
    connections: list[SavedConnection] = field(default_factory=list)
    windows: dict[str, str] = field(default_factory=dict)
    preferences: dict[str, Any] = field(default_factory=dict)
    note: str | None = None
    _others: dict[str, Any] = field(default_factory=dict)

    @property
    def patterns(self) -> list[str]:
        """What else is secret in an export: regular expressions, as the window keeps them."""
        return [line for line in self.windows.get(PATTERNS, "").splitlines() if line.strip()]

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """The saved settings, or fresh ones. A broken file is renamed and told of in ``note``; never an error."""
        path = (folder or settings_folder()) / "settings.json"
        settings = cls(path)
        try:
            values = json.loads(path.read_bytes())
        except FileNotFoundError:
            return settings
        except OSError as error:
            settings.note = f"The settings in {path} cannot be read: {error.strerror or error}."
            return settings
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            settings._take(values)
        else:
            settings.note = _set_aside(path)
        return settings

    def add_recent(self, file: Path) -> None:
        """Puts a file at the top of the recent ones."""
        name = str(file.absolute())
        self.recents = [name, *(other for other in self.recents if other != name)][:RECENTS]

    def keep_connection(self, connection: SavedConnection) -> None:
        """Puts a connection at the top, in place of an older one to the same server; its secrets are left out."""
        from inspector.domain.redact import is_secret_parameter, redact_url  # no start keeps a connection

        connection = replace(
            connection,
            base_url=redact_url(connection.base_url),
            query=tuple(pair for pair in connection.query if not is_secret_parameter(pair[0])),
        )
        others = [other for other in self.connections if other.base_url != connection.base_url]
        self.connections = [connection, *others]

    def save(self) -> None:
        """Writes the file, whole or not at all; UserError where that cannot be."""
        values = {
            **self._others,
            "recents": self.recents,
            "connections": [asdict(connection) for connection in self.connections],
            "windows": self.windows,
            "preferences": self.preferences,
        }
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as file:
                file.write(json.dumps(values, indent=1).encode())
        except OSError as error:
            raise UserError(f"The settings cannot be kept in {self.path}: {error.strerror or error}.") from None

    def _take(self, values: dict[str, Any]) -> None:
        """Takes what has the right shape, and keeps for the next save what only other versions know."""
        recents, connections = values.pop("recents", None), values.pop("connections", None)
        windows, preferences = values.pop("windows", None), values.pop("preferences", None)
        if isinstance(recents, list):
            self.recents = [name for name in recents if isinstance(name, str)][:RECENTS]
        if isinstance(connections, list):
            self.connections = [one for value in connections if (one := _connection(value)) is not None]
        if isinstance(windows, dict):
            self.windows = {name: value for name, value in windows.items() if isinstance(value, str)}
        if isinstance(preferences, dict):
            self.preferences = preferences
        self._others = values


def _connection(value: object) -> SavedConnection | None:
    if not isinstance(value, dict) or not isinstance(value.get("base_url"), str):
        return None
    protocol, name, query, variables = (value.get(key) for key in ("protocol", "name", "query", "variables"))
    return SavedConnection(
        value["base_url"],
        protocol if isinstance(protocol, str) else None,
        name if isinstance(name, str) else "",
        tuple((str(pair[0]), str(pair[1])) for pair in query if isinstance(pair, list) and len(pair) == 2)
        if isinstance(query, list)
        else (),
        {str(header): str(variable) for header, variable in variables.items()} if isinstance(variables, dict) else {},
        value.get("has_key") is True,
        _limits(value.get("limits")),
    )


def _limits(value: object) -> dict[str, float]:
    """What can be a threshold: a number of seconds within a day."""
    if not isinstance(value, dict):
        return {}
    return {
        str(name): float(seconds)
        for name, seconds in value.items()
        if isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 < seconds <= 86_400
    }


def _set_aside(path: Path) -> str:
    aside = path.with_name("settings.broken.json")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"settings.broken-{number}.json")
    try:
        path.rename(aside)
    except OSError:
        return f"The settings in {path} are broken; the program starts with fresh ones."
    return f"The settings were broken; the program starts with fresh ones, and the old file is now {aside.name}."
