"""Finds the files that are shipped with the program: icons, the desktop entry."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def root() -> Path:
    """The folder of the files: below the package in a wheel, beside it in a checkout."""
    shipped = _PACKAGE / "_resources"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "resources"


def path(name: str) -> Path:
    """Where a file is, by its name below the folder, with forward slashes. FileNotFoundError if it is not shipped."""
    found = root() / name
    if not found.is_file():
        raise FileNotFoundError(f"{name} is not among the files shipped with the program ({root()}).")
    return found
