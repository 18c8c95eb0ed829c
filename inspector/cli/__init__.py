"""The command line: the second front end on the same Hub. No Qt is imported here."""

from __future__ import annotations

from inspector.cli.entry import main, main_gui

__all__ = ["main", "main_gui"]
