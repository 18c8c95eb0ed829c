"""The token of a running proxy: in a file that only its user can read, found by the proxy's port."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

HEADER = "x-inspector-token"


def new() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


def keep(folder: Path, port: int, token: str) -> Path:
    """Write it where :func:`find` looks. OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = _path(folder, port)
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token)
    return path


def find(folder: Path, port: int) -> str | None:
    """The token of the proxy on this port, if one runs here."""
    try:
        return _path(folder, port).read_text(encoding="ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def forget(folder: Path, port: int) -> None:
    """The proxy has ended."""
    with suppress(OSError):
        _path(folder, port).unlink()


def _path(folder: Path, port: int) -> Path:
    return folder / f"proxy-{port}.token"
